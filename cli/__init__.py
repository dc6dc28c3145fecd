"""The command `remembrancer`."""

from typing import Annotated

import typer

from remembrancer.cli.commands import LazyGroup
from remembrancer.wording import phrase

app = typer.Typer(cls=LazyGroup, no_args_is_help=True, pretty_exceptions_enable=False, help=phrase("cli.help"))


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("remembrancer"))
        raise typer.Exit


@app.callback()
def remembrancer(
    _version: Annotated[
        bool, typer.Option("--version", help=phrase("cli.version"), callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """The function makes Typer build a group: no command is registered before it runs."""
