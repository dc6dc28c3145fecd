"""Which days count, and what the clocks show on them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remembrancer.rules.calendar.working_time import WorkingTime, at, bank_holidays
from tests import oracle
from tests.oracle import ONE_DAY, World
from tests.rules.build import HONOLULU, LONDON, NEW_YORK, SYDNEY, day, working_time
from tests.rules.worlds import HARD_DAYS, bodies

ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)
SCOTLAND = WorkingTime(nation="scotland", zone=LONDON)
SHUT_FOR_CHRISTMAS = WorkingTime(
    nation="england-and-wales",
    zone=LONDON,
    closed=frozenset({day("2019-12-27"), day("2019-12-30"), day("2019-12-31")}),
)


@pytest.mark.parametrize(
    ("nation", "days"),
    [
        ("england-and-wales", "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        ("scotland", "01-01 01-02 04-10 05-08 05-25 08-03 11-30 12-25 12-28"),
        ("northern-ireland", "01-01 03-17 04-10 04-13 05-08 05-25 07-13 08-31 12-25 12-28"),
    ],
    ids=["england-and-wales", "scotland", "northern-ireland"],
)
def test_the_bank_holidays_of_2020_are_those_each_nation_published(nation: str, days: str) -> None:
    weekdays = [holiday for holiday in sorted(bank_holidays(nation, 2020)) if holiday.weekday() < 5]
    assert weekdays == [day(f"2020-{text}") for text in days.split()]


def test_st_andrews_day_is_a_holiday_in_scotland_and_a_monday_in_england() -> None:
    st_andrew = day("2020-11-30")
    assert ENGLAND.is_working_day(st_andrew)
    assert not SCOTLAND.is_working_day(st_andrew)
    assert ENGLAND.after(day("2020-11-27"), 1) == st_andrew
    assert SCOTLAND.after(day("2020-11-27"), 1) == day("2020-12-01")
    assert ENGLAND.before(day("2020-12-01"), 1) == st_andrew
    assert SCOTLAND.before(day("2020-12-01"), 1) == day("2020-11-27")


def test_a_body_that_works_through_a_bank_holiday_counts_it() -> None:
    through = WorkingTime(nation="scotland", zone=LONDON, works=frozenset({day("2020-11-30")}))
    assert through.is_working_day(day("2020-11-30"))
    assert not through.is_working_day(day("2020-12-25"))


def test_working_through_a_saturday_does_not_make_it_a_working_day() -> None:
    saturday = day("2020-11-28")
    assert not WorkingTime(nation="scotland", zone=LONDON, works=frozenset({saturday})).is_working_day(saturday)


def test_a_day_both_closed_and_worked_is_closed() -> None:
    both = frozenset({day("2020-11-30")})
    assert not WorkingTime(nation="scotland", zone=LONDON, closed=both, works=both).is_working_day(day("2020-11-30"))


def test_over_the_years_end_closures_and_holidays_are_rolled_over() -> None:
    assert SHUT_FOR_CHRISTMAS.after(day("2019-12-24"), 1) == day("2020-01-02")
    assert SHUT_FOR_CHRISTMAS.before(day("2020-01-02"), 1) == day("2019-12-24")
    assert SHUT_FOR_CHRISTMAS.before(day("2019-12-30"), 0) == day("2019-12-24")
    assert SHUT_FOR_CHRISTMAS.between(day("2019-12-23"), day("2020-01-03")) == [
        *(day("2019-12-23"), day("2019-12-24")),
        *(day("2020-01-02"), day("2020-01-03")),
    ]


def test_scotland_starts_the_year_a_day_later() -> None:
    assert ENGLAND.after(day("2019-12-31"), 1) == day("2020-01-02")
    assert SCOTLAND.after(day("2019-12-31"), 1) == day("2020-01-03")


@pytest.mark.parametrize(
    ("start", "next_day"),
    [
        ("2023-02-28", "2023-03-01"),
        ("2024-02-28", "2024-02-29"),
        ("2024-02-29", "2024-03-01"),
        ("2020-02-28", "2020-03-02"),  # in 2020 the 29th was a Saturday
    ],
)
def test_the_29th_of_february_counts_when_there_is_one_on_a_weekday(start: str, next_day: str) -> None:
    assert ENGLAND.after(day(start), 1) == day(next_day)
    assert ENGLAND.before(day(next_day), 1) == day(start)


def test_nought_working_days_away_is_the_day_itself_or_the_nearest_on_that_side() -> None:
    assert ENGLAND.before(day("2019-10-11"), 0) == ENGLAND.after(day("2019-10-11"), 0) == day("2019-10-11")
    assert ENGLAND.before(day("2019-10-12"), 0) == day("2019-10-11")
    assert ENGLAND.after(day("2019-10-12"), 0) == day("2019-10-14")


@pytest.mark.parametrize(
    ("zone", "day_before", "day_after"),
    [
        (LONDON, ("2020-03-27", 9), ("2020-03-30", 8)),
        (LONDON, ("2019-10-25", 8), ("2019-10-28", 9)),
        (NEW_YORK, ("2020-03-06", 14), ("2020-03-09", 13)),
        (NEW_YORK, ("2019-11-01", 13), ("2019-11-04", 14)),
        (SYDNEY, ("2020-04-03", -2), ("2020-04-06", -1)),
        (SYDNEY, ("2019-10-04", -1), ("2019-10-07", -2)),
        (HONOLULU, ("2020-03-27", 19), ("2020-03-30", 19)),
    ],
)
def test_nine_in_the_morning_is_nine_on_both_sides_of_a_change_of_clocks(
    zone: str, day_before: tuple[str, int], day_after: tuple[str, int]
) -> None:
    for text, utc_hour in (day_before, day_after):
        midnight = datetime.combine(day(text), time(0), UTC)
        assert at(day(text), time(9), zone) == midnight + timedelta(hours=utc_hour)


def test_an_hour_that_the_clocks_skip_is_as_long_after_midnight_as_it_would_have_been() -> None:
    assert at(day("2020-03-29"), time(1, 30), LONDON) == datetime(2020, 3, 29, 1, 30, tzinfo=UTC)
    assert at(day("2020-03-08"), time(2, 30), NEW_YORK) == datetime(2020, 3, 8, 7, 30, tzinfo=UTC)


def test_of_an_hour_that_happens_twice_the_first_is_meant() -> None:
    assert at(day("2019-10-27"), time(1, 30), LONDON) == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    assert at(day("2019-11-03"), time(1, 30), NEW_YORK) == datetime(2019, 11, 3, 5, 30, tzinfo=UTC)


anchored = st.sampled_from(HARD_DAYS).flatmap(lambda anchor: st.tuples(st.just(anchor), bodies(anchor)))


@given(anchored, st.integers(-40, 40), st.integers(1, 12))
def test_so_many_working_days_there_and_back_is_where_one_started(
    anchor: tuple[date, World], offset: int, count: int
) -> None:
    time = working_time(anchor[1])
    start = anchor[0] + ONE_DAY * offset
    assert time.is_working_day(start) == oracle.is_working_day(anchor[1], start)
    assume(time.is_working_day(start))
    there = time.after(start, count)
    assert time.before(there, count) == start
    assert len(time.between(start, there)) == count + 1
