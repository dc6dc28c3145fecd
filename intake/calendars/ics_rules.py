"""The dates of a recurrence rule (RFC 5545, 3.3.10) between two moments, in bounded time whatever the rule says.

dateutil works the rule out, and would look for a date that never comes (30 February) until the year 9999. So the rule
is worked out nineteen times four hundred years later, when the calendar is day for day the same (400 Gregorian years
are a whole number of weeks) and there is little left to look through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any

from dateutil import rrule as dateutil
from icalendar.prop import vRecur

MOST_OCCURRENCES = 5_000
"""Of one event within the horizon. A daily meeting makes 1,461 in four years."""
MOST_EVENTS = 10_000
"""Windows and meetings of one file, those of series counted each."""
MOST_BEFORE = 50_000
"""Steps of one rule from its first date to the end of the horizon. A daily meeting since 1970 makes 21,500."""
MOST_LISTED = 20_000
"""Dates that one file lists one by one (RDATE, EXDATE)."""
MOST_STEPS = 250_000
"""Years, months, weeks, days or shorter steps that are looked through for all the rules of one file."""
MOST_TIMES_A_DAY = 24
LATER = 7_600
"""Years. The latest begin that is read, in 2199, is then in 9799."""
_LISTS = ("BYSETPOS", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSECOND")
_ONCE = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST")
_SECONDS = {"YEARLY": 31_536_000, "MONTHLY": 2_419_200, "WEEKLY": 604_800, "DAILY": 86_400}
_SECONDS |= {"HOURLY": 3_600, "MINUTELY": 60, "SECONDLY": 1}


class RuleError(ValueError):
    """The rule cannot be followed. `name` is that of the sentence, `problems.<name>`, and `values` are put into it."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


@dataclass
class Budget:
    """What one file may still cost."""

    steps: int = MOST_STEPS
    events: int = MOST_EVENTS
    listed: int = MOST_LISTED

    def spend(self, steps: int = 0, events: int = 0, listed: int = 0) -> None:
        """Raises RuleError where that is more than is left."""
        self.steps -= steps
        self.events -= events
        self.listed -= listed
        if self.listed < 0:
            raise RuleError("ics_too_many_dates", most=MOST_LISTED)
        if self.events < 0:
            raise RuleError("ics_too_many_events", most=MOST_EVENTS)
        if self.steps < 0:
            raise RuleError("ics_repeats_too_much")


def dates_of(
    rule: vRecur, first: datetime, until: datetime | None, span: tuple[datetime, datetime], budget: Budget
) -> list[datetime]:
    """The rule's dates within the span, counted from `first`. All are wall-clock times of one zone, without the zone.

    `until` is the rule's UNTIL by that clock. Raises RuleError.
    """
    budget.spend()
    made = _made(rule, first)
    stop = min(span[1], until) if until else span[1]
    if min(_steps(rule, first, stop), _count(rule)) > MOST_BEFORE:
        raise RuleError("repeats_too_often", most=MOST_OCCURRENCES)
    found: list[datetime] = []
    last = first.replace(year=9_999 - LATER, month=12, day=31)
    for number, start in enumerate(_shifted_back(made), start=1):
        if start > stop or number >= _count(rule):
            last = start
        if start <= stop and start >= span[0]:
            found.append(start)
        if len(found) > MOST_OCCURRENCES:
            raise RuleError("repeats_too_often", most=MOST_OCCURRENCES)
        if start > stop:
            break
    budget.spend(steps=_steps(rule, first, last))
    return found


def _shifted_back(made: Any) -> Iterator[datetime]:
    for start in made:
        yield start.replace(year=start.year - LATER)


def _made(rule: vRecur, first: datetime) -> Any:
    """The rule as dateutil has it. What it would choke on, or be at for ever, is refused first."""
    _check(rule)
    given: dict[str, Any] = {name.lower(): [int(n) for n in rule[name]] for name in _LISTS if name in rule}
    if "BYDAY" in rule:
        given["byweekday"] = [_weekday(day) for day in rule["BYDAY"]]
    if "WKST" in rule:
        given["wkst"] = _weekday(rule["WKST"][0])
    frequency = getattr(dateutil, rule["FREQ"][0])
    start = first.replace(year=first.year + LATER)
    try:
        return dateutil.rrule(frequency, start, _interval(rule), count=rule.get("COUNT", [None])[0], **given)
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise RuleError("bad_rule", error=str(error)[:80]) from error


def _weekday(day: Any) -> Any:
    weekday = getattr(dateutil, day.weekday)
    return weekday(day.relative) if day.relative else weekday


def _check(rule: vRecur) -> None:
    wrong = [name for name in rule if name not in (*_LISTS, *_ONCE, "BYDAY") and not name.startswith("X-")]
    wrong += [name for name in _ONCE if len(rule.get(name, [])) > 1]
    wrong += ["BYMONTH" for month in rule.get("BYMONTH", ()) if month.leap]
    if "FREQ" not in rule or wrong:
        raise RuleError("bad_rule", error=", ".join(wrong)[:80] or "no FREQ")
    if _interval(rule) < 1 or _count(rule) < 1:
        raise RuleError("bad_rule", error="INTERVAL" if _interval(rule) < 1 else "COUNT")
    finer_than_days = _SECONDS[rule["FREQ"][0]] < _SECONDS["DAILY"]
    filtered = any(name.startswith("BY") for name in rule)
    if _times_a_day(rule) > MOST_TIMES_A_DAY or (finer_than_days and filtered):
        raise RuleError("repeats_within_days")


def _times_a_day(rule: vRecur) -> int:
    return prod(len(rule.get(name, [1])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))


def _interval(rule: vRecur) -> int:
    return int(rule.get("INTERVAL", [1])[0])


def _count(rule: vRecur) -> float:
    return float(rule.get("COUNT", ["inf"])[0])


def _steps(rule: vRecur, first: datetime, last: datetime) -> int:
    """How many years, months, weeks, days or shorter steps lie between, each as often as it may give a date."""
    periods = max(0, int((last - first).total_seconds())) // (_SECONDS[rule["FREQ"][0]] * _interval(rule))
    return (periods + 1) * _times_a_day(rule)
