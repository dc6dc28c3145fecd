"""`remembrancer feeds`: what is read from outside, how it goes with each, and reading all of it at once."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import Engine

from remembrancer.cli.database import database, store
from remembrancer.cli.shared import AsJson, print_json, print_table, stop, the_moment
from remembrancer.logs import set_up_logs
from remembrancer.queries.organisation import organisation
from remembrancer.scheduler.feeds.poll import KINDS, Outcome, read_sources
from remembrancer.scheduler.feeds.source import Means
from remembrancer.scheduler.feeds.status import FeedState, feed_states
from remembrancer.settings import Settings
from remembrancer.wording import phrase, plural, short_moment

app = typer.Typer()


@app.command("feeds")
def feeds(
    now: Annotated[bool, typer.Option("--now", help=phrase("feeds.now"))] = False,
    as_json: AsJson = False,
) -> None:
    with store() as session:
        states, spec = feed_states(session, KINDS, the_moment()), organisation(session)
    if now:
        set_up_logs("text", quiet=True)
        with database() as engine:
            _read_all(engine, states, as_json)
    elif as_json:
        print_json([vars(state) for state in states], spec.zone)
    elif states:
        print_table("feeds.columns", ([Text(cell) for cell in _cells(state, spec.time_zone)] for state in states))
    else:
        Console().print(phrase("feeds.none"))


def _read_all(engine: Engine, states: Sequence[FeedState], as_json: bool) -> None:
    settings, moment = Settings(), the_moment()
    outcomes = [each for kind in KINDS for each in read_sources(engine, kind, settings, moment, Means(), early=True)]
    done = {outcome.key for outcome in outcomes}
    taken = [state for state in states if state.key not in done]
    if as_json:
        not_read = [_as_json(Outcome(each.key, each.name, is_read=False), being_read=True) for each in taken]
        print_json([*map(_as_json, outcomes), *not_read])
    else:
        _say_all(outcomes, taken)
    failed = sum(not outcome.is_read for outcome in outcomes)
    if failed:
        stop(phrase("feeds.some_failed", count=failed))


def _as_json(outcome: Outcome, being_read: bool = False) -> dict[str, Any]:
    """What reading a source gave; one that another process is reading has given nothing."""
    return {
        "key": outcome.key,
        "name": outcome.name,
        "read": outcome.is_read,
        "being_read": being_read,
        "changes": outcome.changes,
        "problem": outcome.problem,
    }


def _say_all(outcomes: Sequence[Outcome], taken: Sequence[FeedState]) -> None:
    for outcome in outcomes:
        _say(outcome)
    for state in taken:
        typer.echo(phrase("feeds.taken", name=state.name))
    if not outcomes and not taken:
        typer.echo(phrase("feeds.none"))


def _say(outcome: Outcome) -> None:
    """What changed, a line for each; or why it was not read."""
    if not outcome.is_read:
        typer.echo(phrase("feeds.not_read", name=outcome.name, problem=outcome.problem))
        return
    count = len(outcome.changes)
    changes = phrase("feeds.changed", count=count) if count else phrase("feeds.nothing_changed")
    typer.echo(phrase("feeds.read", name=outcome.name, changes=changes))
    for line in outcome.changes:
        typer.echo(f"- {line}")
    if outcome.problem:
        typer.echo(phrase("feeds.in_part", name=outcome.name, problem=outcome.problem))


def _cells(state: FeedState, zone: str) -> tuple[str, ...]:
    """Its name, when it was last read, when it is due, and how it goes."""
    read = short_moment(state.read_at, zone) if state.read_at else phrase("feeds.never")
    due = short_moment(state.due_at, zone) if state.due_at else phrase("feeds.at_next_look")
    if state.being_read:
        due = phrase("feeds.being_read")
    how = state.problem or phrase("feeds.well" if state.read_at else "feeds.not_tried")
    if state.failures and state.failing_since:
        since, times = short_moment(state.failing_since, zone), plural(state.failures, "time", "times")
        how = phrase("feeds.failing", times=times, since=since, problem=state.problem)
    return state.name, read, due, how
