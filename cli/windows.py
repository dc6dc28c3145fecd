"""Windows: list, open, move, close, reopen."""

import json
from datetime import datetime, time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from acts.lookups import organisation
from acts.windows import close_window, move_window, open_window, reopen_window
from cli.shared import MOMENT_FORMATS, AsJson, ProgrammeArgument, WindowArgument, find_or_stop, stop, store, the_moment
from models import Programme, Window, WindowState
from rules.windows import closes_on, opens_on
from wording import moment, say, short_moment

app = typer.Typer(no_args_is_help=True, help=say("cli.window_help"))


@app.command("list", help=say("cli.window_list"))
def window_list(as_json: AsJson = False) -> None:
    with store() as session:
        zone = organisation(session).time_zone
        query = select(Window, Programme).join(Programme).order_by(col(Window.opens_at))
        rows = [(window, programme.key) for window, programme in session.exec(query)]
        if as_json:
            typer.echo(json.dumps([window_json(window, key, zone) for window, key in rows], indent=2))
            return
        table = Table(*say("cli.window_columns").split("; "))
        for window, key in rows:
            times = [short_moment(t, zone) for t in (window.opens_at, window.closes_at, window.late_until)]
            table.add_row(key, window.key, say(f"states.{window.state}"), *times)
        Console(width=None).print(table)


def window_json(window: Window, programme: str, zone: str) -> dict[str, Any]:
    return {
        "programme": programme,
        "window": window.key,
        "state": window.state,
        "opens_at": window.opens_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "late_until": window.late_until.isoformat(),
        "revision": window.revision,
        "set_by_hand": window.set_by_hand,
    }


def _closing(session: Session, given: datetime) -> datetime:
    """By the organisation's clock; a day without a time is to the end of its hours."""
    if given.time() == time(0):
        return closes_on(given.date(), organisation(session).working_time)
    return given.replace(tzinfo=organisation(session).zone)


def _opening(session: Session, given: datetime) -> datetime:
    """By the organisation's clock; a day without a time is from the start of its hours."""
    if given.time() == time(0):
        return opens_on(given.date(), organisation(session).working_time)
    return given.replace(tzinfo=organisation(session).zone)


@app.command("open", help=say("cli.window_open"))
def window_open(programme: ProgrammeArgument, key: WindowArgument) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, WindowState.SCHEDULED)
        now = the_moment()
        if window.closes_at <= now:
            stop(say("refusals.closes_in_the_past", window=window.title))
        open_window(session, window, now, by_hand=True)
        _say_done(session, window)


@app.command("move", help=say("cli.window_move"))
def window_move(
    programme: ProgrammeArgument,
    key: WindowArgument,
    closes: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS, help=say("cli.closes"))],
    opens: Annotated[datetime | None, typer.Option(formats=MOMENT_FORMATS, help=say("cli.opens"))] = None,
) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, WindowState.SCHEDULED, WindowState.OPEN)
        now, close = the_moment(), _closing(session, closes)
        if opens and window.state == WindowState.OPEN:
            stop(say("cli.open_already", window=window.title))
        start = _opening(session, opens) if opens else window.opens_at
        _check_dates(start, close, now)
        window.set_by_hand = True
        move_window(session, window, start, close, now, None)
        _say_done(session, window)


def _check_dates(opens: datetime, closes: datetime, now: datetime) -> None:
    if closes <= opens:
        stop(say("errors.closes_first"))
    if closes <= now:
        stop(say("errors.in_the_past"))


@app.command("close", help=say("cli.window_close"))
def window_close(programme: ProgrammeArgument, key: WindowArgument) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, WindowState.OPEN)
        close_window(session, window, the_moment(), by_hand=True)
        _say_done(session, window)


@app.command("reopen", help=say("cli.window_reopen"))
def window_reopen(
    programme: ProgrammeArgument,
    key: WindowArgument,
    closes: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS, help=say("cli.closes"))],
) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, WindowState.CLOSED, WindowState.LOCKED)
        now, close = the_moment(), _closing(session, closes)
        _check_dates(window.opens_at, close, now)
        reopen_window(session, window, close, now, None)
        _say_done(session, window)


def _say_done(session: Session, window: Window) -> None:
    zone = organisation(session).time_zone
    typer.echo(
        say(
            "cli.window_now",
            window=window.title,
            state=say(f"states.{window.state}"),
            closes=moment(window.closes_at, zone),
        )
    )
