"""The rows of a table as text with their place in the file, independent of the file's format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from remembrancer.problems import Problems

MOST_ROWS, MOST_COLUMNS = 20_000, 500  # of a table; the largest published risk registers have some hundreds of rows


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be read; `name` is the sentence in words.yaml, and `shown` the cell's text."""

    name: str
    shown: str


Cell = str | Fault


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet: its rows by number from 1, without empty rows.

    `day_zero` is the day from which day numbers are counted; None where the file does not say (CSV). `headings` are
    the rows that consist of one text merged over several columns; `filled_rows` have a text merged with a row above;
    `struck_rows` have text that is struck through.
    """

    sheet: str | None
    records: dict[int, list[Cell]]
    day_zero: date | None = None
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()
    headings: Mapping[int, str] = field(default_factory=dict)
    filled_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Source:
    """The file that rows come from, how their cells are read, and where their problems go.

    `headers` maps our name of a column to the header that the spreadsheet shows. With `day_first`, written dates are
    read (intake/tables/date_cells.py); without it dates must be ISO.
    """

    file: str
    problems: Problems
    sheet: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    day_zero: date | None = None

    def wrong(self, row: int | None, column: str | None, name: str, /, **values: Any) -> None:
        self.problems.add(self.file, row, self._shown(column), name, sheet=self.sheet, **values)

    def note(self, row: int | None, column: str | None, name: str, /, **values: Any) -> None:
        self.problems.note(self.file, row, self._shown(column), name, sheet=self.sheet, **values)

    def _shown(self, column: str | None) -> str | None:
        return self.headers.get(column, column) if column else None


@dataclass(frozen=True)
class Row:
    """One row; `number` is that of the spreadsheet, and `cells` are stripped texts by our names of the columns."""

    source: Source
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        return column in self.cells

    def wrong(self, column: str | None, name: str, /, **values: Any) -> None:
        self.source.wrong(self.number, column, name, **values)

    def note(self, column: str | None, name: str, /, **values: Any) -> None:
        self.source.note(self.number, column, name, **values)


@dataclass(frozen=True)
class Table:
    """The rows of one file."""

    source: Source
    rows: list[Row] = field(default_factory=list)
