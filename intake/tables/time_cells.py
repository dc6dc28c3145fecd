"""Reads times of day and moments in table cells."""

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.written_dates import WrittenDate, parse_written_date

_CLOCK = r"(?P<h>\d{1,2})(?:[:.](?P<min>\d{2}))?(?::(?P<s>\d{2})(?:\.\d+)?)?(?: ?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|GMT[+-]\d{1,2}(?::?\d{2})?))?"
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_MOMENT = re.compile(rf"(?P<day>.+?)(?:T|,? (?:at )?){_CLOCK}{_ZONE}", re.IGNORECASE)


def to_time(text: str) -> time | None:
    """Parse a time of day such as 10:00, 10.30, 10am, 2.15 pm or noon; None for anything else, also a bare number."""
    if text.casefold() in ("noon", "midday"):
        return time(12)
    found = _TIME.fullmatch(text)
    return _time(found) if found and (found["min"] or found["half"]) else None


def _time(found: re.Match[str]) -> time | None:
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    hours = hour % 12 + (12 if half == "p" else 0) if half else hour
    minutes, seconds = int(found["min"] or 0), int(found["s"] or 0)
    return time(hours, minutes, seconds) if hours < 24 and minutes < 60 and seconds < 60 else None


def read_moment(row: Row, column: str, zone: str) -> datetime | None:
    """Read the aware moment in a cell, in the time zone `zone` unless it names another; None and a problem otherwise.

    2019-09-13 16:30 is always read; 13/09/2019 4:30 PM and the like where the table's dates are day-first.
    """
    text = " ".join(row[column].split())
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    if found and (row.source.day_first or re.fullmatch(r"\d{4}-\d{2}-\d{2}", found["day"])):
        parsed, clock = parse_written_date(found["day"]), _time(found) if found["min"] else None
        if isinstance(parsed, WrittenDate) and not parsed.is_month and clock is not None:
            return datetime.combine(parsed.day, clock, _zone(found["zone"], zone))
    row.wrong(column, "not_a_moment", text=text)
    return None


def _zone(text: str | None, zone: str) -> tzinfo:
    if not text:
        return ZoneInfo(zone)
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if not offset:
        return UTC
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-away if offset[1] == "-" else away)
