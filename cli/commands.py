"""The commands by name, each of which is imported when it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from remembrancer.wording import phrase


@dataclass(frozen=True)
class Command:
    """A command of a module of this package; `help` is the name of its sentence in templates/words.yaml."""

    module: str
    help: str


# The help lists them in this order.
COMMANDS: Mapping[str, Command] = {
    "preview": Command("preview", "cli.preview"),
    "deadlines": Command("deadlines", "deadlines.help"),
    "pause": Command("sending", "cli.pause"),
    "resume": Command("sending", "cli.resume"),
    "pilot": Command("sending", "cli.pilot"),
    "withheld": Command("sending", "cli.withheld"),
    "plan": Command("plan", "cli.plan"),
    "calendar": Command("calendar", "calendars.command"),
    "committees": Command("committees", "committees.list"),
    "feeds": Command("feeds", "feeds.help"),
    "meetings": Command("committees", "committees.meetings"),
    "demo": Command("serve", "cli.demo"),
    "run": Command("serve", "cli.run"),
    "init": Command("load", "init.help"),
    "load": Command("load", "cli.load"),
    "new-year": Command("new_year.command", "year.cli_help"),
    "migrate": Command("load", "cli.migrate"),
    "simulate": Command("preview", "cli.simulate"),
    "figures": Command("figures", "cli.figures"),
    "doctor": Command("doctor", "cli.doctor"),
    "window": Command("windows", "cli.window_help"),
    "people": Command("people", "people.cli_help"),
    "understand": Command("programme.understand", "understand.help"),
    "programme": Command("programme.group", "understand.programme_help"),
    "slack": Command("slack", "slack_admin.cli_help"),
    "teams": Command("teams", "teams_package.cli_help"),
}


class LazyGroup(TyperGroup):
    """The group lists its commands from the table, and imports a command's module when it is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=phrase(command.help)))

    def invoke(self, ctx: Any) -> Any:
        """Say in a sentence what failed outside of us, with exit code 1; a fault of our own is raised."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except Exception as error:
            from remembrancer.cli.failures import sentence_for

            sentence = sentence_for(error)
            if sentence is None:
                raise
            typer.echo(sentence, err=True)
            raise typer.Exit(1) from error

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else listed, rest


def load_command(name: str) -> Any:
    """The function imports the command's module, whose `app` has it under its name or is the group itself."""
    command = COMMANDS[name]
    group = typer.main.get_group(import_module(f"remembrancer.cli.{command.module}").app)
    loaded = group.commands.get(name, group)
    loaded.help = phrase(command.help)
    return loaded
