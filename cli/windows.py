"""Windows: list them; open, move, extend, close and reopen them, and undo that."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from sqlmodel import Session, col, select

from remembrancer.cards.window_summary import changed_by, last_change_text, relative_time
from remembrancer.cli.database import find_or_stop, store
from remembrancer.cli.shared import (
    MOMENT_FORMATS,
    AsJson,
    ProgrammeArgument,
    WindowArgument,
    print_json,
    print_table,
    stop,
    the_moment,
)
from remembrancer.models import Programme, Window, WindowState
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.windows.changes import FROM, WindowAct, WindowActName, wrong_with
from remembrancer.rules.windows.schedule import closes_on, extended, opens_on
from remembrancer.scheduler.preview.what_if import in_words, what_if
from remembrancer.services.window_changes import change_window, must_be_undoable, undo_window
from remembrancer.wording import hour, moment, phrase, short_moment

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=phrase("cli.window_list"))
def window_list(as_json: AsJson = False) -> None:
    with store() as session:
        spec = organisation(session)
        query = select(Window, Programme).join(Programme).order_by(col(Window.opens_at))
        rows = [(window, programme.key) for window, programme in session.exec(query)]
        if as_json:
            print_json([_as_json(window, key) for window, key in rows], spec.zone)
            return
        zone = spec.time_zone
        cells = ((key, window.key, phrase(f"states.{window.state}"), *_times(window, zone)) for window, key in rows)
        print_table("cli.window_columns", cells)


def _times(window: Window, zone: str) -> list[str]:
    return [short_moment(each, zone) for each in (window.opens_at, window.closes_at, window.late_until)]


def _as_json(window: Window, programme: str) -> dict[str, Any]:
    return {
        "programme": programme,
        "window": window.key,
        "state": window.state,
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
        "late_until": window.late_until,
        "revision": window.revision,
        "set_by_hand": window.set_by_hand,
        "edition": window.edition,
        "settles_at": window.settles_at,
    }


def _moment(session: Session, given: datetime, of_day: Callable[[date, WorkingTime], datetime]) -> datetime:
    """By the organisation's clock; `of_day` makes a moment of a day without a time."""
    spec = organisation(session)
    return of_day(given.date(), spec.working_time) if given.time() == time(0) else given.replace(tzinfo=spec.zone)


Preview = Annotated[bool, typer.Option("--preview", help=phrase("cli.preview_act"))]
Yes = Annotated[bool, typer.Option("--yes", help=phrase("cli.go_ahead"))]
ClosesOption = typer.Option(formats=MOMENT_FORMATS, help=phrase("cli.closes"))
Closes = Annotated[datetime, ClosesOption]
MaybeCloses = Annotated[datetime | None, ClosesOption]


@app.command("open", help=phrase("cli.window_open"))
def window_open(programme: ProgrammeArgument, key: WindowArgument, preview: Preview = False, yes: Yes = False) -> None:
    _act(programme, key, WindowActName.OPEN, lambda _session, _window: WindowAct(WindowActName.OPEN), preview, yes)


