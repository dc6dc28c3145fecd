"""Makes the files of a drafted programme: its own, and what an organisation's folder needs so that it loads."""

import re
from collections.abc import Collection
from pathlib import Path

from remembrancer.intake.drafts.leads import Leads
from remembrancer.intake.drafts.own_tables import as_csv, with_rows
from remembrancer.intake.drafts.programme import Draft
from remembrancer.intake.drafts.yaml_text import Item, line, scalar, with_item
from remembrancer.intake.folder import items, person_row
from remembrancer.intake.folder.reader import Folder
from remembrancer.intake.tables.column_mapping import read_columns
from remembrancer.problems import Problems
from remembrancer.wording import phrase, render_file

ORGANISATION = "organisation.yaml"


def programme_text(draft: Draft, vacant: Collection[str]) -> str:
    """The programme file, with what was read and guessed beside each line; `vacant` are notes on leads."""
    sheet = draft.sheet.source.sheet
    of_sheet = phrase("draft.of_sheet", sheet=line(sheet)) if sheet else ""
    values = {"draft": draft, "vacant": vacant, "of_sheet": of_sheet}
    return render_file("programme/draft.yaml", **values, scalar=scalar, line=line)


def items_text(draft: Draft) -> str:
    columns = [*items.COLUMNS, *(fact.key for fact in draft.facts)]
    return as_csv(columns, ([row.get(column, "") for column in columns] for row in draft.items))


def folder_files(path: Path, folder: Folder, draft: Draft, leads: Leads, problems: Problems) -> dict[str, bytes]:
    """The new and changed files of a folder that has the programme, by their path in it.

    Items and vacant posts become rows, the first board hears of the programme, and an event with its title is a window.
    """
    columns = read_columns(path, problems)
    facts = [fact.key for fact in draft.facts]
    files = {
        f"programmes/{draft.key}.yaml": programme_text(draft, leads.vacant.values()),
        **with_rows(path, "items", columns.items, [*items.COLUMNS, *facts], draft.items, problems),
    }
    if leads.vacant:
        vacant = [{"post": post} for post in leads.vacant]
        files |= with_rows(path, "people", columns.people, person_row.COLUMNS, vacant, problems)
    if not folder.organisation.boards:
        problems.add(ORGANISATION, None, "boards", "draft_no_board")
    else:
        text = (path / ORGANISATION).read_bytes().decode("utf-8-sig")
        files[ORGANISATION] = _with_programme(text, folder, draft, problems)
    return {name: text.encode("utf-8") for name, text in files.items()}


def _with_programme(text: str, folder: Folder, draft: Draft, problems: Problems) -> str:
    use = {"key": draft.key, "boards": [folder.organisation.boards[0].key]}
    text = _added(text, ("programmes",), use, {"boards": phrase("draft.note_boards")}, problems)
    if not folder.organisation.calendars:
        return text
    summary = re.escape(draft.title).replace(r"\ ", " ")
    days = {"key": "{opens:%Y-%m}", "title": "{opens:%B %Y}"}
    event = {"window": draft.key, "summary": f"^{summary}$", **days}
    notes = {"window": phrase("draft.note_window", title=draft.title)}
    return _added(text, ("calendars", 0, "events"), event, notes, problems)


def _added(text: str, path: tuple[str | int, ...], item: Item, notes: dict[str, str], problems: Problems) -> str:
    added = with_item(text, path, item, notes)
    if added is None:
        problems.add(ORGANISATION, None, str(path[0]), "draft_not_added", where=path[0])
    return added or text
