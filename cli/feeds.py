"""`remembrancer feeds`: what is read from outside, how it goes with each, and reading all of it at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

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
        states, zone = feed_states(session, KINDS, the_moment()), organisation(session).time_zone
    if now:
        set_up_logs("text", quiet=True)
        with database() as engine:
            _read_all(engine, states)
    elif as_json:
        print_json(
            [
                {name: each.isoformat() if isinstance(each, datetime) else each for name, each in vars(state).items()}
                for state in states
            ]
        )
    elif states:
        print_table("feeds.columns", ([Text(cell) for cell in _cells(state, zone)] for state in states))
    else:
        Console().print(phrase("feeds.none"))


def _read_all(engine: Engine, states: Sequence[FeedState]) -> None:
    settings, moment = Settings(), the_moment()
    outcomes = [each for kind in KINDS for each in read_sources(engine, kind, settings, moment, Means(), early=True)]
    for outcome in outcomes:
        _say(outcome)
    done = {outcome.key for outcome in outcomes}
    for state in states:
        if state.key not in done:
            typer.echo(phrase("feeds.taken", name=state.name))
    failed = sum(not outcome.is_read for outcome in outcomes)
    if failed:
        stop(phrase("feeds.some_failed", count=failed))
    if not states:
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
