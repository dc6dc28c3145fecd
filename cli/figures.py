"""`remembrancer figures PROGRAMME WINDOW`: a window's figures, as a table or as JSON."""

import json
from typing import Annotated

import typer

from remembrancer.cli.database import find_or_stop, slice_or_stop, store
from remembrancer.cli.shared import AsJson, ProgrammeArgument, WindowArgument, print_json, print_table
from remembrancer.models import WindowState
from remembrancer.reports.digests.figures_as_told import figures_of
from remembrancer.wording import phrase

app = typer.Typer()
WITH_RETURNS = (WindowState.OPEN, WindowState.CLOSED, WindowState.LOCKED)


@app.command("figures")
def figures(
    programme: ProgrammeArgument,
    key: WindowArgument,
    as_json: AsJson = False,
    board: Annotated[str | None, typer.Option(help=phrase("cli.figures_board"))] = None,
    where: Annotated[list[str] | None, typer.Option(help=phrase("cli.figures_where"))] = None,
    restated: Annotated[bool, typer.Option("--restated", help=phrase("cli.figures_restated"))] = False,
) -> None:
    with store() as session:
        window = find_or_stop(session, programme, key, *WITH_RETURNS)
        slice_ = slice_or_stop(session, window, board, where or [])
        found = {"programme": programme, "window": window.key, **figures_of(session, window, slice_, restated)}
    if as_json:
        print_json(found)
        return
    print_table(
        "cli.figures_columns",
        (
            (name, phrase("cli.not_recorded") if value is None else json.dumps(value, ensure_ascii=False))
            for name, value in found.items()
        ),
    )
