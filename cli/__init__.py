"""The command `remembrancer`."""

import typer

from remembrancer.cli.commands import LazyGroup
from remembrancer.wording import say

app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, help=say("cli.help"))


@app.callback()
def remembrancer() -> None:
    """The function makes Typer build a group: no command is registered before it runs."""
