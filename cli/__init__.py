"""The command `remembrancer`."""

import typer

from remembrancer.cli.commands import LazyGroup
from remembrancer.wording import phrase

app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=phrase("cli.help")
)


@app.callback()
def remembrancer() -> None:
    """The function makes Typer build a group: no command is registered before it runs."""
