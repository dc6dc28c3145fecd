"""Reads days in people's words: whole dates ('31 March 2027', '1.4.27'), and days from now ('next Friday', 'the 12th').

The grammar is our own and reads only what is whole: libraries read '32 March' as a day of 2032 and '00/03' as another
month's (scrapinghub/dateparser#868, #804; dateutil/dateutil#1321).
"""

import re
from datetime import date, timedelta
from functools import lru_cache

_NAMES = (
    "jan(?:uary)?",
    "feb(?:ruary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)
MONTHS = (
    rf"(?:{'|'.join(name for name in _NAMES if name != 'may')}"
    r"|may(?!\s+(?:be|not(?!\s+(?:the\s+)?\d)|have|well|need|take|slip|move|change)\b))\b"  # 'phase 2 may slip'
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"\b(?:mon|tues?|weds?|wednes|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_ENDS = r"(?=\s*(?:[.,;:!?()\]\n/]|\Z|-|–|->|→|(?:to|or|and|at|now|not|was|as|so|but|because|thanks)\b))"
_YEAR = rf"(?:,? (?:\d{{4}}(?!\d)|'?\d{{2}}(?![\d:.]\d|\d){_ENDS}))"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
DAY = (
    rf"(?:{WEEKDAY},? (?:the )?)?(?:\b\d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d)"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?:\d{2})?(?!\d)|\b(?!24/7)\d{1,2}/\d{1,2}(?![\d/])"
    rf"|(?:the )?\b{_ORDINAL}(?: of)? ?{MONTHS}(?:\.?{_YEAR})?"
    rf"|\b{MONTHS}\.? {_ORDINAL}(?!\d){_YEAR}?)"
)
"""A day with its month; the year may be missing."""
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{2}(?:\d{2})?)",
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})",
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?: of)? ?(?P<m>[a-z]+)\.?(?:,? '?(?P<y>\d{2}|\d{4}))?",
        r"(?P<m>[a-z]+)\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,? '?(?P<y>\d{2}|\d{4}))?",
    )
)
JUST_BEEN = timedelta(days=120)
"""A day without a year that is so little past may be meant, and not the next one."""
SLIP = timedelta(days=31)
"""A day without a year that is said to be past, and is so little ahead, is most likely a slip: no year is guessed."""


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """The pattern, whatever the case: compiled once, for re's own cache is too small for the words of a programme."""
    return re.compile(text, re.IGNORECASE)


def to_date(text: str, today: date, is_past: bool = False) -> date | None:
    """The day of a date's text, the day first in figures; None for a day that does not exist.

    A year of two digits is of this century. Without a year: the next such day, or where `is_past` the last one.
    None also where a weekday is named, and the day is another: no one can tell which of the two is meant.
    """
    words = " ".join(text.strip().split())
    weekday = re.match(rf"{WEEKDAY},? ", words, re.IGNORECASE)
    found = _to_date(words[weekday.end() :] if weekday else words, today, is_past)
    return found if found is None or weekday is None or found.weekday() == _weekday(weekday[0]) else None


def _to_date(text: str, today: date, is_past: bool) -> date | None:
    words = re.sub(r"^the ", "", text, flags=re.IGNORECASE)
    found = next((match for form in _FORMS if (match := form.fullmatch(words))), None)
    month = _month(found["m"]) if found else None
    if found is None or month is None:
        return None
    day, year = int(found["d"]), found.groupdict().get("y")
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    ahead = _day(today.year, month, day)
    if is_past and ahead and timedelta(0) < ahead - today <= SLIP:
        return None
    years = (today.year, today.year - 1) if is_past else (today.year, today.year + 1)
    days = (_day(year, month, day) for year in years)
    return next((each for each in days if each and (each <= today if is_past else each >= today)), None)


def has_just_been(text: str, today: date, read: date) -> date | None:
    """The day of the year before, where that may be meant: the text has no year, and what was `read` is far ahead."""
    past = to_date(text, today, is_past=True)
    return past if past and read - past > timedelta(days=300) and today - past < JUST_BEEN else None


def _weekday(text: str) -> int:
    """The number of a weekday's name, from 0 for Monday."""
    return next(n for n, name in enumerate(WEEKDAYS) if name.startswith(text.strip().lower()[:3]))


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    return next((n for n, name in enumerate(_NAMES, 1) if re.fullmatch(name, text, re.IGNORECASE)), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_OF_MONTH = r"(?:the )?(\d{1,2})(?:st|nd|rd|th)"
RELATIVE_DAY = (
    rf"(?:today|tomorrow|(?:(?:this|next|on) )?{WEEKDAY}(?! (?:the )?\d)"
    rf"|(?:{WEEKDAY},? )?(?:{DAY}|(?:the )?\b\d{{1,2}}(?:st|nd|rd|th)\b))"
)
"""A day relative to today or without a year: 'tomorrow', 'next Friday', 'the 12th', 'Thu 12 September'."""


def parse_day(text: str, today: date, earliest: date) -> date | None:
    """The day that a RELATIVE_DAY text names; for a weekday or a day without a year, the next from `earliest` on.

    'Next Friday' is the Friday of next week, whatever the day today. None where a weekday and a date contradict.
    """
    words = text.strip().lower()
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    weekday = re.fullmatch(rf"(?:(?P<which>this|next|on) )?(?P<name>{WEEKDAY})", words)
    if weekday:
        begin = max(earliest, today + timedelta(days=7 - today.weekday())) if weekday["which"] == "next" else earliest
        return begin + timedelta(days=(_weekday(weekday["name"]) - begin.weekday()) % 7)
    named = re.match(rf"{WEEKDAY},? ", words)
    of_month = re.fullmatch(_OF_MONTH, words[named.end() :] if named else words)
    if of_month:
        days = (earliest + timedelta(days=n) for n in range(62))
        found = next((day for day in days if day.day == int(of_month[1])), None)
        return found if found is None or named is None or found.weekday() == _weekday(named[0]) else None
    return to_date(words, earliest)
