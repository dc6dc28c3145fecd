"""Sending: pause, resume, pilots, and what they withheld."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlmodel import Session

from remembrancer.cards.sending_status import sending_line
from remembrancer.cli.database import store
from remembrancer.cli.shared import AsJson, print_json, print_table, stop, the_moment
from remembrancer.models import Person
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import organisation
from remembrancer.queries.person_lookup import people_called
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.preview.filters import at_once
from remembrancer.scheduler.preview.withheld import withheld
from remembrancer.services import sending
from remembrancer.services.sending import facts_after, lock_sending_state
from remembrancer.wording import phrase, plain, short_moment

app = typer.Typer()
Emails = list[str] | None


@app.command("pause")
def pause() -> None:
    with store() as session:
        sending.pause(session, the_moment(), None)
        _say_how_it_stands(session)


@app.command("resume")
def resume() -> None:
    with store() as session:
        now, row = the_moment(), lock_sending_state(session)
        if row.paused_at is None:
            stop(phrase("refusals.not_paused"))
        goes = _goes_out(session, now, False, row.pilot)
        sending.resume(session, now, None)
        _say_how_it_stands(session, goes)


@app.command("pilot")
def pilot(
    only: Annotated[Emails, typer.Option("--only", help=phrase("cli.pilot_only"))] = None,
    add: Annotated[Emails, typer.Option("--add", help=phrase("cli.pilot_add"))] = None,
    remove: Annotated[Emails, typer.Option("--remove", help=phrase("cli.pilot_remove"))] = None,
    end: Annotated[bool, typer.Option("--end", help=phrase("cli.pilot_end"))] = False,
    as_json: AsJson = False,
) -> None:
    if sum([bool(only), bool(add or remove), end]) > 1:
        stop(phrase("cli.pilot_one_thing"))
    with store() as session:
        if not (only or add or remove or end):
            _say_how_it_stands(session, as_json=as_json)
            return
        now, row = the_moment(), lock_sending_state(session)
        if row.pilot is None and not only:
            stop(phrase("refusals.no_pilot") if end else phrase("cli.begin_with_only"))
        chosen = None
        if not end:
            chosen = _ids(session, only) or (set(row.pilot or []) | _ids(session, add)) - _ids(session, remove)
        if chosen is not None and not chosen:
            stop(phrase("cli.pilot_needs_one"))
        goes = _goes_out(session, now, row.paused_at is not None, chosen)
        if chosen is None:
            sending.end_pilot(session, now, None)
        else:
            sending.set_pilot(session, chosen, now, None)
        _say_how_it_stands(session, goes, as_json)


def _ids(session: Session, emails: Emails) -> set[int]:
    return {stored_id(person_or_stop(session, email).id) for email in emails or ()}


def person_or_stop(session: Session, email: str) -> Person:
    """Somebody who is active, by their e-mail address, or by a name that nobody else has."""
    found = [person for person in people_called(session, email) if person.active]
    if len(found) > 1:
        stop(phrase("refusals.several_people", text=email, keys="; ".join(person.email for person in found)))
    if not found:
        stop(phrase("cli.no_such_person", email=email))
    return found[0]


def _goes_out(session: Session, now: datetime, paused: bool, pilot: set[int] | list[int] | None) -> int:
    facts = facts_after(session, load_facts(session), now, paused=paused, pilot=pilot)
    return len(at_once(session, facts, now))


def _say_how_it_stands(session: Session, goes: int | None = None, as_json: bool = False) -> None:
    if as_json:
        print_json(_as_json(session, goes), organisation(session).zone)
        return
    line = sending_line(session, organisation(session).time_zone)
    typer.echo(plain(line) if line else phrase("cli.as_usual"))
    if goes is not None:
        typer.echo(phrase("cli.goes_out", count=goes))


def _as_json(session: Session, goes: int | None) -> dict[str, Any]:
    """Whether sending is paused or a pilot runs; after a change of the pilot, with what goes out at once."""
    now = sending.sending_summary(session)
    return {
        "paused_at": now.paused_at,
        "paused_by": now.paused_by or None,
        "pilot": None if now.pilot is None else [person.email for person in now.pilot],
        "pilot_since": now.pilot_since,
        "pilot_by": now.pilot_by or None,
        **({} if goes is None else {"goes_out": goes}),
    }


@app.command("withheld")
def withheld_command(as_json: AsJson = False) -> None:
    with store() as session:
        found = withheld(session)
        spec = organisation(session)
    if as_json:
        print_json([each.as_json() for each in found], spec.zone)
    elif found:
        cells = ((short_moment(m.at, spec.time_zone), m.to, m.what, ", ".join(m.refs), m.because) for m in found)
        print_table("cli.withheld_columns", cells)
    else:
        Console().print(phrase("cli.nothing_withheld"))
