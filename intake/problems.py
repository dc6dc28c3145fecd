"""What is wrong with what was read: where, and in words that say the fix."""

from dataclasses import dataclass, field
from typing import Any

from wording import say


@dataclass(frozen=True)
class Problem:
    """`row` and `column` as a spreadsheet or an editor shows them, counted from 1; None where the file is meant.

    `sheet` is a workbook's sheet; None in a file that has none.
    """

    file: str
    row: int | None
    column: str | None
    text: str
    sheet: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        place += [f"sheet {self.sheet}"] if self.sheet is not None else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.text}"


@dataclass
class Problems:
    """`found` stop a load; `notes` are said and stop nothing."""

    found: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        """Add the problem whose sentence is `problems.<name>`."""
        self.found.append(Problem(file, row, column, say(f"problems.{name}", **values), sheet))

    def note(
        self, file: str, row: int | None, column: str | None, name: str, /, *, sheet: str | None = None, **values: Any
    ) -> None:
        self.notes.append(Problem(file, row, column, say(f"problems.{name}", **values), sheet))


class RefusedError(Exception):
    """What was read is refused whole. `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("\n".join(str(problem) for problem in problems.found))
        self.problems = problems
