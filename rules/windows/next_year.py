"""Moves a programme's windows to the next year by the rule that their days follow, onto working days."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from operator import eq

from remembrancer.rules.calendar.working_time import WorkingTime

_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([/–-])(\d{4}|\d\d))?(?!\d)|(?<!\d)(\d\d)/(\d\d)(?![\d/])")


class Rule(StrEnum):
    """What the opening days of a programme's windows have in common."""

    LAST_DAY = "last_day"
    SAME_DATE = "same_date"
    LAST_WEEKDAY = "last_weekday"
    NTH_WEEKDAY = "nth_weekday"


@dataclass(frozen=True)
class Span:
    """The first and the last day of a window."""

    opens: date
    closes: date


@dataclass(frozen=True)
class Moved:
    """A window's days in the next year; `by_rule` are those before they were put onto working days."""

    was: Span
    rule: Rule
    by_rule: Span
    days: Span


Nominal = Callable[[int, int], date]
"""The day that a rule gives in a month, by year and month."""


def moved_a_year(spans: Sequence[Span], time: WorkingTime) -> list[Moved]:
    """Move windows of one programme: the opening by their common rule, the close as long after it as it was.

    An opening that falls on no working day goes to the next one, and a close to the one before. Where windows open
    on a date, such as the first of a month, the close keeps its date too.
    """
    common = _common_rule([span.opens for span in spans], time)
    return [_moved(span, common or _own_rule(span.opens), time) for span in spans]


def _common_rule(days: Sequence[date], time: WorkingTime) -> tuple[Rule, Nominal] | None:
    """The rule by which every day is found, where it may have been put onto the next working day.

    Of several rules, that which gives most days just as they are, and then the first here: two windows on the 8th
    that are Mondays are taken for second Mondays.
    """
    earliest, weekdays = min(day.day for day in days), sorted({day.weekday() for day in days})
    rules: list[tuple[Rule, Nominal]] = [
        (Rule.LAST_DAY, _last_day),
        (Rule.SAME_DATE, partial(_date, day=1)),
        *((Rule.LAST_WEEKDAY, partial(_last_weekday, weekday=weekday)) for weekday in weekdays),
        *((Rule.NTH_WEEKDAY, partial(_nth_weekday, weekday=each, before=(earliest - 1) // 7)) for each in weekdays),
        (Rule.SAME_DATE, partial(_date, day=earliest)),
    ]
    fitting = []
    for rule, nominal in rules:
        wanted = [nominal(day.year, day.month) for day in days]
        if all(day in (each, time.working_day_on_or_after(each)) for day, each in zip(days, wanted, strict=True)):
            fitting.append((sum(map(eq, days, wanted)), rule, nominal))
    return max(fitting, key=lambda each: each[0])[1:] if fitting else None


def _own_rule(day: date) -> tuple[Rule, Nominal]:
    return Rule.NTH_WEEKDAY, partial(_nth_weekday, weekday=day.weekday(), before=(day.day - 1) // 7)


def _moved(span: Span, rule: tuple[Rule, Nominal], time: WorkingTime) -> Moved:
    name, nominal = rule
    was, opens = nominal(span.opens.year, span.opens.month), nominal(span.opens.year + 1, span.opens.month)
    is_dated = name in (Rule.SAME_DATE, Rule.LAST_DAY)
    closes = _same_date(span.closes) if is_dated else opens + (span.closes - was)
    first = time.working_day_on_or_after(opens)
    last = max(first, time.working_day_on_or_before(closes))
    return Moved(span, name, Span(opens, closes), Span(first, last))


def _same_date(day: date) -> date:
    """The date a year later; the last day of a month stays the last."""
    last = _last_day(day.year + 1, day.month)
    return last if day == _last_day(day.year, day.month) else _date(day.year + 1, day.month, day.day)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _date(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _last_weekday(year: int, month: int, weekday: int) -> date:
    last = _last_day(year, month)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _nth_weekday(year: int, month: int, weekday: int, before: int) -> date:
    """The weekday with so many of it in the month before; the last where there are not so many."""
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * before)
    return found if found.month == month else _last_weekday(year, month, weekday)


def with_next_year(text: str) -> str:
    """A title with its years one later: 'Quarter 1 2019/20' becomes 'Quarter 1 2020/21', 'July 2026' 'July 2027'."""
    return _YEARS.sub(_next, text)


def _next(found: re.Match[str]) -> str:
    year, divider, second, short, other = found.groups()
    if year is None:
        is_pair = (int(short) + 1) % 100 == int(other)
        return f"{(int(short) + 1) % 100:02}/{(int(other) + 1) % 100:02}" if is_pair else found[0]
    later = str(int(year) + 1)
    if second is None:
        return later
    follows = int(second[-2:]) == (int(year) + 1) % 100
    return f"{later}{divider}{str(int(year) + 2)[-len(second) :] if follows else second}"
