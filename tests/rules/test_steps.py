"""When each step of a chase policy falls."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given

from remembrancer.models import Person, Window
from remembrancer.rules.calendar.working_time import WorkingTime, of_one_person
from remembrancer.rules.prompts.step_times import expires, step_time
from tests import oracle
from tests.oracle import Step, World
from tests.profiles import thoroughness
from tests.rules.build import (
    HONOLULU,
    LONDON,
    NEW_YORK,
    SYDNEY,
    day,
    moment,
    office,
    spec,
    window,
    working_time,
)
from tests.rules.worlds import people, steps, worlds

OPENING = Step("opening", "lead", "opening")
HALF_WAY = Step("half_way", "lead", "half-way")
CLOSING = Step("closing_morning", "lead", "before", 0)
ENGLAND = working_time(office())
QUARTER_2 = window("2019-10-01 09:00", "2019-10-11 17:00", "2019-10-18 17:00")


def falls(
    step: Step, window: Window, zone: str = LONDON, works: str = "", hour: str = "", time: WorkingTime = ENGLAND
) -> datetime:
    own = of_one_person(time, zone, works, hour)
    return step_time(spec(step), time, own, window.opens_at, window.closes_at, window.late_until).due_at


def before(days: int) -> Step:
    return Step("before", "lead", "before", days)


def after(days: int) -> Step:
    return Step("after", "manager", "after", days)


@pytest.mark.parametrize(
    ("step", "when"),
    [
        (OPENING, "2019-10-01 09:00"),
        (HALF_WAY, "2019-10-07 09:00"),
        (before(2), "2019-10-09 09:00"),
        (before(5), "2019-10-04 09:00"),
        (CLOSING, "2019-10-11 09:00"),
        (after(1), "2019-10-14 09:00"),
        (after(3), "2019-10-16 09:00"),
    ],
)
def test_the_steps_of_a_quiet_fortnight(step: Step, when: str) -> None:
    assert falls(step, QUARTER_2) == moment(when)


def test_half_way_through_an_even_number_of_working_days_is_the_later_of_the_middle_two() -> None:
    ten_days = window("2019-09-30 09:00", "2019-10-11 17:00", "2019-10-18 17:00")
    assert falls(HALF_WAY, ten_days) == moment("2019-10-07 09:00")


def test_half_way_through_a_weekend_is_the_opening() -> None:
    weekend = window("2019-10-05 10:00", "2019-10-06 18:00", "2019-10-11 17:00")
    assert falls(HALF_WAY, weekend) == moment("2019-10-05 10:00")


def test_a_window_that_closes_on_a_sunday_has_its_closing_morning_on_friday() -> None:
    assert falls(CLOSING, window("2019-10-01 09:00", "2019-10-13 23:00", "2019-10-18 17:00")) == moment(
        "2019-10-11 09:00"
    )


def test_a_window_that_closes_in_the_early_morning_has_its_closing_morning_the_day_before() -> None:
    early = window("2019-10-01 09:00", "2019-10-11 08:00", "2019-10-18 17:00")
    assert falls(CLOSING, early) == moment("2019-10-10 09:00")


def test_a_step_at_an_hour_outside_working_hours_waits_for_the_morning() -> None:
    assert falls(HALF_WAY._replace(hour=time(19)), QUARTER_2) == moment("2019-10-08 09:00")
    assert falls(HALF_WAY._replace(hour=time(6)), QUARTER_2) == moment("2019-10-07 09:00")


def test_a_step_before_the_window_opened_falls_at_the_opening() -> None:
    assert falls(before(9), QUARTER_2) == moment("2019-10-01 09:00")


def test_two_working_days_before_a_close_after_christmas_is_before_christmas() -> None:
    world = office()
    world.closed = {day("2019-12-27"), day("2019-12-30"), day("2019-12-31")}
    january = window("2019-12-09 09:00", "2020-01-03 17:00", "2020-01-10 17:00")
    assert falls(before(2), january, time=working_time(world)) == moment("2019-12-24 09:00")
    assert falls(before(2), january) == moment("2019-12-31 09:00")


@pytest.mark.parametrize(
    ("nation", "two_before", "one_after"),
    [("england-and-wales", "2020-11-27", "2020-12-02"), ("scotland", "2020-11-26", "2020-12-02")],
)
def test_st_andrews_day_moves_the_chase_in_scotland_alone(nation: str, two_before: str, one_after: str) -> None:
    world = office()
    world.nation = nation
    november = window("2020-11-16 09:00", "2020-12-01 17:00", "2020-12-08 17:00")
    assert falls(before(2), november, time=working_time(world)) == moment(f"{two_before} 09:00")
    assert falls(after(1), november, time=working_time(world)) == moment(f"{one_after} 09:00")


def test_in_a_leap_year_the_29th_of_february_counts() -> None:
    leap = window("2024-02-19 09:00", "2024-02-28 17:00", "2024-03-07 17:00")
    assert falls(after(1), leap) == moment("2024-02-29 09:00")
    common = window("2023-02-20 09:00", "2023-02-28 17:00", "2023-03-07 17:00")
    assert falls(after(1), common) == moment("2023-03-01 09:00")


@pytest.mark.parametrize("zone", [NEW_YORK, HONOLULU, SYDNEY])
def test_everybody_is_asked_at_nine_by_their_own_clock(zone: str) -> None:
    assert falls(before(2), QUARTER_2, zone) == moment("2019-10-09 09:00", zone)
    assert falls(after(1), QUARTER_2, zone) == moment("2019-10-14 09:00", zone)


@pytest.mark.parametrize(
    ("closing_day", "zone", "utc_hour"),
    [
        ("2020-03-27", LONDON, 9),
        ("2020-04-01", LONDON, 8),  # London went forward on Sunday the 29th
        ("2019-10-25", LONDON, 8),
        ("2019-10-30", LONDON, 9),  # and back on Sunday the 27th
        ("2020-03-11", NEW_YORK, 13),  # New York three weeks before London
        ("2019-10-30", NEW_YORK, 13),  # and back a week after it
        ("2019-11-06", NEW_YORK, 14),
        ("2019-10-30", HONOLULU, 19),
        ("2020-04-01", HONOLULU, 19),
    ],
)
def test_two_days_before_the_close_is_nine_oclock_whatever_the_clocks_did(
    closing_day: str, zone: str, utc_hour: int
) -> None:
    closing = day(closing_day)
    opens, closes = f"{closing - timedelta(days=14)} 09:00", f"{closing} 17:00"
    found = falls(before(2), window(opens, closes, closes), zone)
    assert found.date() == closing - timedelta(days=2)
    assert (found.hour, found.minute) == (utc_hour, 0)


def test_the_last_chase_reaches_honolulu_before_london_closes() -> None:
    noon = window("2019-10-01 09:00", "2019-10-11 12:00", "2019-10-18 17:00")
    assert falls(CLOSING, noon, HONOLULU) == moment("2019-10-10 09:00", HONOLULU)


def test_what_is_said_before_the_close_is_stale_at_the_close_and_the_rest_at_the_lock() -> None:
    closes, late = QUARTER_2.closes_at, QUARTER_2.late_until
    assert {expires(spec(step), closes, late) for step in (OPENING, HALF_WAY, CLOSING, before(3))} == {closes}
    assert expires(spec(after(1)), closes, late) == late


@thoroughness(0.8)
@given(worlds(), steps(), people(1))
def test_every_step_falls_when_a_walk_through_the_calendar_says(world: World, policy: list[Step], who: Person) -> None:
    own = oracle.own(world, who)
    for step in policy:
        window = world.windows[1]
        late = step.when == "after"
        earliest = window.closes_at if late else window.opens_at
        stale = window.late_until if late else window.closes_at
        raw = oracle.raw_moment(world, step, window, own)
        found = falls(step, window, who.time_zone, who.works, who.prompt_hour, working_time(world))
        assert found == oracle.fit(world, raw, own, earliest, stale)
        assert found >= earliest


def moved(step: Step, window: Window) -> datetime | None:
    """The moment from which the end of the window moves a step earlier."""
    times = (window.opens_at, window.closes_at, window.late_until)
    wanted, due = step_time(spec(step), ENGLAND, of_one_person(ENGLAND, LONDON, "", ""), *times)
    return wanted if due < wanted else None


def test_a_step_at_the_lock_is_moved_earlier_and_its_normal_time_is_known() -> None:
    at_five = Step("after", "manager", "after", 5, hour=time(17))
    assert falls(at_five, QUARTER_2) == moment("2019-10-18 09:00")
    assert moved(at_five, QUARTER_2) == moment("2019-10-18 17:00")


def test_a_step_after_an_early_close_is_moved_before_it() -> None:
    early = window("2019-10-01 09:00", "2019-10-11 08:00", "2019-10-18 17:00")
    assert falls(CLOSING, early) == moment("2019-10-10 09:00")
    assert moved(CLOSING, early) == moment("2019-10-11 09:00")
