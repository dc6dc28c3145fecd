"""When somebody may be messaged, by their own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from rules.working_time import WorkingTime
from tests import oracle
from tests.oracle import World
from tests.rules.build import HONOLULU, LONDON, SYDNEY, moment, working_time
from tests.rules.worlds import HARD_DAYS, ZONES, bodies, moments_near

MINUTE = timedelta(minutes=1)
ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)
Errand = tuple[World, str, list[datetime]]


def test_working_hours_include_both_ends_and_are_the_recipients() -> None:
    for zone in ZONES:
        assert ENGLAND.in_hours(moment("2019-10-01 09:00", zone), zone)
        assert ENGLAND.in_hours(moment("2019-10-01 17:00", zone), zone)
        assert not ENGLAND.in_hours(moment("2019-10-01 08:59", zone), zone)
        assert not ENGLAND.in_hours(moment("2019-10-01 17:01", zone), zone)


def test_sunday_in_london_is_monday_morning_in_sydney() -> None:
    sunday_night = moment("2019-10-13 23:30")
    assert ENGLAND.in_hours(sunday_night, SYDNEY)
    assert not ENGLAND.in_hours(sunday_night, LONDON)


def test_what_falls_in_the_night_waits_for_the_morning_after_the_clocks_changed() -> None:
    waits = ENGLAND.next_in_hours(moment("2020-03-27 18:00"), LONDON)
    assert waits == datetime(2020, 3, 30, 8, tzinfo=UTC)


def fitted(text: str, opens: str, expires: str, zone: str = LONDON) -> datetime:
    return ENGLAND.fit(moment(text), zone, moment(opens), moment(expires))


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
    assert not ENGLAND.may_send(night, LONDON, moment("2019-10-11 09:01"))
    assert ENGLAND.may_send(night, LONDON, moment("2019-10-11 09:00"))
    assert ENGLAND.may_send(night, HONOLULU, moment("2019-10-31 09:00"))


@st.composite
def errands(draw: DrawFn) -> Errand:
    """A body, a zone, and three moments in order, to the minute."""
    anchor = draw(st.sampled_from(HARD_DAYS))
    world = draw(bodies(anchor))
    odd = st.integers(0, 14).map(lambda n: MINUTE * n)
    found = [draw(moments_near(anchor, after=9)) + draw(odd) for _ in range(3)]
    return world, draw(st.sampled_from(ZONES)), sorted(found)


def minutes(first: datetime, last: datetime) -> list[datetime]:
    """Every minute from the first on, without the last."""
    return [first + MINUTE * n for n in range(int((last - first) / MINUTE))]


@settings(max_examples=60, deadline=None)
@given(errands(), st.booleans())
def test_a_minute_by_minute_walk_finds_the_same_moment_to_send(errand: Errand, early: bool) -> None:
    world, zone, (opens, wanted, expires) = errand
    if early:
        opens, wanted = wanted, opens
    fits = working_time(world).fit(wanted, zone, opens, expires)
    wanted = max(wanted, opens)
    good = [now for now in minutes(wanted, expires) if oracle.is_in_hours(world, now, zone)]
    starts = world.starts.hour * 60 + world.starts.minute
    mornings = [now for now in minutes(opens, expires) if minute_of_working_day(world, now, zone) == starts]
    assert fits == (good[0] if good else mornings[-1] if mornings else wanted if wanted < expires else opens)


def minute_of_working_day(world: World, now: datetime, zone: str) -> int | None:
    there = now.astimezone(ZoneInfo(zone))
    return there.hour * 60 + there.minute if oracle.is_in_hours(world, now, zone) else None


@settings(max_examples=60, deadline=None)
@given(errands())
def test_a_minute_by_minute_walk_agrees_on_whether_to_wait(
    errand: Errand,
) -> None:
    world, zone, (_, now, expires) = errand
    in_hours = oracle.is_in_hours(world, now, zone)
    better = any(oracle.is_in_hours(world, later, zone) for later in minutes(now, expires))
    assert working_time(world).may_send(now, zone, expires) == (in_hours or not better)
