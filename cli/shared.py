"""What the commands share: their common options, the clock, and how refusals are said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, NoReturn

import typer

from remembrancer.clock import SystemClock
from remembrancer.problems import RefusedError
from remembrancer.wording import say

DAY_FORMATS = ["%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
ProgrammeArgument = Annotated[str, typer.Argument(help=say("cli.programme"))]
WindowArgument = Annotated[str, typer.Argument(help=say("cli.window"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.as_json"))]


def the_moment() -> datetime:
    return SystemClock().now()


def stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


@contextmanager
def problems_listed() -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        for problem in refused.problems.found:
            typer.echo(str(problem), err=True)
        stop(say("cli.refused", count=len(refused.problems.found)))
