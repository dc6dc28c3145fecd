"""One cell of a table: its text, the day that it holds, and what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import (
    SERIAL_DAY_ZERO,
    Doubt,
    WrittenDate,
    parse_written_date,
)


@dataclass(frozen=True)
class TableCell:
    """A row's cell in one column; it is a rules.programmes.field_types AnswerCell."""

    row: Row
    column: str

    @property
    def text(self) -> str:
        return self.row[self.column]

    def wrong(self, name: str, /, **values: Any) -> None:
        self.row.wrong(self.column, name, **values)

    def day(self, text: str, exact: bool = False) -> date | None:
        """Convert a text of the cell: ISO, or a written date where the table's dates are day-first; else a problem.

        None for a blank. A month alone gives its last day, and a placeholder such as TBC gives None: both are noted, or
        are problems where the day must be `exact`.
        """
        if not text:
            return None
        source = self.row.source
        found = parse_written_date(text, source.day_zero) if source.day_first else read_iso(text)
        if isinstance(found, date):
            return found
        if isinstance(found, Doubt):
            self.wrong(found.name, **found.values)
            return None
        if isinstance(found, WrittenDate) and not found.is_month:
            return found.day
        if exact:
            self.wrong("day_needed", text=text)
        elif isinstance(found, WrittenDate):
            self.row.note(self.column, "month_for_a_day", text=text, day=found.day.isoformat())
            return found.day
        else:
            self.row.note(self.column, "words_for_a_day", text=found.text)
        return None


def read_iso(text: str) -> date | Doubt:
    """Parse an ISO date; the doubt says where the text is a spreadsheet's day number or a day-first date."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Doubt("no_such_day", {"text": text})
    parsed = parse_written_date(text, SERIAL_DAY_ZERO)
    if isinstance(parsed, WrittenDate) and re.fullmatch(r"\d{5}(\.\d+)?", text):
        return Doubt("spreadsheet_day", {"text": text, "meant": parsed.day.isoformat()})
    if isinstance(parsed, WrittenDate) and re.fullmatch(r"\d{1,2}([/.])\d{1,2}\1\d{4}", text):
        return Doubt("day_first", {"text": text, "meant": parsed.day.isoformat()})
    return Doubt("not_a_day", {"text": text})
