"""`remembrancer new-year FOLDER YEAR`: the next financial year's windows and items, shown first and then written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from remembrancer.cli.database import store
from remembrancer.cli.new_year.lines import lines_of, plan_as_json, year_in_words
from remembrancer.cli.shared import echo_problems, print_json, problems_listed, stop, stop_if_refused, the_moment
from remembrancer.intake.drafts.changed_folder import BEFORE, read_changed, write_changed
from remembrancer.intake.drafts.new_year import NewYear, Wish, plan_new_year
from remembrancer.intake.drafts.next_items import Known, Ref
from remembrancer.intake.folder.answer_files import WindowName
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.models import Item, Programme, Window, WindowState
from remembrancer.problems import Problems
from remembrancer.queries.organisation import organisation
from remembrancer.queries.returns import newest_answers
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.feeds.poll import last_known
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase

app = typer.Typer()
OVER = (WindowState.CLOSED, WindowState.LOCKED)


@app.command("new-year")
def new_year(
    folder: Annotated[Path, typer.Argument(help=phrase("cli.folder"), exists=True, file_okay=False)],
    year: Annotated[str, typer.Argument(help=phrase("year.cli_year"))],
    items: Annotated[
        Path | None, typer.Option("--items", help=phrase("year.cli_items"), exists=True, dir_okay=False)
    ] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help=phrase("year.cli_keep"))] = None,
    preview: Annotated[bool, typer.Option("--preview", help=phrase("year.cli_preview"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=phrase("load.json_help"))] = False,
) -> None:
    """Show what becomes of windows and items, and write the changed files unless `preview`."""
    if as_json and not preview:
        stop(phrase("load.json_of_preview"))
    first = first_year_of(year)
    now = the_moment()
    with store() as session:
        loaded = as_loaded(session, first, now)
    with problems_listed("year.refused"):
        content = read_folder(folder, with_responses=True, feeds=loaded.feeds, now=now)
    echo_problems(content.problems.notes)
    _stop_if_not_loaded(folder, content, loaded)
    _stop_if_unknown(content, keep or [])
    wish = Wish(first, date(first, *content.organisation.year_start), items, keep or [])
    problems = Problems()
    plan = plan_new_year(folder, content, wish, loaded.items, loaded.over, now, problems)
    stop_if_refused(problems, "year.refused")
    if not as_json:
        for line in lines_of(plan, content, first, now):
            typer.echo(line)
    with problems_listed("year.refused"):
        read_changed(folder, plan.files, plan.gone, now, loaded.feeds)
    if as_json:
        print_json(plan_as_json(plan), content.organisation.zone)
        return
    if loaded.waits is not None and plan.changes_items:
        title, opens_at = loaded.waits
        said = {"window": title, "day": in_full(opens_at, content.organisation.time_zone)}
        if not preview:
            stop(phrase("year.not_opened", **said))
        typer.echo(phrase("year.not_opened_yet", **said))
    if preview or not plan.files:
        files = ", ".join([*plan.files, *plan.gone])
        typer.echo(phrase("year.would_change", files=files) if files else phrase("year.nothing_changes"))
        return
    write(folder, plan, folder / f"{BEFORE}{year_in_words(first, content)}")


def first_year_of(text: str) -> int:
    """The calendar year in which the year begins: 2020 of '2020-21', '2020/21' and '2020'."""
    found = re.fullmatch(r"((?:19|20)\d\d)(?:[-/](?:\d\d)?(\d\d))?", text.strip())
    if found is None or (found[2] and int(found[2]) != (int(found[1]) + 1) % 100):
        stop(phrase("year.no_year", text=text))
    return int(found[1])


@dataclass(frozen=True)
class Loaded:
    """What the database knows: of items that the folder last named, of windows, and of calendar feeds.

    `over` are the windows that are closed. `waits` is the title and the opening of the first window of an earlier year
    that is to come.
    """

    items: dict[Ref, Known]
    over: list[WindowName]
    waits: tuple[str, datetime] | None
    feeds: dict[str, bytes]


def as_loaded(session: Session, year: int, now: datetime) -> Loaded:
    """What is loaded. Raises NothingLoadedError before the first load."""
    organisation(session)
    answers = newest_answers(session)
    rows = session.exec(select(Programme.key, Item).join(Programme).where(Item.active))
    items = {
        (key, item.ref): Known(item.standing, item.standing_reason or "", answers.get(stored_id(item.id), {}))
        for key, item in rows
    }
    windows = session.exec(select(Programme.key, Window).join(Programme).order_by(col(Window.opens_at))).all()
    to_come = [
        (window.title, window.opens_at)
        for _, window in windows
        if window.year < year and window.state == WindowState.SCHEDULED and window.opens_at > now
    ]
    over = [(key, window.key) for key, window in windows if window.state in OVER]
    return Loaded(items, over, next(iter(to_come), None), dict(last_known(session)))


def _stop_if_not_loaded(folder: Path, content: Folder, loaded: Loaded) -> None:
    differ = {(item.programme, item.ref) for item in content.items} ^ set(loaded.items)
    if differ:
        stop(phrase("year.not_loaded", folder=folder, refs=", ".join(" ".join(each) for each in sorted(differ))))


def _stop_if_unknown(content: Folder, keep: Sequence[str]) -> None:
    unknown = set(keep) - {item.ref for item in content.items}
    if unknown:
        stop(phrase("year.no_such_ref", refs=", ".join(sorted(unknown))))


def write(folder: Path, plan: NewYear, before: Path) -> None:
    if before.exists():
        stop(phrase("year.there_already", before=before))
    kept = [name for name in (*plan.files, *plan.gone) if (folder / name).exists()]
    write_changed(folder, plan.files, plan.gone, before)
    typer.echo(phrase("year.written", files=", ".join(str(folder / name) for name in plan.files)))
    typer.echo(phrase("year.kept_before", before=before, files=", ".join(kept)))
    typer.echo(phrase("year.next", folder=folder))
