"""When somebody may be messaged, by their own clock; and so many working hours before or after, by the body's."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from remembrancer.models import Person
from remembrancer.rules.calendar.working_time import WorkingTime, of_one_person
from tests import oracle
from tests.oracle import ONE_DAY, QUARTER, World
from tests.profiles import thoroughness
from tests.rules.build import HONOLULU, LONDON, NEW_YORK, SYDNEY, day, moment, working_time
from tests.rules.worlds import HARD_DAYS, ZONES, bodies, moments_near, people

MINUTE = timedelta(minutes=1)
ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)
SCOTLAND = WorkingTime(nation="scotland", zone=LONDON)
CHRISTMAS = frozenset({day("2019-12-27"), day("2019-12-30"), day("2019-12-31")})
SHUT_FOR_CHRISTMAS = WorkingTime(nation="england-and-wales", zone=LONDON, closed=CHRISTMAS)
Errand = tuple[World, Person, list[datetime]]


def test_working_hours_include_both_ends_and_are_the_recipients() -> None:
    for zone in ZONES:
        there = replace(ENGLAND, zone=zone)
        assert there.in_hours(moment("2019-10-01 09:00", zone))
        assert there.in_hours(moment("2019-10-01 17:00", zone))
        assert not there.in_hours(moment("2019-10-01 08:59", zone))
        assert not there.in_hours(moment("2019-10-01 17:01", zone))


def test_sunday_in_london_is_monday_morning_in_sydney() -> None:
    sunday_night = moment("2019-10-13 23:30")
    assert replace(ENGLAND, zone=SYDNEY).in_hours(sunday_night)
    assert not ENGLAND.in_hours(sunday_night)


def test_what_falls_in_the_night_waits_for_the_morning_after_the_clocks_changed() -> None:
    waits = ENGLAND.next_in_hours(moment("2020-03-27 18:00"))
    assert waits == datetime(2020, 3, 30, 8, tzinfo=UTC)


def fitted(text: str, opens: str, expires: str, time: WorkingTime = ENGLAND) -> datetime:
    return time.fit(moment(text), moment(opens), moment(expires))


def test_what_is_due_in_working_hours_goes_then() -> None:
    assert fitted("2019-10-08 10:20", "2019-10-01 09:00", "2019-10-11 17:00") == moment("2019-10-08 10:20")


def test_what_is_due_before_the_opening_goes_at_the_opening() -> None:
    assert fitted("2019-09-27 10:00", "2019-10-01 09:30", "2019-10-11 17:00") == moment("2019-10-01 09:30")


def test_what_would_wait_past_the_close_goes_on_the_last_morning_before_it() -> None:
    fitted_early = fitted("2019-10-11 20:00", "2019-10-01 09:00", "2019-10-11 23:00")
    assert fitted_early == moment("2019-10-11 09:00")


def test_a_last_morning_that_is_the_opening_itself_is_early_enough() -> None:
    assert fitted("2019-10-11 20:00", "2019-10-11 09:00", "2019-10-11 23:00") == moment("2019-10-11 09:00")


def test_what_falls_at_the_very_close_goes_on_the_morning_before() -> None:
    assert fitted("2019-10-11 09:00", "2019-10-01 09:00", "2019-10-11 09:00") == moment("2019-10-10 09:00")


def test_what_opens_and_closes_in_one_night_goes_in_the_night() -> None:
    assert fitted("2019-10-11 20:00", "2019-10-11 19:00", "2019-10-11 23:00") == moment("2019-10-11 20:00")


def test_nobody_is_messaged_at_night_unless_the_morning_is_too_late() -> None:
    night = moment("2019-10-10 22:00")
    assert not ENGLAND.may_send(night, moment("2019-10-11 09:01"))
    assert ENGLAND.may_send(night, moment("2019-10-11 09:00"))
    assert replace(ENGLAND, zone=HONOLULU).may_send(night, moment("2019-10-31 09:00"))


@st.composite
def errands(draw: DrawFn) -> Errand:
    """A body, somebody in it, and three moments in order, to the minute."""
    anchor = draw(st.sampled_from(HARD_DAYS))
    world = draw(bodies(anchor))
    odd = st.integers(0, 14).map(lambda n: MINUTE * n)
    found = [draw(moments_near(anchor, after=9)) + draw(odd) for _ in range(3)]
    return world, draw(people(1)), sorted(found)


def own_time_of(world: World, who: Person) -> WorkingTime:
    return of_one_person(working_time(world), who.time_zone, who.works, who.prompt_hour)


def minutes(first: datetime, last: datetime) -> list[datetime]:
    """Every minute from the first on, without the last."""
    return [first + MINUTE * n for n in range(int((last - first) / MINUTE))]


@thoroughness(0.6)
@given(errands(), st.booleans())
def test_a_minute_by_minute_walk_finds_the_same_moment_to_send(errand: Errand, early: bool) -> None:
    world, who, (opens, wanted, expires) = errand
    own = oracle.own(world, who)
    if early:
        opens, wanted = wanted, opens
    fits = own_time_of(world, who).fit(wanted, opens, expires)
    wanted = max(wanted, opens)
    good = [now for now in minutes(wanted, expires) if oracle.is_in_hours(world, now, own)]
    mornings = [
        now
        for now in minutes(opens, expires)
        if oracle.is_in_hours(world, now, own) and shows(now, own.zone) == own.starts
    ]
    assert fits == (good[0] if good else mornings[-1] if mornings else wanted if wanted < expires else opens)


def shows(now: datetime, zone: str) -> time:
    """What the clocks of a zone show."""
    return now.astimezone(ZoneInfo(zone)).time()


@thoroughness(0.6)
@given(errands())
def test_a_minute_by_minute_walk_agrees_on_whether_to_wait(
    errand: Errand,
) -> None:
    world, who, (_, now, expires) = errand
    own = oracle.own(world, who)
    in_hours = oracle.is_in_hours(world, now, own)
    better = any(oracle.is_in_hours(world, later, own) for later in minutes(now, expires))
    today = [each for each in minutes(now, min(expires, now + ONE_DAY)) if is_same_day(each, now, own.zone)]
    at_their_hour = any(shows(each, own.zone) == own.starts for each in today[1:])
    assert own_time_of(world, who).may_send(now, expires) == (in_hours or not (better or at_their_hour))


def is_same_day(one: datetime, other: datetime, zone: str) -> bool:
    return one.astimezone(ZoneInfo(zone)).date() == other.astimezone(ZoneInfo(zone)).date()


BOTH_WAYS = {
    "within a day": (ENGLAND, "2019-10-08 09:30", 4, "2019-10-08 13:30"),
    "a whole day from morning to evening": (ENGLAND, "2019-10-08 09:00", 8, "2019-10-08 17:00"),
    "over a night": (ENGLAND, "2019-10-07 16:00", 4, "2019-10-08 12:00"),
    "over two nights and a day": (ENGLAND, "2019-10-08 14:15", 16, "2019-10-10 14:15"),
    "over a weekend": (ENGLAND, "2019-10-11 15:00", 4, "2019-10-14 11:00"),
    "over a bank holiday": (ENGLAND, "2020-05-22 16:00", 2, "2020-05-26 10:00"),
    "over a holiday that is Scotland's alone": (SCOTLAND, "2020-11-27 16:00", 2, "2020-12-01 10:00"),
    "over a Monday that is a holiday in Scotland alone": (ENGLAND, "2020-11-27 16:00", 10, "2020-12-01 10:00"),
    "over the year's end": (ENGLAND, "2019-12-31 16:00", 2, "2020-01-02 10:00"),
    "over Scotland's longer year's end": (SCOTLAND, "2019-12-31 16:00", 2, "2020-01-03 10:00"),
    "over closure days": (SHUT_FOR_CHRISTMAS, "2019-12-24 16:00", 2, "2020-01-02 10:00"),
    "over the night when clocks go forward": (ENGLAND, "2020-03-27 16:00", 2, "2020-03-30 10:00"),
    "over the night when clocks go back": (ENGLAND, "2019-10-25 16:00", 2, "2019-10-28 10:00"),
}


@pytest.mark.parametrize(("time", "early", "hours", "late"), BOTH_WAYS.values(), ids=BOTH_WAYS)
def test_working_hours_are_counted(time: WorkingTime, early: str, hours: int, late: str) -> None:
    assert time.hours_before(moment(late), hours) == moment(early)
    assert time.hours_after(moment(early), hours) == moment(late)


def test_at_a_change_of_clocks_it_is_working_hours_that_count_and_not_those_that_pass() -> None:
    forward, back = datetime(2020, 3, 30, 9, tzinfo=UTC), datetime(2019, 10, 28, 10, tzinfo=UTC)
    assert ENGLAND.hours_before(forward, 2) == forward - timedelta(hours=65)
    assert ENGLAND.hours_before(back, 2) == back - timedelta(hours=67)


@pytest.mark.parametrize("text", ["2019-10-08 09:00", "2019-10-08 17:00", "2019-10-08 03:10", "2019-10-13 12:00"])
def test_no_hours_away_is_the_moment_itself_at_whatever_hour(text: str) -> None:
    assert ENGLAND.hours_before(moment(text), 0) == ENGLAND.hours_after(moment(text), 0) == moment(text)


def test_from_outside_working_hours_they_are_counted_from_where_those_end_or_begin() -> None:
    for text in ("2019-10-11 17:00", "2019-10-11 21:00", "2019-10-13 12:00", "2019-10-14 09:00"):
        assert ENGLAND.hours_before(moment(text), 1) == moment("2019-10-11 16:00")
        assert ENGLAND.hours_after(moment(text), 1) == moment("2019-10-14 10:00")


def test_they_are_hours_of_the_bodys_own_clock() -> None:
    abroad = WorkingTime(nation="england-and-wales", zone=NEW_YORK)
    assert abroad.hours_before(moment("2019-10-08 10:00", NEW_YORK), 2) == moment("2019-10-07 16:00", NEW_YORK)
    assert abroad.hours_after(moment("2019-10-07 16:00", NEW_YORK), 2) == moment("2019-10-08 10:00", NEW_YORK)


@st.composite
def counts(draw: DrawFn) -> tuple[World, datetime, int]:
    """A body, a moment on a whole quarter-hour, and so many hours."""
    anchor = draw(st.sampled_from(HARD_DAYS))
    return draw(bodies(anchor)), draw(moments_near(anchor)), draw(st.integers(0, 12))


def walked(world: World, now: datetime, hours: int, stride: timedelta) -> datetime:
    """Where a walk by quarter-hours, back or forward, has gone through so many working hours."""
    left = hours * 4
    while left:
        quarter = min(now, now + stride)
        left -= is_worked(world, quarter)
        now += stride
    return now


def is_worked(world: World, quarter: datetime) -> bool:
    """Whether the quarter of an hour that begins then is in the body's hours."""
    there = quarter.astimezone(ZoneInfo(world.zone))
    return oracle.is_working_day(world, there.date()) and world.starts <= there.time() < world.ends


@given(counts())
def test_a_walk_by_quarter_hours_counts_the_same_hours(count: tuple[World, datetime, int]) -> None:
    world, now, hours = count
    assert working_time(world).hours_before(now, hours) == walked(world, now, hours, -QUARTER)
    assert working_time(world).hours_after(now, hours) == walked(world, now, hours, QUARTER)


@given(counts(), st.integers(1, 14 * 60 + 59))
def test_inside_working_hours_there_and_back_is_where_one_started(
    count: tuple[World, datetime, int], seconds: int
) -> None:
    world, quarter, hours = count
    while not is_worked(world, quarter):
        quarter += QUARTER
    time, now = working_time(world), quarter + timedelta(seconds=seconds)
    assert time.hours_after(time.hours_before(now, hours), hours) == now
    assert time.hours_before(time.hours_after(now, hours), hours) == now
