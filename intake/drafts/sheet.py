"""Reads a monitoring sheet of any shape: where its header is, and every column below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from remembrancer.intake.drafts.header_words import Meaning, meaning_of
from remembrancer.intake.tables.column_mapping import plain
from remembrancer.intake.tables.csv_file import Records, read_csv
from remembrancer.intake.tables.headers import SEARCHED_ROWS, Header, find_header
from remembrancer.intake.tables.mapped_reader import note_unusual_rows
from remembrancer.intake.tables.reader import ENDINGS
from remembrancer.intake.tables.rows import MOST_ROWS, Cell, Grid, Source
from remembrancer.intake.tables.xlsx_file import read_sheets
from remembrancer.problems import Problems

NEEDED = (Meaning.TITLE, Meaning.LEAD)


@dataclass(frozen=True)
class Column:
    """One column; `cells` are those that are filled, by row."""

    at: int
    header: str
    cells: Mapping[int, Cell]

    @property
    def letter(self) -> str:
        return get_column_letter(self.at + 1)

    @property
    def texts(self) -> list[str]:
        return [cell for cell in self.cells.values() if isinstance(cell, str)]

    def text(self, row: int) -> str:
        cell = self.cells.get(row, "")
        return cell if isinstance(cell, str) else ""


@dataclass(frozen=True)
class Sheet:
    """A table with its header; `rows` are those of items."""

    source: Source
    header_row: int
    columns: Sequence[Column]
    rows: Sequence[int]


def read_sheet(path: Path, sheet: str | None, problems: Problems) -> Sheet | None:
    """Read a CSV or XLSX file, of a workbook the sheet that is named or the only one that looks like a table of items.

    Adds a problem and returns None where there is no such table.
    """
    file, ending = path.name, path.suffix.lower()
    if ending not in ENDINGS:
        problems.add(file, None, None, "not_a_table_ending", ending=path.suffix or file, name=path.stem)
        return None
    if ending == ".csv":
        records = read_csv(path, file, problems, _known_headers)
        grids = [Grid(None, records)] if records else []
    else:
        grids = read_sheets(path, file, problems)
    grid = _choose(grids, file, sheet, problems)
    if grid is None:
        if not problems.found:
            problems.add(file, None, None, "draft_empty")
        return None
    return _read(grid, file, problems)


def _known_headers(records: Records) -> int:
    return len(_header(Grid(None, records)).at)


def _choose(grids: Sequence[Grid], file: str, sheet: str | None, problems: Problems) -> Grid | None:
    filled = [grid for grid in grids if grid.records]
    names = ", ".join(grid.sheet or "" for grid in filled)
    if sheet is not None:
        named = [grid for grid in filled if (grid.sheet or "").strip().casefold() == sheet.strip().casefold()]
        if filled and not named:
            problems.add(file, None, None, "draft_no_such_sheet", name=sheet, known=names)
        return named[0] if named else None
    tables = [grid for grid in filled if all(each in _header(grid).at for each in NEEDED)]
    shown = [grid for grid in tables if not grid.hidden] or tables or filled
    if len(shown) > 1:
        problems.add(file, None, None, "draft_which_sheet", known=", ".join(grid.sheet or "" for grid in shown))
        return None
    others = [grid.sheet or "" for grid in filled if grid not in shown]
    if others:
        problems.note(file, None, None, "sheets_passed_over", sheet=shown[0].sheet, others=", ".join(others))
    return shown[0] if shown else None


def _header(grid: Grid) -> Header:
    """The row that says most of what a sheet's header says; where none says any, the first with two texts."""
    first = [record for number, record in grid.records.items()][:SEARCHED_ROWS]
    texts = {cell for record in first for cell in record if isinstance(cell, str) and cell}
    known = {plain(text): meaning.value for text in texts if (meaning := meaning_of(text)) is not None}
    header = find_header(grid, known, NEEDED)
    if header.at:
        return header
    for number, record in grid.records.items():
        named = {at: cell for at, cell in enumerate(record) if isinstance(cell, str) and cell}
        if len(named) > 1:
            return Header(number, texts=named)
    return header


def _read(grid: Grid, file: str, problems: Problems) -> Sheet | None:
    header = _header(grid)
    source = Source(file, problems, grid.sheet, day_first=True, day_zero=grid.day_zero)
    for at, fault in header.faults:
        source.wrong(header.row, None, f"{fault.name}_in_header", column=get_column_letter(at + 1))
    below = {number: record for number, record in grid.records.items() if number > header.row}
    if len(below) > MOST_ROWS:
        source.wrong(None, None, "too_many_rows", rows=MOST_ROWS)
    rows = {number: record for number, record in below.items() if not _is_heading(grid, number, header, source)}
    if not rows:
        source.wrong(header.row, None, "draft_no_items")
    note_unusual_rows(grid, list(rows), source)
    columns = list(_columns(header, rows, source))
    return None if problems.found else Sheet(source, header.row, columns, list(rows))


def _is_heading(grid: Grid, number: int, header: Header, source: Source) -> bool:
    """Whether a row is a heading between the items: one text alone in a table of several columns."""
    filled = [cell for cell in grid.records[number] if cell]
    alone = len(filled) == 1 and len(header.texts) > 2
    text = grid.headings.get(number) or (filled[0] if alone and isinstance(filled[0], str) else "")
    if text:
        source.note(number, None, "heading_passed_over", text=str(text)[:80])
    return bool(text)


def _columns(header: Header, rows: Mapping[int, Sequence[Cell]], source: Source) -> Iterator[Column]:
    """Yield the columns that have a header; one without is noted where its cells are filled."""
    for at in range(max(map(len, [*rows.values(), [""] * (max(header.texts, default=0) + 1)]))):
        cells = {number: record[at] for number, record in rows.items() if at < len(record) and record[at]}
        text = " ".join(header.texts.get(at, "").split())
        if text:
            yield Column(at, text, cells)
        elif cells:
            source.note(header.row, None, "draft_no_header", column=get_column_letter(at + 1))
