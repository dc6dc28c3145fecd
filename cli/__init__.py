"""The command `remembrancer`."""

import itertools
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from remembrancer.cli import (
    calendar,
    committees,
    deadlines,
    feeds,
    people,
    plan,
    preview,
    sending,
    slack,
    teams,
    windows,
)
from remembrancer.cli.shared import (
    DAY_FORMATS,
    AsJson,
    ProgrammeArgument,
    WindowArgument,
    database,
    find_or_stop,
    problems_listed,
    slice_or_stop,
    stop,
    store,
    the_moment,
)
from remembrancer.logs import set_up_logs
from remembrancer.models import WindowState
from remembrancer.settings import Settings
from remembrancer.shipped import EXAMPLES
from remembrancer.wording import say

app = typer.Typer(no_args_is_help=True, add_completion=False, help=say("cli.help"))
app.add_typer(windows.app, name="window")
app.command("preview", help=say("cli.preview"))(preview.preview)
app.command("deadlines", cls=deadlines.Several, help=say("deadlines.help"))(deadlines.deadlines)
app.command("pause", help=say("cli.pause"))(sending.pause)
app.command("resume", help=say("cli.resume"))(sending.resume)
app.command("pilot", help=say("cli.pilot"))(sending.pilot)
app.command("withheld", help=say("cli.withheld"))(sending.withheld_command)
app.add_typer(people.app, name="people")
app.add_typer(slack.app, name="slack")
app.add_typer(teams.app, name="teams")
app.command("plan", help=say("cli.plan"))(plan.plan)
app.command("calendar", help=say("calendars.command"))(calendar.calendar)
app.command("committees", help=say("committees.list"))(committees.committees)
app.command("feeds", help=say("feeds.help"))(feeds.feeds)
app.command("meetings", help=say("committees.meetings"))(committees.meetings)
EXAMPLE = EXAMPLES / "kent-2019-20"


@app.command(help=say("cli.demo"))
def demo(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))] = EXAMPLE,
) -> None:
    import uvicorn

    from remembrancer.bot.sandbox.demo import Demo
    from remembrancer.web.app import demo_app

    settings = Settings()
    set_up_logs("text", quiet=True)
    with tempfile.TemporaryDirectory(prefix="remembrancer-demo-") as workplace, problems_listed():
        running = Demo(folder, Path(workplace))
        typer.echo(say("cli.demo_at", port=settings.port))
        uvicorn.run(demo_app(running), host=settings.host, port=settings.port, log_level="warning")


@app.command(help=say("cli.run"))
def run(
    teams_playground: Annotated[bool, typer.Option("--teams-playground", help=say("teams.cli_playground"))] = False,
) -> None:
    import uvicorn

    from remembrancer.bot.platform.base import SetUpError
    from remembrancer.web.app import service_app

    settings = Settings()
    set_up_logs(settings.log_format)
    with database() as engine:
        try:
            application = service_app(engine, settings, teams_playground=teams_playground)
        except SetUpError as error:
            stop(str(error))
        uvicorn.run(application, host=settings.host, port=settings.port, log_config=None)


@app.command(help=say("cli.load"))
def load(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"), exists=True, file_okay=False)],
    preview: Annotated[bool, typer.Option("--preview", help=say("load.preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("load.yes_help"))] = False,
) -> None:
    from remembrancer.cli.load import load_folder

    load_folder(folder, preview, yes)


@app.command("migrate", help=say("cli.migrate"))
def migrate_command() -> None:
    with database():
        typer.echo(say("cli.migrated"))


@app.command(help=say("cli.simulate"))
def simulate(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"), exists=True, file_okay=False)],
    first: Annotated[datetime, typer.Option("--from", formats=DAY_FORMATS, help=say("cli.first_day"))],
    last: Annotated[datetime, typer.Option("--to", formats=DAY_FORMATS, help=say("cli.last_day"))],
    out: Annotated[Path, typer.Option("--out", help=say("cli.out"))],
) -> None:
    from remembrancer.scheduler.simulate import simulate as run_simulation

    set_up_logs("text", quiet=True)
    if last < first:
        stop(say("cli.last_before_first"))
    with problems_listed():
        notes = run_simulation(folder, _day(first), _day(last), out)
    for note in notes:
        typer.echo(str(note), err=True)
    typer.echo(say("cli.simulated", out=out))


def _day(given: datetime) -> date:
    return given.date()


@app.command(help=say("cli.figures"))
def figures(
    programme: ProgrammeArgument,
    key: WindowArgument,
    as_json: AsJson = False,
    board: Annotated[str | None, typer.Option(help=say("cli.figures_board"))] = None,
    where: Annotated[list[str] | None, typer.Option(help=say("cli.figures_where"))] = None,
    restated: Annotated[bool, typer.Option("--restated", help=say("cli.figures_restated"))] = False,
) -> None:
    from remembrancer.reports.digests.figures_as_told import figures_of
    from remembrancer.scheduler.simulate import window_name

    with store() as session:
        window = find_or_stop(session, programme, key, *WindowState)
        slice_ = slice_or_stop(session, window, board, where or [])
        found = {**window_name(session, window), **figures_of(session, window, slice_, restated)}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(*say("cli.figures_columns").split("; "))
    for name, value in found.items():
        table.add_row(name, say("cli.not_recorded") if value is None else json.dumps(value, ensure_ascii=False))
    Console().print(table)


@app.command(help=say("cli.doctor"))
def doctor() -> None:
    from remembrancer.scheduler.doctor import examine

    with database() as engine, Session(engine) as session:
        found = [of for of in (slack.slack_findings(session), teams.teams_findings(session)) if of is not None]
        findings = [*examine(session, the_moment(), with_platform=bool(found)), *itertools.chain(*found)]
    for finding in findings:
        typer.echo(f"- {finding}")
    if findings:
        stop(say("cli.findings", count=len(findings)))
    typer.echo(say("cli.all_well"))
