"""`remembrancer feeds`: what is read from outside, how it goes with each, and reading all of it at once."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from remembrancer.cli.database import database, store
from remembrancer.cli.shared import AsJson, stop, the_moment
from remembrancer.logs import set_up_logs
from remembrancer.queries.organisation import organisation
from remembrancer.scheduler.feeds.poll import KINDS, Outcome, read_sources
from remembrancer.scheduler.feeds.source import Means
from remembrancer.scheduler.feeds.status import FeedState, feed_states
from remembrancer.settings import Settings
from remembrancer.wording import plural, say, short_moment

app = typer.Typer()


@app.command("feeds")
def feeds(
    now: Annotated[bool, typer.Option("--now", help=say("feeds.now"))] = False,
    as_json: AsJson = False,
) -> None:
    with store() as session:
        states, zone = feed_states(session, KINDS, the_moment()), organisation(session).time_zone
    if now:
        set_up_logs("text", quiet=True)
        with database() as engine:
            _read_all(engine, states)
    elif as_json:
        typer.echo(json.dumps([_as_json(state) for state in states], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(states, zone) if states else say("feeds.none"))


def _read_all(engine: Engine, states: Sequence[FeedState]) -> None:
    settings, moment = Settings(), the_moment()
    outcomes = [each for kind in KINDS for each in read_sources(engine, kind, settings, moment, Means(), early=True)]
    for outcome in outcomes:
        _say(outcome)
    done = {outcome.key for outcome in outcomes}
    for state in states:
        if state.key not in done:
            typer.echo(say("feeds.taken", name=state.name))
    failed = sum(not outcome.is_read for outcome in outcomes)
    if failed:
        stop(say("feeds.some_failed", count=failed))
    if not states:
        typer.echo(say("feeds.none"))


def _say(outcome: Outcome) -> None:
    """What changed, a line for each; or why it was not read."""
    if not outcome.is_read:
        typer.echo(say("feeds.not_read", name=outcome.name, problem=outcome.problem))
        return
    count = len(outcome.changes)
    changes = say("feeds.changed", count=count) if count else say("feeds.nothing_changed")
    typer.echo(say("feeds.read", name=outcome.name, changes=changes))
    for line in outcome.changes:
        typer.echo(f"- {line}")
    if outcome.problem:
        typer.echo(say("feeds.in_part", name=outcome.name, problem=outcome.problem))


def _table(states: Sequence[FeedState], zone: str) -> Table:
    table = Table(*say("feeds.columns").split("; "))
    for state in states:
        read = short_moment(state.read_at, zone) if state.read_at else say("feeds.never")
        table.add_row(*(Text(each) for each in (state.name, read, _due(state, zone), _how(state, zone))))
    return table


def _due(state: FeedState, zone: str) -> str:
    if state.being_read:
        return say("feeds.being_read")
    return short_moment(state.due_at, zone) if state.due_at else say("feeds.at_next_look")


def _how(state: FeedState, zone: str) -> str:
    if state.failures and state.failing_since:
        since = short_moment(state.failing_since, zone)
        return say("feeds.failing", times=plural(state.failures, "time", "times"), since=since, problem=state.problem)
    return state.problem or say("feeds.well" if state.read_at else "feeds.not_tried")


def _as_json(state: FeedState) -> dict[str, Any]:
    return {
        "key": state.key,
        "name": state.name,
        "read_at": _moment(state.read_at),
        "due_at": _moment(state.due_at),
        "being_read": state.being_read,
        "failures": state.failures,
        "failing_since": _moment(state.failing_since),
        "problem": state.problem,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
