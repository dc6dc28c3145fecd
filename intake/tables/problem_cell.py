"""One cell of a table, which says itself what is wrong with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from remembrancer.intake.tables.date_cells import to_day
from remembrancer.intake.tables.rows import Row
from remembrancer.problems import Problems


@dataclass(frozen=True)
class ProblemCell:
    """A row's cell in one column, and where its problems go; it is a rules.programmes.field_types AnswerCell."""

    row: Row
    column: str
    problems: Problems

    @property
    def text(self) -> str:
        return self.row[self.column]

    def day(self, text: str) -> date | None:
        return to_day(text, self.row, self.column, self.problems) if text else None

    def wrong(self, name: str, /, **values: Any) -> None:
        self.row.wrong(self.problems, self.column, name, **values)
