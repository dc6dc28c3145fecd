"""Computes working days and working hours, and when a person may be messaged.

A working day is Monday to Friday and neither a bank holiday of the nation nor one of the organisation's closure days;
a bank holiday that the organisation works through counts as a working day. A person may work on other days of the week.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from remembrancer.rules.calendar.weekdays import MONDAY_TO_FRIDAY, read_weekdays

NATIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def bank_holidays(nation: str, year: int) -> Mapping[date, str]:
    """Return the nation's bank holidays in a year, with their names (UK subdivisions of the `holidays` package)."""
    return dict(holidays.country_holidays("GB", subdiv=NATIONS[nation], years=year))


@dataclass(frozen=True)
class WorkingTime:
    """The working days and hours of the organisation, or of one person in it.

    `nation` is a key of NATIONS; `closed` are closure days; `works` are bank holidays that are worked through;
    `zone` is an IANA time zone; hours are wall-clock times there; `weekdays` are days of the week, 0 for Monday.
    """

    nation: str
    zone: str
    starts: clock_time = clock_time(9)
    ends: clock_time = clock_time(17)
    closed: frozenset[date] = field(default_factory=frozenset)
    works: frozenset[date] = field(default_factory=frozenset)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def is_working_day(self, day: date) -> bool:
        if day in self.closed or day.weekday() not in self.weekdays:
            return False
        return day in self.works or day not in bank_holidays(self.nation, day.year)

    def working_day_on_or_after(self, day: date) -> date:
        while not self.is_working_day(day):
            day += DAY
        return day

    def working_day_on_or_before(self, day: date) -> date:
        while not self.is_working_day(day):
            day -= DAY
        return day

    def before(self, day: date, count: int) -> date:
        """Return the count-th working day before `day`; with 0, `day` itself or the last working day before it."""
        for _ in range(count):
            day = self.working_day_on_or_before(day - DAY)
        return self.working_day_on_or_before(day)

    def after(self, day: date, count: int) -> date:
        """Return the count-th working day after `day`; with 0, `day` itself or the first working day after it."""
        for _ in range(count):
            day = self.working_day_on_or_after(day + DAY)
        return self.working_day_on_or_after(day)

    def between(self, first: date, last: date) -> list[date]:
        """Return the working days from `first` to `last`, both included."""
        days = (first + DAY * n for n in range((last - first).days + 1))
        return [day for day in days if self.is_working_day(day)]

    def in_hours(self, moment: datetime) -> bool:
        """Tell whether `moment` falls in working hours on a working day."""
        there = moment.astimezone(ZoneInfo(self.zone))
        return self.is_working_day(there.date()) and self.starts <= there.time() <= self.ends

    def next_in_hours(self, moment: datetime) -> datetime:
        """Return `moment` if it falls in working hours, else the start of the next working day."""
        if self.in_hours(moment):
            return moment
        there = moment.astimezone(ZoneInfo(self.zone))
        day = there.date() if there.time() < self.starts else there.date() + DAY
        return self.start_of(self.working_day_on_or_after(day))

    def last_morning_before(self, moment: datetime) -> datetime:
        """Return the last start of a working day that is before `moment`."""
        day = self.working_day_on_or_before(local_day(moment, self.zone))
        while self.start_of(day) >= moment:
            day = self.working_day_on_or_before(day - DAY)
        return self.start_of(day)

    def start_of(self, day: date) -> datetime:
        """Return the start of working hours on a day."""
        return at(day, self.starts, self.zone)

    def hours_before(self, moment: datetime, hours: int) -> datetime:
        """Return the moment `hours` working hours of the organisation before `moment`; with 0, `moment` itself."""
        return self._hours_from(moment, hours, -DAY)

    def hours_after(self, moment: datetime, hours: int) -> datetime:
        """Return the moment `hours` working hours of the organisation after `moment`; with 0, `moment` itself."""
        return self._hours_from(moment, hours, DAY)

    def _hours_from(self, moment: datetime, hours: int, step: timedelta) -> datetime:
        left, day, until = timedelta(hours=hours), moment.astimezone(ZoneInfo(self.zone)).date(), moment
        while left:
            if self.is_working_day(day):
                starts, ends = at(day, self.starts, self.zone), at(day, self.ends, self.zone)
                starts, ends = (max(starts, moment), ends) if step > timedelta(0) else (starts, min(ends, moment))
                part = min(left, max(ends - starts, timedelta(0)))
                left, until = left - part, starts + part if step > timedelta(0) else ends - part
            day += step
        return until

    def fit(self, moment: datetime, opens: datetime, expires: datetime) -> datetime:
        """Return when a message that is due at `moment` is sent to the person whose working time this is.

        Outside working hours the message waits for the person's next working morning. If that is not before `expires`,
        it is sent on their last working morning before `expires`. If even that is before `opens`, it is sent at
        `moment` whatever the hour, or at `opens` if `moment` is too late: a lost reminder is worse than one at an odd
        hour.
        """
        moment = max(moment, opens)
        waits_until = self.next_in_hours(moment)
        if waits_until < expires:
            return waits_until
        last = self.last_morning_before(expires)
        if last >= opens:
            return last
        return moment if moment < expires else opens

    def waits_until(self, now: datetime, expires: datetime | None) -> datetime:
        """Return until when a message that is due by now waits: for the person's hours, or `now` if they are too late.

        What cannot wait for their next working day still waits for their first hour today, if that is not too late.
        """
        opens = self.next_in_hours(now)
        if expires is None or opens < expires:
            return opens
        first_hour = self.start_of(local_day(now, self.zone))
        return first_hour if now < first_hour < expires else now

    def may_send(self, now: datetime, expires: datetime) -> bool:
        """Tell whether a message that is due by now is sent to the person now."""
        return self.waits_until(now, expires) == now

    def hours_that_cannot_wait(self, expires: datetime) -> Iterator[datetime]:
        """Yield the first hour of each day off just before `expires`: what cannot wait until then is sent at these."""
        day = local_day(expires, self.zone)
        while not self.is_working_day(day) or self.start_of(day) >= expires:
            yield self.start_of(day)
            day -= DAY


@lru_cache(maxsize=10_000)
def of_one_person(time: WorkingTime, zone: str, works: str, prompt_hour: str) -> WorkingTime:
    """Return the working time of one person: the organisation's calendar, by their own clock, days and first hour.

    `works` and `prompt_hour` are as they are stored ('Mon-Wed', '10:00'), and empty for those of the organisation. An
    hour at which its working hours are over is passed over: they may have become shorter since it was given.
    """
    starts = clock_time.fromisoformat(prompt_hour) if prompt_hour else time.starts
    return replace(
        time,
        zone=zone,
        weekdays=read_weekdays(works) or time.weekdays,
        starts=starts if starts < time.ends else time.starts,
    )


def at(day: date, hour: clock_time, zone: str) -> datetime:
    """Return the moment (UTC) of a local time in the time zone `zone`.

    A local time that the clocks skip is resolved with the offset before the change, and one that occurs twice to its
    first occurrence (PEP 495, fold=0).
    """
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """Return the local day of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
