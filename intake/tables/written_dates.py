"""Parses dates as people write them, day first, and never guesses between two readings.

The grammar is our own: dateparser, even strict, reads 09/13/2019 as 13 September, does not see that 13 September 2018
was no Friday, and gives a month without a day today's day; a wrong date here is a missed deadline.
"""

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

SERIAL_DAY_ZERO = date(1899, 12, 30)  # the day from which a spreadsheet counts its day numbers
YEARS = range(1970, 2200)
MONTHS = {
    **{name.lower(): at for at, name in enumerate(month_name) if name},
    **{name.lower(): at for at, name in enumerate(month_abbr) if name},
    "sept": 9,
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_DATE_YET = re.compile(
    r"(on[ -]?hold|paused|suspended|deferred|postponed|tb[acd]|t\.b\.[acd]\.?|on-?going|continuous|awaiting|pending|"
    r"n/a|not applicable|not known|unknown|none|standing|"
    r"to be (confirmed|agreed|announced|advised|decided|determined|arranged))(?!\w).*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class WrittenDate:
    """A date that was parsed; where it `is_month`, a month alone, `day` is its last day."""

    day: date
    is_month: bool = False


@dataclass(frozen=True)
class Placeholder:
    """A text in place of a date that says why there is none, such as 'ON HOLD – awaiting funding' or 'TBC'."""

    text: str


@dataclass(frozen=True)
class Doubt:
    """The reason why a text is no certain date; `name` and `values` give the sentence in words.yaml."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)


Parsed = WrittenDate | Placeholder | Doubt


def parse_written_date(text: str, day_zero: date | None = None) -> Parsed:
    """Parse a text where a date is expected.

    `day_zero` is the day from which the workbook counts its day numbers; without it a day number is in doubt, because a
    CSV file does not say which of the two date systems it comes from.
    """
    flat = " ".join(text.split())
    for pattern, read in _GRAMMAR:
        found = pattern.fullmatch(flat)
        if found:
            return read(found)
    if re.fullmatch(r"\d{5}(\.\d+)?", flat):
        meant = (day_zero or SERIAL_DAY_ZERO) + timedelta(days=int(float(flat)))
        if day_zero is None:
            return Doubt("serial_day", {"text": flat, "meant": meant.isoformat()})
        return WrittenDate(meant) if meant.year in YEARS else Doubt("no_such_day", {"text": flat})
    return Placeholder(text) if NO_DATE_YET.fullmatch(flat) else Doubt("no_said_date", {"text": flat[:60]})


def _year(text: str) -> int | None:
    """Parse a year; two digits up to 69 are of this century, and others are ambiguous (None)."""
    year = int(text) + (2000 if len(text) == 2 else 0)
    return year if year in YEARS and not (len(text) == 2 and int(text) > 69) else None


def _month_number(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS[text.lower()]


def _day(found: re.Match[str]) -> Parsed:
    text, year, weekday = found[0], _year(found["y"]), found.groupdict().get("w")
    if year is None:
        return Doubt("which_century" if len(found["y"]) == 2 else "year_beyond", {"text": text})
    try:
        made = date(year, _month_number(found["m"]), int(found["d"]))
    except ValueError:
        return Doubt("no_such_day", {"text": text})
    if weekday and WEEKDAYS[made.weekday()] != weekday.lower():
        return Doubt("other_weekday", {"text": text, "weekday": f"{made:%A}"})
    return WrittenDate(made)


def _day_first(found: re.Match[str]) -> Parsed:
    if int(found["m"]) > 12 >= int(found["d"]):
        return Doubt("month_first", {"text": found[0]})
    return _day(found)


def _month(found: re.Match[str]) -> Parsed:
    year, month = _year(found["y"]), _month_number(found["m"])
    if year is None or not 1 <= month <= 12:
        return Doubt("no_such_day", {"text": found[0]})
    return WrittenDate(date(year, month, monthrange(year, month)[1]), is_month=True)


def _doubt(name: str) -> Callable[[re.Match[str]], Parsed]:
    return lambda found: Doubt(name, {"text": found[0]})


_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_M = rf"(?P<m>{_NAMES})\.?"
_W = r"(?:(?P<w>mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_Y = r"(?P<y>\d{4}|\d{2})"
_D = r"(?P<d>\d{1,2})"
_TH = r"(?:st|nd|rd|th)?"
_NIGHT = r"(?: 00:00(?::00)?)?"  # spreadsheets add midnight to a day
_GRAMMAR: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Parsed]]] = [
    (re.compile(pattern, re.IGNORECASE | re.ASCII), read)
    for pattern, read in (
        (rf"(?P<y>\d{{4}})([-/])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_NIGHT}", _day),
        (rf"{_W}{_D}(?P<s>[/.-])(?P<m>\d{{1,2}})(?P=s){_Y}{_NIGHT}", _day_first),
        (rf"{_W}{_D}{_TH}(?: of)?[ /-]?{_M},?[ /-]?{_Y}", _day),
        (rf"{_W}{_M} {_D}{_TH},? (?P<y>\d{{4}})", _day),
        (rf"{_M},?[ /-](?P<y>\d{{4}})", _month),
        (r"(?P<m>\d{1,2})/(?P<y>\d{4})", _month),
        (
            rf"(?:{_NAMES})\.?[ /-]?'?\d{{2}}|\d{{1,2}}{_TH}[ /-]?(?:{_NAMES})\.?|\d{{1,2}}[/.]\d{{1,2}}",
            _doubt("no_year"),
        ),
        (r"(?:q(?:uarter)? ?[1-4]|[1-4](?:st|nd|rd|th) quarter)\b.*", _doubt("quarter_for_a_day")),
        (r"\d{4}([/–-]\d{2,4})?", _doubt("year_for_a_day")),
    )
]
