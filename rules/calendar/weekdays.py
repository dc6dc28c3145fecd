"""Reads the days of the week that a person works, such as 'Mon-Wed' or 'Monday, Tuesday and Friday'."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY_TO_FRIDAY = frozenset(range(5))
_DAY = (
    r"(?:mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:s|nesdays?)?|thu(?:r(?:s(?:days?)?)?)?|fri(?:days?)?|sat(?:urdays?)?"
    r"|sun(?:days?)?)\b\.?"
)
_TO = r"\s*(?:[-–—]|\bto\b)\s*"
_PART = rf"{_DAY}(?:{_TO}{_DAY})?"
WEEKDAYS = rf"{_PART}(?:(?:\s*(?:[,;/&]|\band\b))*\s*{_PART})*"
"""The pattern of days of the week as people write them; it ignores case."""


@lru_cache(maxsize=1000)
def read_weekdays(text: str) -> frozenset[int] | None:
    """Return the days (0 is Monday) that a text names; None for another text, or a range that runs backwards."""
    if not re.fullmatch(WEEKDAYS, text.strip(), re.IGNORECASE):
        return None
    found: set[int] = set()
    for part in re.findall(_PART, text, re.IGNORECASE):
        first, *rest = (_number(name) for name in re.findall(_DAY, part, re.IGNORECASE))
        last = rest[0] if rest else first
        if last < first:
            return None
        found |= set(range(first, last + 1))
    return frozenset(found)


def _number(name: str) -> int:
    return next(number for number, full in enumerate(NAMES) if full.startswith(name[:3].title()))


def weekdays_text(days: Iterable[int]) -> str:
    """Return days as they are stored: 'Mon-Wed', 'Mon, Tue, Fri'; empty for Monday to Friday, which all work."""
    some = sorted(set(days)) if set(days) != MONDAY_TO_FRIDAY else []
    runs = [[day for _, day in run] for _, run in groupby(enumerate(some), lambda each: each[1] - each[0])]
    short = [[NAMES[day][:3] for day in run] for run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(run) for run in short)
