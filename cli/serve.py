"""`remembrancer demo` and `remembrancer run`: the sandbox and the service, as web servers."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from remembrancer.cli.failures import sentence_for, stop_if_port_is_taken
from remembrancer.cli.shared import problems_listed, progress_shown, stop
from remembrancer.logs import set_up_logs
from remembrancer.settings import Settings
from remembrancer.shipped import EXAMPLES
from remembrancer.wording import phrase

app = typer.Typer()
EXAMPLE = EXAMPLES / "kent-2019-20"


@app.command("demo")
def demo(
    folder: Annotated[Path, typer.Argument(help=phrase("cli.folder"))] = EXAMPLE,
) -> None:
    import uvicorn

    from remembrancer.bot.sandbox.demo import Demo
    from remembrancer.web.app import demo_app

    settings = Settings()
    stop_if_port_is_taken(settings.host, settings.port)
    set_up_logs("text", quiet=True)
    with tempfile.TemporaryDirectory(prefix="remembrancer-demo-") as workplace, problems_listed():
        with progress_shown() as step:
            running = Demo(folder, Path(workplace), step)
        typer.echo(phrase("cli.demo_at", port=settings.port))
        uvicorn.run(demo_app(running), host=settings.host, port=settings.port, log_level="warning")


@app.command("run")
def run(
    teams_playground: Annotated[bool, typer.Option("--teams-playground", help=phrase("teams.cli_playground"))] = False,
) -> None:
    import uvicorn

    from remembrancer.bot.platform.base import SetUpError
    from remembrancer.cli.database import database
    from remembrancer.scheduler.settings_check import has_platform
    from remembrancer.web.app import service_app

    settings = Settings()
    stop_if_port_is_taken(settings.host, settings.port)
    set_up_logs(settings.log_format, explain=sentence_for)
    with database() as engine:
        if not has_platform(settings) and not teams_playground:
            typer.echo(phrase("foreseen.no_platform"), err=True)
        try:
            application = service_app(engine, settings, teams_playground=teams_playground)
        except SetUpError as error:
            stop(str(error))
        uvicorn.run(application, host=settings.host, port=settings.port, log_config=None)