@app.command("move", help=phrase("cli.window_move"))
def window_move(
    programme: ProgrammeArgument,
    key: WindowArgument,
    closes: Closes,
    opens: Annotated[datetime | None, typer.Option(formats=MOMENT_FORMATS, help=phrase("cli.opens"))] = None,
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    def moved(session: Session, window: Window) -> WindowAct:
        if opens and window.state == WindowState.OPEN:
            stop(phrase("cli.open_already", window=window.title))
        start = _moment(session, opens, opens_on) if opens else None
        return WindowAct(WindowActName.MOVE, start, _moment(session, closes, closes_on))

    _act(programme, key, WindowActName.MOVE, moved, preview, yes)


@app.command("extend", help=phrase("cli.window_extend"))
def window_extend(
    programme: ProgrammeArgument,
    key: WindowArgument,
    working_days: Annotated[int | None, typer.Option(min=1, max=250, help=phrase("cli.working_days"))] = None,
    closes: MaybeCloses = None,
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    def later(session: Session, window: Window) -> WindowAct:
        if (working_days is None) == (closes is None):
            stop(phrase("cli.how_far"))
        until = _moment(session, closes, closes_on) if closes else window.closes_at
        if working_days is not None:
            until = extended(window.closes_at, working_days, organisation(session).working_time)
        return WindowAct(WindowActName.EXTEND, closes_at=until)

    _act(programme, key, WindowActName.EXTEND, later, preview, yes)


@app.command("close", help=phrase("cli.window_close"))
def window_close(programme: ProgrammeArgument, key: WindowArgument, preview: Preview = False, yes: Yes = False) -> None:
    _act(programme, key, WindowActName.CLOSE, lambda _session, _window: WindowAct(WindowActName.CLOSE), preview, yes)


@app.command("reopen", help=phrase("cli.window_reopen"))
def window_reopen(
    programme: ProgrammeArgument, key: WindowArgument, closes: Closes, preview: Preview = False, yes: Yes = False
) -> None:
    def again(session: Session, _window: Window) -> WindowAct:
        return WindowAct(WindowActName.REOPEN, closes_at=_moment(session, closes, closes_on))

    _act(programme, key, WindowActName.REOPEN, again, preview, yes)


def _act(
    programme: str,
    key: str,
    name: WindowActName,
    make: Callable[[Session, Window], WindowAct],
    preview: bool,
    yes: bool,
) -> None:
    """Say what it would send, ask where somebody is there to be asked, and do it if nothing changed meanwhile.

    No transaction is open while we wait for the answer.
    """
    with store() as session:
        window = find_or_stop(session, programme, key, *FROM[name])
        act, edition = make(session, window), window.edition
        _stop_if_wrong(session, act, window)
        what = what_if(session, load_facts(session), window, act, the_moment())
        Console().print(Markdown(in_words(what, organisation(session).time_zone)))
    if preview or not agreed(yes):
        return
    with store() as session:
        window = _as_seen(session, programme, key, edition)
        _stop_if_wrong(session, act, window)
        change_window(session, window, act, the_moment(), None)
        _say_done(session, window)
        if window.settles_at is not None:
            at = hour(window.settles_at, organisation(session).time_zone)
            typer.echo(phrase("cli.settles", at=at, programme=programme, window=window.key))


def agreed(yes: bool) -> bool:
    """Whether to go on: somebody at a terminal is asked, unless they said so beforehand."""
    if yes or not is_at_a_terminal() or typer.confirm(phrase("cli.do_it")):
        return True
    typer.echo(phrase("cli.left"))
    return False


def is_at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _as_seen(session: Session, programme: str, key: str, edition: int) -> Window:
    """The window, ours alone. Stops where somebody changed it since, and says who."""
    window = find_or_stop(session, programme, key, *WindowState)
    if window.edition != edition:
        stop(last_change_text(session, window, organisation(session).time_zone, the_moment()))
    return window


def _stop_if_wrong(session: Session, act: WindowAct, window: Window) -> None:
    reason = wrong_with(act, window, the_moment())
    if reason == "close_has_passed":
        stop(phrase("errors.in_the_past"))
    if reason == "closes_first":
        stop(phrase("errors.closes_first"))
    if reason is not None:
        state, opens = phrase(f"states.{window.state}"), moment(window.opens_at, organisation(session).time_zone)
        stop(phrase(f"refusals.{reason}", window=window.title, state=state, opens=opens))


@app.command("undo", help=phrase("cli.window_undo"))
def window_undo(programme: ProgrammeArgument, key: WindowArgument, preview: Preview = False, yes: Yes = False) -> None:
    with store() as session:
        window, now = find_or_stop(session, programme, key, *WindowState), the_moment()
        with _undo_refused(session, window):
            change = must_be_undoable(session, window, now)
        when, edition = relative_time(change.at, now, organisation(session).time_zone), window.edition
        done = phrase(f"done.{change.act}")
        typer.echo(phrase("cli.undoes", who=changed_by(session, change), window=window.title, when=when, act=done))
    if preview or not agreed(yes):
        return
    with store() as session:
        window = _as_seen(session, programme, key, edition)
        with _undo_refused(session, window):
            undo_window(session, window, the_moment(), None)
        _say_done(session, window)


@contextmanager
def _undo_refused(session: Session, window: Window) -> Iterator[None]:
    try:
        yield
    except RefusalError as refusal:
        if refusal.name == "changed_since":
            stop(last_change_text(session, window, organisation(session).time_zone, the_moment()))
        stop(phrase(f"refusals.{refusal.name}", **refusal.values))


def _say_done(session: Session, window: Window) -> None:
    closes, state = moment(window.closes_at, organisation(session).time_zone), phrase(f"states.{window.state}")
    typer.echo(phrase("cli.window_now", window=window.title, state=state, closes=closes))
