"""Reads the leave in a cell of people.csv: first day, last day, and who is asked instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import WrittenDate, parse_written_date

LONGEST_LEAVE = 400  # two dates, a name and an address
_BETWEEN = (
    r"\s+(?:to|until|[-–—])\s+"  # 6 July 2026 to 10 July 2026
    r"|(?<=-\d\d)\s*/\s*(?=\d{4}-)"  # 2026-07-06/2026-07-10
    r"|(?<=[/. ]\d{4})\s*[-–—]\s*(?=\d)"  # 06/07/2026-10/07/2026
)
_DELEGATE = r"\S+@\S+|[^\d<>/]+<[^\s<>]+>"  # sam.okoro@example.org; Jo Hall <clerks@example.org>
_LEAVE = re.compile(rf"(?P<first>.+?)(?:(?:{_BETWEEN})(?P<last>.+?))?(?:\s+(?P<delegate>{_DELEGATE}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Leave:
    """A leave, first and last day included; `delegate` is what tells a person apart, as `Person.email` is."""

    first_day: date
    last_day: date
    delegate: str | None


def read_leave(row: Row) -> Iterator[Leave]:
    """Yield the leave of a row, several divided by semicolons; a problem is added for what is none."""
    for text in filter(None, (part.strip() for part in row["leave"].split(";"))):
        parts = _LEAVE.fullmatch(text) if len(text) <= LONGEST_LEAVE else None
        if not parts:
            row.wrong("leave", "not_leave", text=text)
            continue
        first, last = _day(row, parts["first"]), _day(row, parts["last"] or parts["first"])
        if first is None or last is None:
            continue
        if last < first:
            row.wrong("leave", "leave_ends_first", text=text)
            continue
        yield Leave(first, last, parts["delegate"])


def _day(row: Row, text: str) -> date | None:
    """A day with its month in letters is plain in any table; figures follow what the table says of its dates."""
    parsed = parse_written_date(text) if re.search(r"[A-Za-z]{3}", text) else None
    if isinstance(parsed, WrittenDate) and not parsed.is_month:
        return parsed.day
    return TableCell(row, "leave").day(text, exact=True)
