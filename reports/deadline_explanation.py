"""Explains a deadline in words: which days count, and why others do not."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from remembrancer.rules.calendar.day_counting import Counted, CountedDay
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase

WEEK = 7


def because(counted: Counted) -> list[str]:
    """Return a line for every day of the count, in order, such as 'Thursday 1 April 2021 counts'."""
    return [_line(each) for each in counted.because]


def because_in_short(counted: Counted) -> list[str]:
    """Return the same lines, with one line for more than a week of consecutive days that count."""
    return list(_lines(counted))


def _lines(counted: Counted) -> Iterator[str]:
    for alike, found in groupby(counted.because, key=lambda each: each.fate == "counts"):
        days = list(found)
        if alike and len(days) > WEEK and _in_a_row(days):
            first, last = sorted((days[0].day, days[-1].day))
            yield phrase("deadlines.run", first=in_full(first), last=in_full(last), count=len(days))
        else:
            yield from (_line(each) for each in days)


def _in_a_row(days: Sequence[CountedDay]) -> bool:
    return abs((days[-1].day - days[0].day).days) == len(days) - 1


def _line(each: CountedDay) -> str:
    return phrase(f"deadlines.{each.fate}", day=in_full(each.day), holiday=each.holiday)
