"""What will be sent: of the days to come, a day, people, boards; and a folder on a simulated clock."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from remembrancer.bot.sending.preview_lines import Line, lines
from remembrancer.cards.sending_status import sending_line
from remembrancer.cli.database import store
from remembrancer.cli.sending import Emails, person_or_stop
from remembrancer.cli.shared import (
    DAY_FORMATS,
    AsJson,
    echo_problems,
    print_json,
    print_wrapped,
    problems_listed,
    progress_shown,
    stop,
    the_moment,
)
from remembrancer.logs import set_up_logs
from remembrancer.models import Board
from remembrancer.queries.chat_accounts import address as account_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.people.permissions import is_admin
from remembrancer.scheduler.preview.filters import Address, Wanted, address, is_in_reach, outlook
from remembrancer.scheduler.simulate import simulate as run_simulation
from remembrancer.services.outbox import enqueue
from remembrancer.services.sending import current_sending
from remembrancer.wording import day as in_full
from remembrancer.wording import moment, phrase, plain

app = typer.Typer()


@app.command("preview")
def preview(
    days: Annotated[int, typer.Option(min=1, max=366, help=phrase("cli.days"))] = 14,
    day: Annotated[datetime | None, typer.Option(formats=DAY_FORMATS, help=phrase("cli.preview_day"))] = None,
    person: Annotated[Emails, typer.Option(help=phrase("cli.preview_person"))] = None,
    board: Annotated[Emails, typer.Option(help=phrase("cli.preview_board"))] = None,
    as_json: AsJson = False,
    send_me: Annotated[str | None, typer.Option("--send-me", help=phrase("cli.preview_send_me"))] = None,
) -> None:
    with store() as session:
        now, spec = the_moment(), organisation(session)
        only = day.date() if day else None
        if only is not None and not is_in_reach(session, only, now):
            stop(phrase("cli.day_out_of_reach", day=in_full(only)))
        if send_me is not None:
            _send_test(session, send_me, person, board, only)
            return
        planned = outlook(session, now, Wanted(days, only, frozenset(_to(session, person, board))))
        if current_sending(session).paused_at is not None:
            typer.echo(f"{plain(sending_line(session, spec.time_zone))} {phrase('preview.paused')}", err=True)
        found = lines(session, planned, most_names=len(planned), most_refs=sys.maxsize)
    if as_json:
        print_json([message.as_json(spec.zone) for message in planned])
    elif planned:
        _print_days(found, spec.zone)
    else:
        Console().print(phrase("cli.nothing_to_send_then") if only else phrase("cli.nothing_to_send", days=days))


def _send_test(session: Session, admin: str, people: Emails, boards: Emails, day: date | None) -> None:
    """Send an admin the next message that a person would get, as a test."""
    from remembrancer.scheduler.rehearsal import as_test, rehearse

    if len(people or ()) != 1 or boards:
        stop(phrase("cli.test_of_one_person"))
    [of], to, now = (
        [person_or_stop(session, email) for email in people or ()],
        person_or_stop(session, admin),
        the_moment(),
    )
    if not is_admin(to):
        stop(phrase("cli.test_to_an_admin", name=to.name))
    rehearsed = rehearse(session, of, now, day)
    if rehearsed is None:
        stop(phrase("refusals.nothing_to_test", name=of.name))
    content = as_test(session, rehearsed, of, to, now, None)
    key = f"test-{of.id}-{to.id}-{now.isoformat()}"
    enqueue(session, to, content, key=key, kind="test", now=now, immediate=True)
    at = moment(rehearsed.planned.at, organisation(session).time_zone)
    typer.echo(phrase("cli.test_sent", to=to.name, of=of.name, at=at))
    if account_of(session, to.id) is None:
        typer.echo(phrase("cli.test_waits", name=to.name))


def _to(session: Session, people: Emails, boards: Emails) -> Iterator[Address]:
    for email in people or ():
        yield address(person_or_stop(session, email))
    for key in boards or ():
        found = session.exec(select(Board).where(Board.key == key)).first()
        if found is None:
            known = session.exec(select(Board.key).order_by(col(Board.key))).all()
            stop(phrase("cli.no_such_board", board=key, known=", ".join(known)))
        yield address(found)


def _print_days(found: Sequence[Line], zone: ZoneInfo) -> None:
    """Print each day, and below it each hour with what goes to whom, why and about what."""
    for day, of_day in groupby(found, key=lambda line: line.at.astimezone(zone).date()):
        typer.echo(in_full(day))
        for at, of_hour in groupby(of_day, key=lambda line: line.at):
            for number, line in enumerate(of_hour):
                print_wrapped(_to_whom(line), "" if number else f"  {at.astimezone(zone):%H:%M}")
                name = "cli.preview_because_about" if line.about else "cli.preview_because"
                print_wrapped(phrase(name, because=line.because, about="; ".join(line.about)))


def _to_whom(line: Line) -> str:
    to = phrase("preview.to_one" if line.count == 1 else "preview.to_many", count=line.count)
    what = f"{phrase('preview.withheld')}: {line.what}" if line.withheld else line.what
    return f"{what} {to} {'; '.join(line.names)}"


@app.command("simulate")
def simulate(
    folder: Annotated[Path, typer.Argument(help=phrase("cli.folder"), exists=True, file_okay=False)],
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=phrase("cli.first_day"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=phrase("cli.last_day"))],
    out: Annotated[Path, typer.Option("--out", help=phrase("cli.out"))],
) -> None:
    set_up_logs("text", quiet=True)
    if last < first:
        stop(phrase("cli.last_before_first"))
    with problems_listed(), progress_shown() as step:
        notes = run_simulation(folder, first.date(), last.date(), out, step)
    echo_problems(notes)
    typer.echo(phrase("cli.simulated", out=out))
