"""What the commands share: their common options, the clock, JSON and tables, and how refusals are said."""

import json
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Column, Table

from remembrancer.clock import SystemClock
from remembrancer.intake.progress import Step
from remembrancer.problems import Problem, Problems, RefusedError
from remembrancer.wording import phrase

DAY_FORMATS = ["%Y-%m-%d"]
MOMENT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
WIDEST = 2000  # characters; no row of ours is as long
MARGIN = 9  # characters, for '  09:00  '
ProgrammeArgument = Annotated[str, typer.Argument(help=phrase("cli.programme"))]
WindowArgument = Annotated[str, typer.Argument(help=phrase("cli.window"))]
AsJson = Annotated[bool, typer.Option("--json", help=phrase("cli.as_json"))]


def the_moment() -> datetime:
    return SystemClock().now()


def stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def print_json(found: Any, zone: ZoneInfo | None = None) -> None:
    """Print JSON; the moments in it, if any, by the clock of the zone, with their offset."""

    def moment(value: datetime) -> str:
        return value.astimezone(zone).isoformat()

    typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=moment))


def print_table(columns: str, rows: Iterable[Iterable[Any]]) -> None:
    """Print a table; `columns` is the name of the sentence that holds its headings, apart by semicolons."""
    table = Table(*(Column(heading, overflow="fold") for heading in phrase(columns).split("; ")))
    for row in rows:
        table.add_row(*row)
    console().print(table)


def console() -> Console:
    """The console to print to: a terminal's lines are as long as it is wide; what is piped is never cut or wrapped."""
    return Console() if _has_width() else Console(width=WIDEST)


def _has_width() -> bool:
    return sys.stdout.isatty() or "COLUMNS" in os.environ


def print_wrapped(text: str, before: str = "") -> None:
    """Print a text after what stands before it in the margin; a terminal's lines are wrapped beside the margin."""
    first, rest = before.ljust(MARGIN), " " * MARGIN
    width = console().width if _has_width() else len(first + text)
    typer.echo(textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False))


def echo_problems(problems: Iterable[Problem]) -> None:
    """Say the problems of each file; a file with several is named once, with its rows below it."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    for file, of_file in by_file.items():
        lines = [str(of_file[0])] if len(of_file) == 1 else [f"{file}:", *(f"  {each.in_file}" for each in of_file)]
        for line in lines:
            typer.echo(line, err=True)


def stop_if_refused(problems: Problems, sentence: str = "cli.refused") -> None:
    """Say the notes and the problems; with any problem, stop with the sentence that counts them."""
    echo_problems([*problems.notes, *problems.found])
    if problems.found:
        stop(phrase(sentence, count=len(problems.found)))


@contextmanager
def progress_shown() -> Iterator[Step]:
    """Show on stderr what is being done, until the end of the block; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    terminal = Console(stderr=True)
    is_shown = sys.stderr.isatty() and terminal.is_interactive
    with Progress(*columns, console=terminal, transient=True, redirect_stdout=False, disable=not is_shown) as shown:
        task = shown.add_task("", total=None)

        def step(name: str, done: int = 0, of: int = 0) -> None:
            what = phrase(f"progress.{name}", done=done, of=of)
            shown.update(task, description=what, completed=done, total=of or None)

        yield step


@contextmanager
def problems_listed(sentence: str = "cli.refused") -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        echo_problems(refused.problems.found)
        stop(phrase(sentence, count=len(refused.problems.found)))
