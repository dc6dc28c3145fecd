"""`remembrancer migrate`: the database is brought up to date."""

import typer

from remembrancer.cli.database import database
from remembrancer.wording import say

app = typer.Typer()


@app.command("migrate")
def migrate() -> None:
    with database():
        typer.echo(say("cli.migrated"))
