"""Counting days as the law and real councils do: to a latest day, to an earliest day, and why it is that day.

Clear days leave out both ends: the day of publication and the day of the meeting. Those of an agenda (Local Government
Act 1972, s100B) are counted as working days, those of a notice (SI 2012/2089, reg 5 and 9) as calendar days.

Every count takes the day that it starts from, how many (0 to 366), the body's working days, the last day for which bank
holidays are announced, and how a result that is no working day is rolled. One out of reach raises CannotCountError.
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
"""Of a day in a count: it counts; it counts although it is a bank holiday; or why it is passed over."""
YEARS = (1970, 2199)
MOST = 366


class CannotCountError(ValueError):
    """A count out of reach. `name` is a sentence of templates/words.yaml (deadlines), with its `values`."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


@dataclass(frozen=True)
class CountedDay:
    """A day that a count went over, and what became of it; `holiday` is the bank holiday's name, where it is one."""

    day: date
    fate: Fate = "counts"
    holiday: str = ""

    @property
    def counts(self) -> bool:
        return self.fate in ("counts", "works")


@dataclass(frozen=True)
class Counted:
    """What a count comes to.

    `raw` is the day before rolling, and `date` the day after it; `rolled` says that they differ. `provisional`: a day
    that was counted or passed over is later than the last for which bank holidays are announced. `because` are the
    days gone over, in the order of counting.
    """

    raw: date
    rolled: bool
    provisional: bool
    because: tuple[CountedDay, ...]
    date: date


class Counting(Protocol):
    """A count from `day`; see the module for the arguments."""

    def __call__(self, day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted: ...


def announced_by_default(today: date) -> date:
    """The last day for which bank holidays can be taken to be announced: GOV.UK gives this year's and the next's."""
    return date(today.year + 1, 12, 31)


def check_reach(day: date, n: int) -> None:
    """Raises CannotCountError for a day or a number that no council means."""
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
    """The last working day that leaves `n` clear working days before a meeting on `day`."""
    found = time.before(day, n + 1)
    return _counted(_judged(_days(day, found), time), found, time, announced_until, roll)


@_within_reach
def earliest_meeting(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The first working day that leaves `n` clear working days after publication on `day`."""
    found = time.after(day, n + 1)
    return _counted(_judged(_days(day, found), time), found, time, announced_until, roll)


@_within_reach
def earliest_decision(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The first day that leaves `n` clear calendar days after notice on `day`."""
    found = day + DAY * (n + 1)
    return _counted(_all(_days(day, found)), found, time, announced_until, roll)


@_within_reach
def latest_notice(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The last day that leaves `n` clear calendar days before a decision on `day`; rolled later, it is too late."""
    found = day - DAY * (n + 1)
    return _counted(_all(_days(day, found)), found, time, announced_until, roll)


@_within_reach
def working_days_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The calendar day after `n` whole working days have passed since `day`: when a call-in is over."""
    found = (time.after(day, n) if n else day) + DAY
    return _counted(_judged(_days(day, found), time), found, time, announced_until, roll)


@_within_reach
def working_days_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The `n`-th working day before `day`; with 0, `day` itself."""
    found = time.before(day, n) if n else day
    return _counted(_judged(_days(day, found - DAY), time) if n else [], found, time, announced_until, roll)


@_within_reach
def days_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The same as subtracting: `n` calendar days before `day`."""
    return _counted(_marks(day, -DAY, n), day - DAY * n, time, announced_until, roll)


@_within_reach
def days_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    return _counted(_marks(day, DAY, n), day + DAY * n, time, announced_until, roll)


@_within_reach
def weeks_before(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    """The same weekday, `n` weeks before `day`; the days that are counted are a week apart."""
    return _counted(_marks(day, -DAY * 7, n), day - DAY * 7 * n, time, announced_until, roll)


@_within_reach
def weeks_after(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
    return _counted(_marks(day, DAY * 7, n), day + DAY * 7 * n, time, announced_until, roll)


def weekday_of_month(number: int, months_before: int) -> Counting:
    """A count to the n-th such weekday (0 is Monday) of the month so many months before that of `day`.

    Where that is not before `day`, it is the one a month earlier. `n` is 1 to 4: every month has four of each weekday.
    """

    @_within_reach
    def count(day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
        if not 1 <= n <= 4:
            raise CannotCountError("weekday_out_of_reach", n=n)
        found = _in_month(day, n, number, months_before)
        found = found if found < day else _in_month(day, n, number, months_before + 1)
        return _counted(_marks(found - DAY * 7 * n, DAY * 7, n), found, time, announced_until, roll)

    return count


def _in_month(day: date, n: int, number: int, months_before: int) -> date:
    found: date = day + relativedelta(months=-months_before, day=1, weekday=weekday(number, n))
    return found


def _days(start: date, end: date) -> list[date]:
    """The days between the two, in the order of walking from `start`; neither is among them."""
    step = DAY if start < end else -DAY
    return [start + step * n for n in range(1, abs((end - start).days))]


def _marks(start: date, step: timedelta, n: int) -> list[CountedDay]:
    return _all([start + step * each for each in range(1, n + 1)])


def _all(days: Sequence[date]) -> list[CountedDay]:
    return [CountedDay(day) for day in days]


def _judged(days: Sequence[date], time: WorkingTime) -> list[CountedDay]:
    return [CountedDay(day, _fate(day, time), _holiday(day, time)) for day in days]


def _holiday(day: date, time: WorkingTime) -> str:
    return bank_holidays(time.nation, day.year).get(day, "")


def _fate(day: date, time: WorkingTime) -> Fate:
    if time.is_working_day(day):
        return "works" if _holiday(day, time) else "counts"
    if day.weekday() >= 5:
        return "weekend"
    return "closed" if day in time.closed else "bank_holiday"


def _counted(days: list[CountedDay], raw: date, time: WorkingTime, announced_until: date, roll: Roll) -> Counted:
    found = _ROLLED[roll](time, raw)
    if found != raw:
        days = [*days, *_judged([raw, *_days(raw, found)], time)]
    latest = max(raw, found, *(each.day for each in days))
    return Counted(raw, found != raw, latest > announced_until, tuple(days), date=found)


_ROLLED: dict[Roll, Callable[[WorkingTime, date], date]] = {
    "none": lambda time, day: day,
    "earlier": WorkingTime.working_day_on_or_before,
    "later": WorkingTime.working_day_on_or_after,
}
