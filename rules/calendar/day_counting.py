"""Counts days to a latest or earliest day as the law and councils do, and explains each count.

Clear days leave out both ends: the day of publication and the day of the meeting. Those of an agenda (Local Government
Act 1972, s100B) are counted as working days, those of a notice (SI 2012/2089, reg 5 and 9) as calendar days.

Every count takes the day from which it starts, the number `n` (0 to 366), the organisation's working days, the last day
for which bank holidays are announced, and the direction in which a result that is no working day is rolled. A count
out of range raises CannotCountError.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import Literal, Protocol

from dateutil.relativedelta import relativedelta, weekday

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, bank_holidays

Roll = Literal["none", "earlier", "later"]
Fate = Literal["counts", "works", "weekend", "bank_holiday", "closed"]
"""The part of a day in a count: it counts, it counts although it is a bank holiday, or the reason it does not."""
YEARS = (1970, 2199)
MOST = 366


class CannotCountError(ValueError):
    """A count is out of range; `name` and `values` give the sentence in templates/words.yaml (deadlines)."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


@dataclass(frozen=True)
class CountedDay:
    """One day of a count and whether it counts; `holiday` is the name of the bank holiday, if it is one."""

    day: date
    fate: Fate = "counts"
    holiday: str = ""

    @property
    def counts(self) -> bool:
        return self.fate in ("counts", "works")


@dataclass(frozen=True)
class Counted:
    """The result of a count.

    `raw` is the day before rolling, and `date` the day after it; `rolled` says whether they differ. A result is
    `provisional` where a day of the count is later than the last for which bank holidays are announced. `because` are
    the days of the count, in order.
    """

    raw: date
    rolled: bool
    provisional: bool
    because: tuple[CountedDay, ...]
    date: date


class Counting(Protocol):
    """A function that counts from `day`; the module explains the arguments."""

    def __call__(self, day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted: ...


def announced_by_default(today: date) -> date:
    """Return the last day for which bank holidays are assumed to be announced: GOV.UK lists this year and the next."""
    return date(today.year + 1, 12, 31)


def check_reach(day: date, n: int) -> None:
    """Raise CannotCountError for a day or a number out of range."""
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise CannotCountError("year_out_of_reach", day=day.isoformat(), first=YEARS[0], last=YEARS[1])
    if not 0 <= n <= MOST:
        raise CannotCountError("number_out_of_reach", n=n, most=MOST)


def _within_reach(count: Counting) -> Counting:
    @wraps(count)
    def checked(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
        check_reach(day, n)
        return count(day, n, time, announced_until, roll)

    return checked


@_within_reach
def latest_publication(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the last working day that leaves `n` clear working days before a meeting on `day`."""
    found = time.before(day, n + 1)
    return _counted(_classified(_days_between(day, found), time), found, time, announced_until, roll)


@_within_reach
def earliest_meeting(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the first working day that leaves `n` clear working days after publication on `day`."""
    found = time.after(day, n + 1)
    return _counted(_classified(_days_between(day, found), time), found, time, announced_until, roll)


@_within_reach
def earliest_decision(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the first day that leaves `n` clear calendar days after notice on `day`."""
    found = day + DAY * (n + 1)
    return _counted(_as_counting(_days_between(day, found)), found, time, announced_until, roll)


@_within_reach
def latest_notice(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the last day that leaves `n` clear calendar days before a decision on `day`; never roll it later."""
    found = day - DAY * (n + 1)
    return _counted(_as_counting(_days_between(day, found)), found, time, announced_until, roll)


@_within_reach
def working_days_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the calendar day after `n` whole working days have passed since `day`, as for a call-in period."""
    found = (time.after(day, n) if n else day) + DAY
    return _counted(_classified(_days_between(day, found), time), found, time, announced_until, roll)


@_within_reach
def working_days_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the `n`-th working day before `day`; with 0, `day` itself."""
    found = time.before(day, n) if n else day
    return _counted(_classified(_days_between(day, found - DAY), time) if n else [], found, time, announced_until, roll)


@_within_reach
def days_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to `n` calendar days before `day`."""
    return _counted(_at_intervals(day, -DAY, n), day - DAY * n, time, announced_until, roll)


@_within_reach
def days_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to `n` calendar days after `day`."""
    return _counted(_at_intervals(day, DAY, n), day + DAY * n, time, announced_until, roll)


@_within_reach
def weeks_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the same weekday `n` weeks before `day`."""
    return _counted(_at_intervals(day, -DAY * 7, n), day - DAY * 7 * n, time, announced_until, roll)


@_within_reach
def weeks_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """Count to the same weekday `n` weeks after `day`."""
    return _counted(_at_intervals(day, DAY * 7, n), day + DAY * 7 * n, time, announced_until, roll)


def weekday_of_month(number: int, months_before: int) -> Counting:
    """Return a count to the n-th weekday `number` (0 is Monday) of the month that is `months_before` that of `day`.

    Where that is not before `day`, the count goes to the one a month earlier. `n` is 1 to 4, because every month has
    at least four of each weekday.
    """

    @_within_reach
    def count(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
        if not 1 <= n <= 4:
            raise CannotCountError("weekday_out_of_reach", n=n)
        found = _in_month(day, n, number, months_before)
        found = found if found < day else _in_month(day, n, number, months_before + 1)
        return _counted(_at_intervals(found - DAY * 7 * n, DAY * 7, n), found, time, announced_until, roll)

    return count


def _in_month(day: date, n: int, number: int, months_before: int) -> date:
    found: date = day + relativedelta(months=-months_before, day=1, weekday=weekday(number, n))
    return found


def _days_between(start: date, end: date) -> list[date]:
    """Return the days strictly between two days, in the order from `start` to `end`."""
    step = DAY if start < end else -DAY
    return [start + step * n for n in range(1, abs((end - start).days))]


def _at_intervals(start: date, step: timedelta, n: int) -> list[CountedDay]:
    return _as_counting([start + step * each for each in range(1, n + 1)])


def _as_counting(days: Sequence[date]) -> list[CountedDay]:
    return [CountedDay(day) for day in days]


def _classified(days: Sequence[date], time: WorkingTime) -> list[CountedDay]:
    return [CountedDay(day, _part_in_count(day, time), _holiday(day, time)) for day in days]


def _holiday(day: date, time: WorkingTime) -> str:
    return bank_holidays(time.nation, day.year).get(day, "")


def _part_in_count(day: date, time: WorkingTime) -> Fate:
    if time.is_working_day(day):
        return "works" if _holiday(day, time) else "counts"
    if day.weekday() >= 5:
        return "weekend"
    return "closed" if day in time.closed else "bank_holiday"


def _counted(days: list[CountedDay], raw: date, time: WorkingTime, announced_until: date, roll: Roll) -> Counted:
    found = _ROLL[roll](time, raw)
    if found != raw:
        days = [*days, *_classified([raw, *_days_between(raw, found)], time)]
    latest = max(raw, found, *(each.day for each in days))
    return Counted(raw, found != raw, latest > announced_until, tuple(days), date=found)


_ROLL: dict[Roll, Callable[[WorkingTime, date], date]] = {
    "none": lambda time, day: day,
    "earlier": WorkingTime.working_day_on_or_before,
    "later": WorkingTime.working_day_on_or_after,
}
