"""The day in a table's cell: ISO, or as people write it where the table's dates are day-first."""

import re
from datetime import date

from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import SERIAL_DAY_ZERO, Doubt, Precision, SaidDate, SaidWords, read_said
from remembrancer.problems import Problems


def said_date(row: Row, column: str, problems: Problems) -> SaidDate | SaidWords | None:
    """What a cell of a table with day-first dates says; None for a blank, and for a doubt, which is a problem."""
    return to_said(row[column], row, column, problems) if row[column] else None


def to_said(text: str, row: Row, column: str, problems: Problems) -> SaidDate | SaidWords | None:
    said = read_said(text, row.source.day_zero)
    if isinstance(said, Doubt):
        row.wrong(problems, column, said.name, **said.values)
        return None
    return said


def read_day(row: Row, column: str, problems: Problems, exact: bool = False) -> date | None:
    """The day in a cell; None and a problem for anything else, None for a blank. See to_day."""
    return to_day(row[column], row, column, problems, exact) if row[column] else None


def to_day(text: str, row: Row, column: str, problems: Problems, exact: bool = False) -> date | None:
    """The text as a day: ISO, or as people write it where the table's dates are day-first.

    A month alone is its last day, and words such as TBC are no day: both are noted. Where the day must be `exact`,
    they are problems.
    """
    if not row.source.day_first:
        return _iso_day(text, row, column, problems)
    said = to_said(text, row, column, problems)
    if isinstance(said, SaidDate) and said.precision is Precision.DAY:
        return said.day
    if said and exact:
        row.wrong(problems, column, "day_needed", text=text)
    elif isinstance(said, SaidDate):
        row.note(problems, column, "month_for_a_day", text=text, day=said.day.isoformat())
        return said.day
    elif said:
        row.note(problems, column, "words_for_a_day", text=said.text)
    return None


def _iso_day(text: str, row: Row, column: str, problems: Problems) -> date | None:
    found = read_iso(text)
    if isinstance(found, Doubt):
        row.wrong(problems, column, found.name, **found.values)
        return None
    return found


def read_iso(text: str) -> date | Doubt:
    """ISO text as a date. A spreadsheet's day number and a day-first date are named for what they are."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Doubt("no_such_day", {"text": text})
    said = read_said(text, SERIAL_DAY_ZERO)
    if isinstance(said, SaidDate) and re.fullmatch(r"\d{5}(\.\d+)?", text):
        return Doubt("spreadsheet_day", {"text": text, "meant": said.day.isoformat()})
    if isinstance(said, SaidDate) and re.fullmatch(r"\d{1,2}([/.])\d{1,2}\1\d{4}", text):
        return Doubt("day_first", {"text": text, "meant": said.day.isoformat()})
    return Doubt("not_a_day", {"text": text})
