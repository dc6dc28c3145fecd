"""`remembrancer programme`: a programme's file, and what can be done with it without a database."""

import typer

from remembrancer.cli.programme.new import new_programme
from remembrancer.cli.programme.understand import read_words
from remembrancer.wording import phrase

app = typer.Typer(no_args_is_help=True)
app.command("new", help=phrase("draft.cli_help"))(new_programme)
app.command("read", help=phrase("understand.read_help"))(read_words)
