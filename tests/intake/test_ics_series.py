"""Series against an independent expansion: dateutil on naive wall-clock times, with exceptions taken out by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.intake.calendars.ics_recurrence import Horizon
from tests.intake.calendars import HORIZON, calendar, event, read, starts
from tests.profiles import thoroughness

FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
NEAR = timedelta(days=2)
FROM, TO = datetime(2024, 6, 1), datetime(2027, 6, 1)  # noqa: DTZ001  (wall-clock times)


@dataclass(frozen=True)
class Series:
    """A series as its rule says it, and the numbers of the dates that are taken out of it or moved by a day."""

    first: datetime
    zone: str
    frequency: str
    interval: int
    days: tuple[int, ...]
    count: int | None
    out: frozenset[int]
    moved: frozenset[int]

    def dates(self) -> list[datetime]:
        """All its dates within five years, by its own clocks; the first event counts though no rule gives it."""
        found = []
        byweekday = [MO.__class__(day) for day in self.days] or None
        rule = rrule(FREQUENCIES[self.frequency], self.first, self.interval, byweekday=byweekday, count=self.count)
        for each in rule:
            if each > self.first + timedelta(days=5 * 366):
                break
            found.append(each)
        return found if found[:1] == [self.first] else [self.first, *found]

    def rule(self) -> str:
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}"]
        parts += [f"BYDAY={','.join(DAYS[day] for day in self.days)}"] if self.days else []
        parts += [f"COUNT={self.count}"] if self.count else []
        return "RRULE:" + ";".join(parts)

    def text(self) -> str:
        dates = self.dates()
        out = [f"EXDATE;TZID={self.zone}:{dates[n]:%Y%m%dT%H%M%S}" for n in sorted(self.out) if n < len(dates)]
        return calendar(
            event(self.rule(), *out, start=f"DTSTART;TZID={self.zone}:{self.first:%Y%m%dT%H%M%S}"),
            *self._changes(dates),
        )

    def _changes(self, dates: list[datetime]) -> Iterator[str]:
        for number in sorted(self.moved - self.out):
            if number < len(dates):
                old, new = dates[number], dates[number] + timedelta(days=1)
                yield event(
                    f"RECURRENCE-ID;TZID={self.zone}:{old:%Y%m%dT%H%M%S}",
                    start=f"DTSTART;TZID={self.zone}:{new:%Y%m%dT%H%M%S}",
                )

    def expected(self) -> dict[str, datetime]:
        """By the name of each date, when it takes place."""
        zone = ZoneInfo(self.zone)
        found = {}
        for number, each in enumerate(self.dates()):
            if number not in self.out:
                moved = each + timedelta(days=1) if number in self.moved else each
                name = f"a@example.org/{each.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
                found[name] = moved.replace(tzinfo=zone).astimezone(UTC)
        return found


SERIES = st.builds(
    Series,
    first=st.datetimes(FROM, TO).map(lambda moment: moment.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    frequency=st.sampled_from(sorted(FREQUENCIES)),
    interval=st.integers(1, 5),
    days=st.lists(st.integers(0, 6), unique=True, max_size=3).map(sorted).map(tuple),
    count=st.none() | st.integers(1, 60),
    out=st.frozensets(st.integers(0, 20), max_size=4),
    moved=st.frozensets(st.integers(0, 20), max_size=3),
)


def inside(moments: dict[str, datetime]) -> dict[str, datetime]:
    """Those well within the horizon: at its very edge an event that is long may count or not."""
    return {name: at for name, at in moments.items() if HORIZON.start + NEAR < at < HORIZON.end - NEAR}


@given(SERIES)
@thoroughness(1.5)
def test_a_series_takes_place_when_an_independent_expansion_says(series: Series) -> None:
    _, meetings, problems = read(series.text())
    assert problems.found == []
    assert inside({meeting.uid: meeting.starts_at for meeting in meetings}) == inside(series.expected())


@given(SERIES, st.integers(0, 1400), st.booleans())
@thoroughness(0.6)
def test_until_is_the_last_moment_that_counts(series: Series, days: int, as_utc: bool) -> None:
    zone = ZoneInfo(series.zone)
    until = series.first + timedelta(days=days)
    moment = until.replace(tzinfo=zone).astimezone(UTC)
    written = f"{moment:%Y%m%dT%H%M%SZ}" if as_utc else f"{until:%Y%m%dT%H%M%S}"
    plain = Series(
        series.first, series.zone, series.frequency, series.interval, series.days, None, frozenset(), frozenset()
    )
    _, meetings, problems = read(plain.text().replace(plain.rule(), f"{plain.rule()};UNTIL={written}"))
    assert problems.found == []
    limit = moment.astimezone(zone).replace(tzinfo=None)
    wanted = {name: at for name, at in plain.expected().items() if at.astimezone(zone).replace(tzinfo=None) <= limit}
    assert inside({meeting.uid: meeting.starts_at for meeting in meetings}) == inside(wanted)


@given(st.dates(date(2025, 1, 10), date(2027, 1, 1)), st.integers(1, 40), st.integers(1, 6))
@thoroughness(0.6)
def test_a_series_of_days_is_never_shifted_by_a_clock(first: date, count: int, weeks: int) -> None:
    data = calendar(
        event(f"RRULE:FREQ=WEEKLY;COUNT={count};INTERVAL={weeks}", start=f"DTSTART;VALUE=DATE:{first:%Y%m%d}")
    )
    days = [first + timedelta(weeks=weeks * n) for n in range(count)]
    _, meetings, _ = read(data, horizon=Horizon(HORIZON.start, datetime(2036, 1, 1, tzinfo=UTC)))
    assert [meeting.uid for meeting in meetings] == [f"a@example.org/{day:%Y%m%d}" for day in days]
    assert all(meeting.starts_at.astimezone(ZoneInfo("Europe/London")).time() == time(9) for meeting in meetings)


@given(SERIES, SERIES)
@thoroughness(0.4)
def test_two_series_do_not_touch_each_other(one: Series, other: Series) -> None:
    second = other.text().replace("a@example.org", "b@example.org")
    both = starts(one.text() + second)
    assert both == sorted(starts(one.text()) + starts(second))
