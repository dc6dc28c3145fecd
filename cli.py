"""The command `remembrancer`."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from acts.lookups import NothingLoadedError, find_window, organisation
from acts.windows import close_window, move_window, open_window, reopen_window
from intake.problems import RefusedError
from logs import set_up_logs
from models import Programme, Window, WindowState
from models.database import make_engine, migrate
from rules.windows import closes_on, opens_on
from scheduler.clock import SystemClock
from settings import ROOT, Settings
from wording import moment, say, short_moment

app = typer.Typer(no_args_is_help=True, add_completion=False, help=say("cli.help"))
window_app = typer.Typer(no_args_is_help=True, help=say("cli.window_help"))
app.add_typer(window_app, name="window")

EXAMPLE = ROOT / "examples" / "kent-2019-20"
DAY_FORMATS = ["%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]

ProgrammeArgument = Annotated[str, typer.Argument(help=say("cli.programme"))]
WindowArgument = Annotated[str, typer.Argument(help=say("cli.window"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.as_json"))]


@contextmanager
def _database() -> Iterator[Engine]:
    """The database of the settings, brought up to date, and let go of at the end."""
    engine = make_engine(Settings().database_url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _store() -> Iterator[Session]:
    """A session that is committed at the end; what cannot be done is said in a sentence, with exit code 1."""
    with _database() as engine, Session(engine) as session:
        try:
            yield session
        except NothingLoadedError:
            _stop(say("cli.nothing_loaded"))
        session.commit()


def _stop(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


@app.command(help=say("cli.demo"))
def demo(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))] = EXAMPLE,
) -> None:
    import uvicorn

    from bot.app import demo_app
    from bot.sandbox.demo import Demo

    settings = Settings()
    set_up_logs("text", quiet=True)
    with tempfile.TemporaryDirectory(prefix="remembrancer-demo-") as workplace, _problems_listed():
        running = Demo(folder, Path(workplace))
        typer.echo(say("cli.demo_at", port=settings.port))
        uvicorn.run(demo_app(running), host=settings.host, port=settings.port, log_level="warning")


@app.command(help=say("cli.run"))
def run() -> None:
    import uvicorn

    from bot.app import service_app

    settings = Settings()
    set_up_logs(settings.log_format)
    with _database() as engine:
        application = service_app(engine, settings)
        uvicorn.run(application, host=settings.host, port=settings.port, log_config=None)


@contextmanager
def _problems_listed() -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        for problem in refused.problems.found:
            typer.echo(str(problem), err=True)
        _stop(say("cli.refused", count=len(refused.problems.found)))


@app.command(help=say("cli.load"))
def load(folder: Annotated[Path, typer.Argument(help=say("cli.folder"), exists=True, file_okay=False)]) -> None:
    from intake.folder import read_folder
    from intake.store import store

    with _problems_listed():
        content = read_folder(folder, with_responses=True)
    for note in content.problems.notes:
        typer.echo(str(note), err=True)
    with _store() as session:
        changes = store(session, content, SystemClock().now())
    for line in changes:
        typer.echo(line)
    typer.echo(say("cli.loaded", count=len(changes)) if changes else say("cli.nothing_changed"))


@app.command("migrate", help=say("cli.migrate"))
def migrate_command() -> None:
    with _database():
        typer.echo(say("cli.migrated"))


@window_app.command("list", help=say("cli.window_list"))
def window_list(as_json: AsJson = False) -> None:
    with _store() as session:
        zone = organisation(session).time_zone
        query = select(Window, Programme).join(Programme).order_by(col(Window.opens_at))
        rows = [(window, programme.key) for window, programme in session.exec(query)]
        if as_json:
            typer.echo(json.dumps([_window_json(window, key, zone) for window, key in rows], indent=2))
            return
        table = Table(*say("cli.window_columns").split("; "))
        for window, key in rows:
            times = [short_moment(t, zone) for t in (window.opens_at, window.closes_at, window.late_until)]
            table.add_row(key, window.key, say(f"states.{window.state}"), *times)
        Console(width=None).print(table)


def _window_json(window: Window, programme: str, zone: str) -> dict[str, Any]:
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


def _window(session: Session, programme: str, key: str, *states: WindowState) -> Window:
    window = find_window(session, programme, key)
    if window is not None:
        session.refresh(window, with_for_update=True)
    if window is None:
        known = session.exec(select(Window.key).order_by(col(Window.opens_at))).all()
        _stop(say("cli.no_such_window", programme=programme, window=key, known=", ".join(known)))
        raise AssertionError
    if window.state not in states:
        _stop(say("refusals.window_moved_on", window=window.title, state=say(f"states.{window.state}")))
    return window


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


@window_app.command("open", help=say("cli.window_open"))
def window_open(programme: ProgrammeArgument, key: WindowArgument) -> None:
    with _store() as session:
        window = _window(session, programme, key, WindowState.SCHEDULED)
        now = SystemClock().now()
        if window.closes_at <= now:
            _stop(say("refusals.closes_in_the_past", window=window.title))
        open_window(session, window, now, by_hand=True)
        _say_done(session, window)


@window_app.command("move", help=say("cli.window_move"))
def window_move(
    programme: ProgrammeArgument,
    key: WindowArgument,
    closes: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS, help=say("cli.closes"))],
    opens: Annotated[datetime | None, typer.Option(formats=MOMENT_FORMATS, help=say("cli.opens"))] = None,
) -> None:
    with _store() as session:
        window = _window(session, programme, key, WindowState.SCHEDULED, WindowState.OPEN)
        now, close = SystemClock().now(), _closing(session, closes)
        if opens and window.state == WindowState.OPEN:
            _stop(say("cli.open_already", window=window.title))
        start = _opening(session, opens) if opens else window.opens_at
        _check_dates(start, close, now)
        window.set_by_hand = True
        move_window(session, window, start, close, now, None)
        _say_done(session, window)


def _check_dates(opens: datetime, closes: datetime, now: datetime) -> None:
    if closes <= opens:
        _stop(say("errors.closes_first"))
    if closes <= now:
        _stop(say("errors.in_the_past"))


@window_app.command("close", help=say("cli.window_close"))
def window_close(programme: ProgrammeArgument, key: WindowArgument) -> None:
    with _store() as session:
        window = _window(session, programme, key, WindowState.OPEN)
        close_window(session, window, SystemClock().now(), by_hand=True)
        _say_done(session, window)


@window_app.command("reopen", help=say("cli.window_reopen"))
def window_reopen(
    programme: ProgrammeArgument,
    key: WindowArgument,
    closes: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS, help=say("cli.closes"))],
) -> None:
    with _store() as session:
        window = _window(session, programme, key, WindowState.CLOSED, WindowState.LOCKED)
        now, close = SystemClock().now(), _closing(session, closes)
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


@app.command(help=say("cli.preview"))
def preview(
    days: Annotated[int, typer.Option(min=1, max=366, help=say("cli.days"))] = 14,
    as_json: AsJson = False,
) -> None:
    from scheduler.preview import preview as planned

    with _store() as session:
        now = SystemClock().now()
        messages = planned(session, now, now + timedelta(days=days))
        zone = organisation(session).time_zone
    if as_json:
        typer.echo(json.dumps([message.as_json() for message in messages], ensure_ascii=False, indent=2))
        return
    table = Table(*say("cli.preview_columns").split("; "))
    for message in messages:
        window = f"{message.programme} {message.window}"
        table.add_row(
            short_moment(message.at, zone), message.to, message.kind, window, ", ".join(message.items), message.because
        )
    Console().print(table if messages else say("cli.nothing_to_send", days=days))


@app.command(help=say("cli.simulate"))
def simulate(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"), exists=True, file_okay=False)],
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=say("cli.first_day"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=say("cli.last_day"))],
    out: Annotated[Path, typer.Option("--out", help=say("cli.out"))],
) -> None:
    from scheduler.simulate import simulate as run_simulation

    set_up_logs("text", quiet=True)
    if last < first:
        _stop(say("cli.last_before_first"))
    with _problems_listed():
        notes = run_simulation(folder, _day(first), _day(last), out)
    for note in notes:
        typer.echo(str(note), err=True)
    typer.echo(say("cli.simulated", out=out))


def _day(given: datetime) -> date:
    return given.date()


@app.command(help=say("cli.figures"))
def figures(programme: ProgrammeArgument, key: WindowArgument, as_json: AsJson = False) -> None:
    from reports.digest import frozen_figures
    from scheduler.simulate import window_name

    with _store() as session:
        window = _window(session, programme, key, *WindowState)
        found = {**window_name(session, window), **frozen_figures(session, window)}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(*say("cli.figures_columns").split("; "))
    for name, value in found.items():
        table.add_row(name, say("cli.not_recorded") if value is None else json.dumps(value, ensure_ascii=False))
    Console().print(table)


@app.command(help=say("cli.doctor"))
def doctor() -> None:
    from scheduler.doctor import examine

    with _database() as engine, Session(engine) as session:
        findings = examine(session, SystemClock().now())
    for finding in findings:
        typer.echo(f"- {finding}")
    if findings:
        _stop(say("cli.findings", count=len(findings)))
    typer.echo(say("cli.all_well"))
