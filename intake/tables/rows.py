"""What every table is read into, whatever it was written in: rows of text that know their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from remembrancer.problems import Problems

MOST_ROWS, MOST_COLUMNS = 20_000, 500  # of a table; the largest risk register that is published has some hundreds


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be read. `name` is its sentence in words.yaml, `shown` what the cell shows."""

    name: str
    shown: str


Cell = str | Fault


@dataclass(frozen=True)
class Grid:
    """A sheet as it stands: its rows by number, the first being 1; rows without any text are left out.

    `day_zero` is what its day numbers count from; None where the file does not say (CSV). `headings` are the rows
    that are one text merged over several columns; `filled_rows` those that show a text merged with a row above;
    `struck_rows` those with text struck through.
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
    """Where rows come from and how their cells are meant.

    `headers` gives for our name of a column the one that the spreadsheet shows. `day_first` admits dates as people
    write them (intake/tables/date_cells.py); without it they are ISO.
    """

    file: str
    sheet: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False
    day_zero: date | None = None

    def wrong(self, problems: Problems, row: int | None, column: str | None, name: str, /, **values: Any) -> None:
        problems.add(self.file, row, self._shown(column), name, sheet=self.sheet, **values)

    def note(self, problems: Problems, row: int | None, column: str | None, name: str, /, **values: Any) -> None:
        problems.note(self.file, row, self._shown(column), name, sheet=self.sheet, **values)

    def _shown(self, column: str | None) -> str | None:
        return self.headers.get(column, column) if column else None


@dataclass(frozen=True)
class Row:
    """One record. `number` as a spreadsheet shows it: the header is row 1. Cells are stripped text, by our names."""

    source: Source
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        return column in self.cells

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def sheet(self) -> str | None:
        return self.source.sheet

    def wrong(self, problems: Problems, column: str | None, name: str, /, **values: Any) -> None:
        """Add the problem `name`, at this row and column."""
        self.source.wrong(problems, self.number, column, name, **values)

    def note(self, problems: Problems, column: str | None, name: str, /, **values: Any) -> None:
        self.source.note(problems, self.number, column, name, **values)


@dataclass(frozen=True)
class Table:
    """The rows of one file."""

    source: Source
    rows: list[Row] = field(default_factory=list)
