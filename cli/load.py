"""Filling the database: `migrate` brings it up to date; `load` shows the difference first, and asks where it can."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from remembrancer.cli.database import database, store
from remembrancer.cli.shared import (
    echo_problems,
    print_json,
    problems_listed,
    progress_shown,
    stop,
    the_moment,
)
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.loading.load import Stored
from remembrancer.intake.loading.load import store as store_folder
from remembrancer.queries.organisation import organisation
from remembrancer.scheduler.feeds.committee_source import COMMITTEES
from remembrancer.scheduler.feeds.poll import last_known
from remembrancer.scheduler.feeds.status import feed_states
from remembrancer.scheduler.foreseen_problems import patterns_without_events
from remembrancer.shipped import EXAMPLES
from remembrancer.wording import phrase, short_moment

app = typer.Typer()


@app.command("migrate")
def bring_up_to_date() -> None:
    with database():
        typer.echo(phrase("cli.migrated"))


@app.command("init")
def begin_folder(folder: Annotated[Path, typer.Argument(help=phrase("init.folder"))]) -> None:
    """Write a folder to start from: an invented authority's, which loads as it is."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        stop(phrase("init.not_empty", folder=folder))
    shutil.copytree(EXAMPLES / "start", folder, dirs_exist_ok=True)
    typer.echo(phrase("init.written", folder=folder))


@app.command("load")
def load(
    folder: Annotated[Path, typer.Argument(help=phrase("cli.folder"), exists=True, file_okay=False)],
    preview: Annotated[bool, typer.Option("--preview", help=phrase("load.preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=phrase("load.yes_help"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=phrase("load.json_help"))] = False,
) -> None:
    """Read the folder and store it. In a terminal the difference is shown and asked about first, unless `yes`."""
    if as_json and not preview:
        stop(phrase("load.json_of_preview"))
    with store() as session:
        feeds = last_known(session)
    with problems_listed(), progress_shown() as step:
        content = read_folder(folder, with_responses=True, feeds=feeds, now=the_moment(), step=step)
    echo_problems(content.problems.notes)
    if preview:
        _print_difference(_stored(content, for_good=False), as_json)
        return
    asks = sys.stdin.isatty() and not yes
    if asks:
        difference = _stored(content, for_good=False)
        _echo(difference)
        if difference.changes and not typer.confirm(phrase("load.ask", count=len(difference.changes))):
            typer.echo(phrase("load.left"))
            return
    done = _stored(content, for_good=True)
    if not asks:
        _echo(done)
    typer.echo(phrase("cli.loaded", count=len(done.changes)) if done.changes else phrase("cli.nothing_changed"))
    _echo_calendars()


def _echo_calendars() -> None:
    """Print which patterns no event fits, and how it went with reading the committee systems."""
    with store() as session:
        for sentence in patterns_without_events(session):
            typer.echo(sentence)
        # Nothing was asked of a committee system now, so when was it, and how did it go?
        zone = organisation(session).time_zone
        for state in feed_states(session, (COMMITTEES,), the_moment()):
            name = "load.source_read" if state.read_at else "load.source_not_read"
            read = short_moment(state.read_at, zone) if state.read_at else ""
            typer.echo(phrase(name, name=state.name, read=read))
            if state.problem:
                typer.echo(phrase("feeds.in_part", name=state.name, problem=state.problem))


def _print_difference(difference: Stored, as_json: bool) -> None:
    """Print what storing it would change."""
    if as_json:
        print_json({"changes": difference.changes, "kept": difference.kept})
        return
    _echo(difference)
    count = len(difference.changes)
    typer.echo(phrase("load.would_change", count=count) if count else phrase("load.would_change_nothing"))


def _stored(content: Folder, for_good: bool) -> Stored:
    """What storing it changes; not for good, it is rolled back."""
    with progress_shown() as step, store() as session:
        step("storing" if for_good else "comparing")
        stored = store_folder(session, content, the_moment())
        if not for_good:
            session.rollback()
    return stored


def _echo(stored: Stored) -> None:
    for line in (*stored.changes, *stored.kept):
        typer.echo(line)
