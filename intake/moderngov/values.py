"""Converts texts of a committee system to days, times, statuses, and readable text."""

import html
import re
from dataclasses import replace
from datetime import date, time

from remembrancer.intake.moderngov.types import Status
from remembrancer.intake.tables.written_dates import MONTHS, YEARS

NOON_AND_MIDNIGHT = {"noon": time(12), "midday": time(12), "midnight": time(0)}
NOT_HELD = frozenset({"cancelled", "canceled", "postponed", "deferred", "abandoned"})
AS_PLANNED = frozenset({"", "confirmed", "provisional", "proposed", "scheduled", "to be confirmed", "adjourned"})
_TAG = re.compile(r"</?(?:p|br|b|i|u|em|strong|span|div|font|sup|sub|a|li|ul|ol)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_WORDED = re.compile(r"(?:[A-Za-z]+,? )?(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (\d{4})", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2})(?:[.:]\d{2})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?|noon\b|midday\b|midnight\b)?(?![\d.:]*\d)",
    re.IGNORECASE | re.ASCII,
)


def readable(text: str) -> str:
    """Unescape a text twice, remove tags and unprintable characters, and collapse its white space."""
    for _ in range(2):
        text = html.unescape(text)
    return " ".join("".join(each if each.isprintable() else " " for each in _TAG.sub(" ", text)).split())


def slashed_day(text: str) -> date | None:
    """Parse '24/09/2026', day first; None for another form. Raises ValueError where there is no such day."""
    found = _SLASHED.fullmatch(text)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else None


def worded_day(text: str) -> date | None:
    """Parse '24 September 2026', '1st Oct 2022' or 'Thursday, 24 September 2026'; fails as `slashed_day` does.

    strptime is not used, because it reads the names of months in the machine's locale.
    """
    found = _WORDED.fullmatch(" ".join(text.split()))
    month = MONTHS.get(found[2][:3].lower()) if found else None
    return _day(int(found[1]), month, int(found[3])) if found and month else None


def _day(day: int, month: int, year: int) -> date:
    if year not in YEARS:
        raise ValueError(f"{year} is not among the years that are monitored")
    return date(year, month, day)


def clock_time(text: str) -> tuple[time, str] | None:
    """Split a text into the time that it begins with and the rest: '10.00 am', '13:30', 'noon', '6 pm or later'.

    Returns None where it begins with no time of day; a bare number such as '10' is none.
    """
    if text.lower() in NOON_AND_MIDNIGHT:
        return NOON_AND_MIDNIGHT[text.lower()], ""
    found = _TIME.match(text)
    if not found or (found["minute"] is None and found["half"] is None):
        return None
    hour = _hour(int(found["hour"]), (found["half"] or "").lower())
    minute = int(found["minute"] or 0)
    if hour is None or minute > 59:
        return None
    return time(hour, minute), text[found.end() :].strip()


def _hour(hour: int, half: str) -> int | None:
    """Return the hour of the day (0 to 23); None where hour and half do not fit together."""
    if half.startswith("p") or half in ("noon", "midday"):
        return hour + 12 if 1 <= hour < 12 else hour if 12 <= hour < 24 else None
    if half:
        return hour % 12 if 1 <= hour <= 12 else None
    return hour if hour < 24 else None


def status_of(text: str) -> tuple[Status, list[str]]:
    """Parse a status such as 'Confirmed; Rescheduled from 24 September 2026', and return its unknown parts too."""
    found, unknown = Status(text), list[str]()
    for part in (part.strip().lower() for part in text.split(";")):
        moved = re.fullmatch(r"rescheduled (from|to) (.+)", part)
        day = _moved_day(moved[2]) if moved else None
        is_elsewhere = moved is not None and moved[1] == "to"
        if day and not is_elsewhere:
            found = replace(found, moved_from=day)
        gone = part.split()[:1] and re.sub(r"\W+$", "", part.split()[0]) in NOT_HELD
        if not (day or gone or part in AS_PLANNED):
            unknown.append(part)
        if gone or is_elsewhere:
            found = replace(found, cancelled=True)
    return found, unknown


def _moved_day(text: str) -> date | None:
    """Parse a day with or without a time after it."""
    alone = re.sub(r"[, ]+(?:at )?\d{1,2}[.:]\d{2}.*$", "", text.strip())
    try:
        return slashed_day(alone) or worded_day(alone)
    except ValueError:
        return None
