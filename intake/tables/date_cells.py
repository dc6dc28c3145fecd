"""Reads days in table cells: ISO dates, or written dates where the table's dates are day-first."""

import re
from datetime import date

from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import (
    SERIAL_DAY_ZERO,
    Doubt,
    Precision,
    WrittenDate,
    parse_written_date,
)
from remembrancer.problems import Problems


def read_day(row: Row, column: str, problems: Problems, exact: bool = False) -> date | None:
    """Read the day in a cell as `to_day` does; None for a blank cell."""
    return to_day(row[column], row, column, problems, exact) if row[column] else None


def to_day(text: str, row: Row, column: str, problems: Problems, exact: bool = False) -> date | None:
    """Convert a text to a day: ISO, or a written date where the table's dates are day-first; None and a problem else.

    A month alone gives its last day, and a placeholder such as TBC gives None: both are noted, or are problems where
    the day must be `exact`.
    """
    if not row.source.day_first:
        return _iso_day(text, row, column, problems)
    parsed = parse_written_date(text, row.source.day_zero)
    if isinstance(parsed, Doubt):
        row.wrong(problems, column, parsed.name, **parsed.values)
        return None
    if isinstance(parsed, WrittenDate) and parsed.precision is Precision.DAY:
        return parsed.day
    if exact:
        row.wrong(problems, column, "day_needed", text=text)
    elif isinstance(parsed, WrittenDate):
        row.note(problems, column, "month_for_a_day", text=text, day=parsed.day.isoformat())
        return parsed.day
    else:
        row.note(problems, column, "words_for_a_day", text=parsed.text)
    return None


def _iso_day(text: str, row: Row, column: str, problems: Problems) -> date | None:
    found = read_iso(text)
    if isinstance(found, Doubt):
        row.wrong(problems, column, found.name, **found.values)
        return None
    return found


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
