"""Plans a new financial year of an organisation's folder: its windows, its items, and the files that change."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from remembrancer.intake.drafts.next_items import Becomes, Known, NextItem, Ref, next_items
from remembrancer.intake.drafts.next_windows import NextWindows, propose_windows, with_events
from remembrancer.intake.drafts.own_tables import as_csv
from remembrancer.intake.folder import items
from remembrancer.intake.folder.answer_files import WindowName
from remembrancer.intake.folder.items import ItemRow, read_items
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.tables.column_mapping import TableColumns, read_columns
from remembrancer.intake.tables.reader import ENDINGS, find_table
from remembrancer.problems import Problems


@dataclass(frozen=True)
class NewYear:
    """What is proposed; `files` are the changed files by their path in the folder, `gone` those that are moved away."""

    windows: NextWindows
    items: list[NextItem]
    files: Mapping[str, bytes]
    gone: Collection[str]

    def items_that(self, becomes: Becomes) -> list[NextItem]:
        return [item for item in self.items if item.becomes == becomes]

    @property
    def changes_items(self) -> bool:
        return any(item.becomes != Becomes.CARRIED_ON for item in self.items)


@dataclass(frozen=True)
class Wish:
    """What the admin asks for: which year, by the calendar year in which it `begins`, and with which items."""

    year: int
    begins: date
    table: Path | None = None
    keep: Collection[str] = ()


def plan_new_year(
    path: Path,
    folder: Folder,
    wish: Wish,
    known: Mapping[Ref, Known],
    over: Collection[WindowName],
    now: datetime,
    problems: Problems,
) -> NewYear:
    """Plan the year; `over` are the windows that are closed, whose recorded answers are stored."""
    windows = propose_windows(folder, wish.year, now, problems)
    given = _given(path, folder, wish.table, problems) if wish.table is not None else None
    found = next_items(folder, given, known, wish.keep, wish.begins)
    files: dict[str, bytes] = {}
    gone: list[str] = []
    for calendar in folder.organisation.calendars:
        events = [each.event for each in windows.proposed if each.calendar == calendar]
        if events and calendar.file is not None:
            data = files.get(calendar.file) or (path / calendar.file).read_bytes()
            files[calendar.file] = with_events(data, events)
    if any(item.becomes != Becomes.CARRIED_ON for item in found):
        files["items.csv"] = _items_text(folder, found)
        old = find_table(path, "items", problems)
        gone += [old.name] if old is not None and old.name != "items.csv" else []
        gone += _stored_answers(path, over)
    return NewYear(windows, found, files, gone)


def _given(path: Path, folder: Folder, table: Path, problems: Problems) -> list[ItemRow]:
    """The items table of the new year; where there is one programme, the table need not name it."""
    spec = read_columns(path, problems).items
    keys = list(folder.programmes)
    if len(keys) == 1 and "programme" not in (spec.always if spec else {}):
        spec = (spec or TableColumns()).model_copy(
            update={"always": {**(spec.always if spec else {}), "programme": keys[0]}}
        )
    posts = Names({row.post for row in folder.people if row.post})
    return read_items(table, folder.programmes, (), posts, problems, spec)


def _items_text(folder: Folder, found: Collection[NextItem]) -> bytes:
    facts = list(dict.fromkeys(fact for programme in folder.programmes.values() for fact in programme.facts))
    rows = [item.row for item in found if item.becomes != Becomes.RETIRED]
    cells = (
        [row.programme, row.ref, row.title, row.lead_post, "; ".join(row.contributing_posts)]
        + [str(row.facts.get(fact) or "") for fact in facts]
        for row in rows
    )
    return as_csv([*items.COLUMNS, *facts], cells).encode("utf-8")


def _stored_answers(path: Path, over: Collection[WindowName]) -> Iterator[str]:
    """Yield the files of answers of windows that are over, which may name items that there are no more."""
    names = {name for programme, key in over for name in (key, f"{programme}.{key}")}
    for file in sorted([*(path / "responses").glob("*"), *(path / "forms").glob("*")]):
        if file.stem in names and file.suffix.lower() in ENDINGS:
            yield f"{file.parent.name}/{file.name}"
