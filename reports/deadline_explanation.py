"""Explains a deadline in words: which days count, and why others do not."""

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
    lines = []
    for alike, found in groupby(counted.because, key=lambda each: each.fate == "counts"):
        days = list(found)
        first, last = sorted((days[0].day, days[-1].day))
        if alike and len(days) > WEEK and (last - first).days == len(days) - 1:
            lines.append(phrase("deadlines.run", first=in_full(first), last=in_full(last), count=len(days)))
        else:
            lines += [_line(each) for each in days]
    return lines


def _line(each: CountedDay) -> str:
    return phrase(f"deadlines.{each.fate}", day=in_full(each.day), holiday=each.holiday)
