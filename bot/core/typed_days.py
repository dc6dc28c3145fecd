"""Reads days and moments typed into a form's boxes, as the chat does: '13/09/2019', 'Friday', '18 September, 5pm'."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from remembrancer.bot.language.dates import RELATIVE_DAY, parse_day, to_date
from remembrancer.intake.tables.time_cells import to_time


def typed_day(text: object, today: date) -> date | None:
    """The day in a box; a time of day after it is left out. None for anything that is no day."""
    words = " ".join(str(text or "").split())
    if re.fullmatch(RELATIVE_DAY, words, re.IGNORECASE):
        return parse_day(words, today, today)
    if day := to_date(words, today):
        return day
    before, clock = _without_time(words)
    return typed_day(before, today) if clock else None


def typed_moment(text: object, today: date, zone: str) -> datetime | None:
    """The moment in a box, in this time zone; None where the day or the time of day is missing."""
    before, clock = _without_time(" ".join(re.sub(r"(?<=\d)T(?=\d)", " ", str(text or "")).split()))
    day = typed_day(before, today)
    return datetime.combine(day, clock, ZoneInfo(zone)) if day and clock else None


def _without_time(words: str) -> tuple[str, time | None]:
    """The words without the time of day that ends them ('5pm', '2.15 pm', 'noon'), and that time."""
    for count in (1, 2):
        begins, ends = words.rsplit(" ", count)[0], " ".join(words.split(" ")[-count:])
        if begins != words and (clock := to_time(ends)):
            return re.sub(r"(?:,|,? at)$", "", begins), clock
    return words, None
