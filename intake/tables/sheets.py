"""Sheets of an XLSX workbook as grids of text (ISO/IEC 29500-1, 18.3), read in one pass that any file ends soon.

openpyxl gives the number formats and the arithmetic of dates. Its readers are not used: the read-only one knows no
merged cells and no hidden rows, reads a sheet without <dimension> twice, and takes four seconds for a hundred thousand
cells; the other keeps a million formatted empty rows in memory.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException

from remembrancer.intake.tables.cells import Workings, read_cell
from remembrancer.intake.tables.rows import MOST_COLUMNS, Cell, Fault, Grid
from remembrancer.intake.tables.xlsx_archive import MOST_UNPACKED, UnreadableError, add_unreadable, chunks, open_archive
from remembrancer.intake.tables.xlsx_parts import SheetPart, Workbook
from remembrancer.intake.tables.xlsx_xml import Budget, parse
from remembrancer.problems import Problems

WHOLE_SHEET = (1, 1, 16_384, 1_048_576)
MOST_MERGED = 100_000  # cells that are filled from the one they are merged with
EMPTY_ROW = re.compile(rb'<row r="\d+"[^<>]*(?:(?<=/)>|>(?:<c\b[^<>]*(?:(?<=/)>|></c>))*</row>)')


def read_sheets(path: Path, file: str, problems: Problems) -> list[Grid]:
    """The worksheets in their order; none, and a problem, where the file is no workbook that can be read."""
    try:
        with open_archive(path) as archive:
            budget = Budget()
            book = Workbook.of(archive, budget)
            return [
                _grid(sheet, _without_empty_rows(chunks(archive, sheet.part, MOST_UNPACKED)), book.workings, budget)
                for sheet in book.sheets
            ]
    except (FileNotFoundError, IsADirectoryError):
        problems.add(file, None, None, "no_such_file")
    except UnreadableError as error:
        add_unreadable(error, file, problems)
    except (ValueError, IndexError, KeyError, OverflowError, CellCoordinatesException):
        problems.add(file, None, None, "broken_workbook")
    return []


def _without_empty_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A sheet's bytes without its numbered rows of formatted empty cells: people leave a million of them behind.

    Where the pattern fits nothing, as in a sheet written another way, everything is kept; it never takes a value.
    """
    rest = b""
    for piece in pieces:
        block = rest + piece
        cut = max(block.rfind(b"<row"), 0) or len(block)
        rest = block[cut:]
        yield EMPTY_ROW.sub(b"", block[:cut])
    yield EMPTY_ROW.sub(b"", rest)


def _grid(sheet: SheetPart, pieces: Iterator[bytes], workings: Workings, budget: Budget) -> Grid:
    handler = _Sheet(workings)
    parse(pieces, handler, budget)
    rows = dict(sorted(handler.rows.items()))
    width = max((max(row) for row in rows.values()), default=0)
    if width > MOST_COLUMNS:
        raise UnreadableError("too_many_columns", columns=MOST_COLUMNS)
    headings, filled = _fill_merged(rows, handler.merged, width)
    return Grid(
        sheet=sheet.name,
        records={number: [row.get(at, "") for at in range(1, max(row) + 1)] for number, row in rows.items()},
        day_zero=workings.epoch.date(),
        hidden=sheet.hidden,
        hidden_rows=frozenset(handler.hidden),
        headings=headings,
        filled_rows=filled,
    )


def _fill_merged(
    rows: dict[int, dict[int, Cell]], merged: list[str], width: int
) -> tuple[dict[int, str], frozenset[int]]:
    """Every cell of a merged range shows what its first one does, as it does to whoever looks at the sheet.

    Given back are the rows that are one merged text, and those that were given a text of a row above.
    """
    headings: dict[int, str] = {}
    filled: set[int] = set()
    numbers, left = sorted(rows), MOST_MERGED
    for reference in merged:
        edges = zip(range_boundaries(reference), WHOLE_SHEET, strict=True)
        first_column, first_row, last_column, last_row = (edge or whole for edge, whole in edges)
        cell = rows.get(first_row, {}).get(first_column)
        if not cell:
            continue
        across = range(first_column, min(last_column, width) + 1)
        down = numbers[bisect_left(numbers, first_row) : bisect_right(numbers, last_row)]
        left -= len(down) * len(across)
        if left < 0:
            raise UnreadableError("broken_workbook")
        if isinstance(cell, str) and len(across) > 1 and len(rows[first_row]) == 1:
            headings[first_row] = cell
        for number in down:
            rows[number] |= dict.fromkeys(across, cell)
        filled |= set(down) - {first_row}
    return headings, frozenset(filled)


@dataclass
class _Sheet:
    """Hears the elements of a sheet's part, and keeps its cells by row number and column."""

    workings: Workings
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    kind: str = "n"
    style: int = 0
    formula: bool = False
    phonetic: bool = False
    hears: str = ""
    value: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        elif name == "rPh":
            self.phonetic = True
        self.formula = self.formula or name == "f"
        self.hears = name if name in ("v", "f", "t") and not self.phonetic else ""

    def end(self, name: str) -> None:
        self.hears = ""
        if name == "c":
            self._end_cell()
        elif name == "rPh":
            self.phonetic = False

    def text(self, data: str) -> None:
        if self.hears == "f":
            self.said.append(data)
        elif self.hears:
            self.value.append(data)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0
        if attributes.get("hidden") in ("1", "true"):
            self.hidden.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
        self.column += 1
        if "r" in attributes:
            letters, self.row = coordinate_from_string(attributes["r"])
            self.column = column_index_from_string(letters)
        self.formula = False
        self.value.clear()
        self.said.clear()

    def _end_cell(self) -> None:
        if self.formula:
            cell: Cell = Fault("formula", f"={''.join(self.said)}"[:60])
        else:
            cell = read_cell(self.kind, "".join(self.value), self.style, self.workings)
        if cell:
            self.rows.setdefault(self.row, {})[self.column] = cell
