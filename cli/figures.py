"""`remembrancer figures PROGRAMME WINDOW`: a window's figures, as a table or as JSON."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from remembrancer.cli.database import find_or_stop, slice_or_stop, store
from remembrancer.cli.shared import AsJson, ProgrammeArgument, WindowArgument
from remembrancer.models import WindowState
from remembrancer.reports.digests.figures_as_told import figures_of
from remembrancer.wording import say

app = typer.Typer()


@app.command("figures")
def figures(
    programme: ProgrammeArgument,
    key: WindowArgument,
    as_json: AsJson = False,
    board: Annotated[str | None, typer.Option(help=say("cli.figures_board"))] = None,
    where: Annotated[list[str] | None, typer.Option(help=say("cli.figures_where"))] = None,
    restated: Annotated[bool, typer.Option("--restated", help=say("cli.figures_restated"))] = False,
) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, *WindowState)
        slice_ = slice_or_stop(session, window, board, where or [])
        found = {"programme": programme, "window": window.key, **figures_of(session, window, slice_, restated)}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(*say("cli.figures_columns").split("; "))
    for name, value in found.items():
        table.add_row(name, say("cli.not_recorded") if value is None else json.dumps(value, ensure_ascii=False))
    Console().print(table)
