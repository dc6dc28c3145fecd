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
from typing import Literal

from dateutil.relativedelta import relativedelta, weekday

from remembrancer.rules.calendar.working_time import DAY, WorkingTime, bank_holidays

Roll = Literal["none", "earlier", "later"]
Fate = Literal["counts", "works", "weekend", "bank_holiday", "closed"]
"""The part of a day in a count: it counts, it counts although it is a bank holiday, or the reason it does not."""
YEARS = (1970, 2199)
MOST = 366
WEEK = timedelta(weeks=1)


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


def announced_by_default(today: date) -> date:
    """Return the last day for which bank holidays are assumed to be announced: GOV.UK lists this year and the next."""
    return date(today.year + 1, 12, 31)


@dataclass(frozen=True)
class Counting:
    """A way to count from a day; the module explains the arguments of the call.

    `find` returns the day that the count comes to. `days` returns the days of the count, from its first day, the day
    found, and `n`; in `calendar` days all of them count.
    """

    find: Callable[[date, int, WorkingTime], date]
    days: Callable[[date, date, int], Sequence[date]]
    calendar: bool = False

    def __call__(self, day: date, n: int, time: WorkingTime, announced_until: date, roll: Roll = "none") -> Counted:
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise CannotCountError("year_out_of_reach", day=day.isoformat(), first=YEARS[0], last=YEARS[1])
        if not 0 <= n <= MOST:
            raise CannotCountError("number_out_of_reach", n=n, most=MOST)
        raw = self.find(day, n, time)
        days = self.days(day, raw, n)
        counted = [CountedDay(each) for each in days] if self.calendar else _classified(days, time)
        found = _ROLL[roll](time, raw)
        if found != raw:
            counted += _classified([raw, *_between(raw, found)], time)
        latest = max(raw, found, *(each.day for each in counted))
        return Counted(raw, found != raw, latest > announced_until, tuple(counted), date=found)


_ROLL: dict[Roll, Callable[[WorkingTime, date], date]] = {
    "none": lambda time, day: day,
    "earlier": WorkingTime.working_day_on_or_before,
    "later": WorkingTime.working_day_on_or_after,
}


def _classified(days: Sequence[date], time: WorkingTime) -> list[CountedDay]:
    return [CountedDay(day, *_part_in_count(day, time)) for day in days]


def _part_in_count(day: date, time: WorkingTime) -> tuple[Fate, str]:
    """Return the day's part in a count of working days, and the name of its bank holiday, if it is one."""
    holiday = bank_holidays(time.nation, day.year).get(day, "")
    if time.is_working_day(day):
        return "works" if holiday else "counts", holiday
    if day.weekday() >= 5:
        return "weekend", holiday
    return "closed" if day in time.closed else "bank_holiday", holiday


def _between(start: date, end: date, _n: int = 0) -> list[date]:
    """Return the days strictly between two days, in the order from `start` to `end`."""
    step = DAY if start < end else -DAY
    return [start + step * n for n in range(1, abs((end - start).days))]


def _steps(step: timedelta) -> Callable[[date, date, int], Sequence[date]]:
    """Return a function that gives the `n` days at this interval after a first day."""
    return lambda start, _end, n: [start + step * each for each in range(1, n + 1)]


latest_publication = Counting(lambda day, n, time: time.before(day, n + 1), _between)
"""Counts to the last working day that leaves `n` clear working days before a meeting on `day`."""
earliest_meeting = Counting(lambda day, n, time: time.after(day, n + 1), _between)
"""Counts to the first working day that leaves `n` clear working days after publication on `day`."""
earliest_decision = Counting(lambda day, n, time: day + DAY * (n + 1), _between, calendar=True)
"""Counts to the first day that leaves `n` clear calendar days after notice on `day`."""
latest_notice = Counting(lambda day, n, time: day - DAY * (n + 1), _between, calendar=True)
"""Counts to the last day that leaves `n` clear calendar days before a decision on `day`; never roll it later."""
working_days_after = Counting(lambda day, n, time: (time.after(day, n) if n else day) + DAY, _between)
"""Counts to the calendar day after `n` whole working days have passed since `day`, as for a call-in period."""
working_days_before = Counting(
    lambda day, n, time: time.before(day, n) if n else day, lambda day, found, n: _between(day, found - DAY)
)
"""Counts to the `n`-th working day before `day`; with 0, `day` itself."""
days_before = Counting(lambda day, n, time: day - DAY * n, _steps(-DAY), calendar=True)
"""Counts to `n` calendar days before `day`."""
days_after = Counting(lambda day, n, time: day + DAY * n, _steps(DAY), calendar=True)
"""Counts to `n` calendar days after `day`."""
weeks_before = Counting(lambda day, n, time: day - WEEK * n, _steps(-WEEK), calendar=True)
"""Counts to the same weekday `n` weeks before `day`."""
weeks_after = Counting(lambda day, n, time: day + WEEK * n, _steps(WEEK), calendar=True)
"""Counts to the same weekday `n` weeks after `day`."""


def weekday_of_month(number: int, months_before: int) -> Counting:
    """Return a count to the n-th weekday `number` (0 is Monday) of the month that is `months_before` that of `day`.

    Where that is not before `day`, the count goes to the one a month earlier. `n` is 1 to 4, because every month has
    at least four of each weekday.
    """

    def find(day: date, n: int, _time: WorkingTime) -> date:
        if not 1 <= n <= 4:
            raise CannotCountError("weekday_out_of_reach", n=n)
        found = _in_month(day, n, number, months_before)
        return found if found < day else _in_month(day, n, number, months_before + 1)

    return Counting(find, lambda _day, found, n: _steps(WEEK)(found - WEEK * n, found, n), calendar=True)


def _in_month(day: date, n: int, number: int, months_before: int) -> date:
    found: date = day + relativedelta(months=-months_before, day=1, weekday=weekday(number, n))
    return found
