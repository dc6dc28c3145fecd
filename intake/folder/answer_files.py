"""Reads the files of answers in a folder: responses/ in our own format, forms/ as exported by a forms product."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from remembrancer.intake.folder.forms_export import read_forms_export
from remembrancer.intake.folder.items import ItemRow
from remembrancer.intake.folder.names import Names
from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.folder.responses import Response, read_responses
from remembrancer.intake.tables.column_mapping import ColumnsSpec
from remembrancer.intake.tables.reader import ENDINGS, OTHER_ENDINGS
from remembrancer.problems import Problems
from remembrancer.rules.programmes.spec import Programme

WindowName = tuple[str, str]
"""A window's programme and key."""


def read_answer_files(
    folder: Path,
    programmes: Mapping[str, Programme],
    people: Sequence[PersonRow],
    items: Sequence[ItemRow],
    windows: Sequence[WindowName],
    zone: str,
    columns: ColumnsSpec,
    problems: Problems,
    all_items: bool = True,
) -> dict[WindowName, list[Response]]:
    """Read the answers by window; a file is called WINDOW, or PROGRAMME.WINDOW where two programmes have the window.

    `programmes` include their boards, and `zone` is the organisation's. Without `all_items`, some items could not be
    read, so that no answer is said to be of an item that there is not.
    """
    found: dict[WindowName, list[Response]] = {}
    read: dict[WindowName, str] = {}
    for path in _answer_files(folder, problems):
        file = f"{path.parent.name}/{path.name}"
        names = [name for name in windows if path.stem in (name[1], f"{name[0]}.{name[1]}")]
        if len(names) != 1:
            known = ", ".join(f"{key}.csv" for _, key in windows)
            problems.add(file, None, None, "which_window" if names else "no_such_window_file", known=known)
            continue
        [window] = names
        programme = programmes.get(window[0])
        if window in read:
            problems.add(file, None, None, "two_tables", other=read[window])
        elif programme is not None:
            own = [item for item in items if item.programme == programme.key]
            if path.parent.name == "forms":
                spec = columns.forms.get(programme.key)
                found[window] = read_forms_export(path, programme, people, own, zone, problems, spec, all_items)
            else:
                spec = columns.responses.get(programme.key)
                refs = Names({item.ref for item in own}, complete=all_items)
                found[window] = read_responses(path, programme, refs, zone, problems, spec)
        read.setdefault(window, file)
    return found


def _answer_files(folder: Path, problems: Problems) -> Iterator[Path]:
    """Yield the tables in responses/ and forms/, without the lock files of open spreadsheets."""
    for path in sorted([*(folder / "responses").glob("*"), *(folder / "forms").glob("*")]):
        ending = path.suffix.lower()
        if path.name.startswith(("~$", ".")):
            continue
        if ending in OTHER_ENDINGS:
            file = f"{path.parent.name}/{path.name}"
            problems.add(file, None, None, "not_a_table_ending", name=path.stem, ending=ending)
        elif ending in ENDINGS:
            yield path
