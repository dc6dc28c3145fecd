"""`remembrancer simulate FOLDER`: a folder on a simulated clock, with its recorded answers."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from remembrancer.cli.shared import DAY_FORMATS, echo_problems, problems_listed, stop
from remembrancer.logs import set_up_logs
from remembrancer.scheduler.simulate import simulate as run_simulation
from remembrancer.wording import phrase

app = typer.Typer()


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
    with problems_listed():
        notes = run_simulation(folder, first.date(), last.date(), out)
    echo_problems(notes)
    typer.echo(phrase("cli.simulated", out=out))
