"""Days counted to a latest and to an earliest day: as real bodies published them, and day by day the long way round."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.rules.calendar.day_counting import (
    CannotCountError,
    Counted,
    CountedDay,
    Counting,
    Roll,
    announced_by_default,
    days_after,
    days_before,
    earliest_decision,
    earliest_meeting,
    latest_notice,
    latest_publication,
    weekday_of_month,
    weeks_after,
    weeks_before,
    working_days_after,
    working_days_before,
)
from remembrancer.rules.calendar.working_time import WorkingTime
from tests.oracle import ONE_DAY, World, is_working_day
from tests.profiles import thoroughness
from tests.rules.build import LONDON, day, working_time
from tests.rules.vectors import Vector, computed, published
from tests.rules.worlds import HARD_DAYS, bodies

ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)
KNOWN = date(2030, 12, 31)
EVERY: list[Counting] = [
    latest_publication,
    earliest_meeting,
    earliest_decision,
    latest_notice,
    working_days_after,
    working_days_before,
    days_before,
    days_after,
    weeks_before,
    weeks_after,
    weekday_of_month(2, 0),
]


def counted(count: Counting, text: str, n: int, roll: Roll = "none", time: WorkingTime = ENGLAND) -> Counted:
    return count(day(text), n, time, KNOWN, roll)


def told(found: Counted) -> list[str]:
    """Each day gone over, marked with what became of it."""
    return [f"{each.day:%d %b} {each.holiday or each.fate}" for each in found.because]


# As published


@pytest.mark.parametrize("vector", computed(), ids=str)
def test_an_agenda_is_published_by_the_day_that_was_worked_out(vector: Vector) -> None:
    time = WorkingTime(nation=vector.nation, zone=LONDON)
    assert latest_publication(vector.given, vector.n, time, KNOWN).date == vector.result


@pytest.mark.parametrize("vector", published("agenda"), ids=str)
def test_an_agenda_was_published_on_exactly_the_latest_day(vector: Vector) -> None:
    assert earliest_meeting(vector.given, vector.n, ENGLAND, KNOWN).date == vector.result
    assert latest_publication(vector.result, vector.n, ENGLAND, KNOWN).date == vector.given


@pytest.mark.parametrize("vector", published("notice"), ids=str)
def test_a_key_decision_is_taken_when_its_notice_has_run(vector: Vector) -> None:
    roll: Roll = "later" if vector.rolled else "none"
    found = earliest_decision(vector.given, vector.n, ENGLAND, KNOWN, roll)
    assert (found.date, found.rolled) == (vector.result, vector.rolled)
    assert latest_notice(found.raw, vector.n, ENGLAND, KNOWN).date == vector.given


@pytest.mark.parametrize("vector", published("general_exception", "call_in"), ids=str)
def test_a_decision_waits_for_whole_working_days_and_one_day_more(vector: Vector) -> None:
    roll: Roll = "later" if vector.rolled else "none"
    found = working_days_after(vector.given, vector.n, ENGLAND, KNOWN, roll)
    assert (found.date, found.rolled) == (vector.result, vector.rolled)


@pytest.mark.parametrize("vector", published("questions"), ids=str)
def test_questions_are_in_so_many_working_days_before(vector: Vector) -> None:
    assert working_days_before(vector.result, vector.n, ENGLAND, KNOWN).date == vector.given


def test_no_vector_is_left_out() -> None:
    assert len(computed()) == 5
    assert len(published("agenda", "notice", "general_exception", "call_in", "questions")) == len(published("")) == 11


# Why it is that day


def test_the_days_that_count_and_the_holidays_between_them_are_told_in_the_order_of_counting() -> None:
    found = counted(latest_publication, "2021-04-08", 5)
    assert found.date == found.raw == day("2021-03-29")
    assert told(found) == [
        *("07 Apr counts", "06 Apr counts", "05 Apr Easter Monday", "04 Apr weekend", "03 Apr weekend"),
        *("02 Apr Good Friday", "01 Apr counts", "31 Mar counts", "30 Mar counts"),
    ]


def test_of_28_clear_days_each_counts_whatever_day_it_is() -> None:
    found = counted(earliest_decision, "2019-11-26", 28)
    assert [each.day for each in found.because] == [day("2019-11-26") + ONE_DAY * n for n in range(1, 29)]
    assert all(each.counts for each in found.because)


def test_what_is_rolled_past_is_told_too_and_the_raw_day_is_kept() -> None:
    found = counted(earliest_decision, "2021-11-26", 28, "later")
    assert (found.raw, found.date, found.rolled) == (day("2021-12-25"), day("2021-12-29"), True)
    assert [each.day.day for each in found.because if not each.counts] == [25, 26, 27, 28]
    assert found.because[-1].holiday == "Boxing Day (observed)"


def test_a_notice_that_would_fall_on_a_bank_holiday_is_given_before_it_never_after() -> None:
    found = counted(latest_notice, "2022-01-25", 28, "earlier")
    assert (found.raw, found.date) == (day("2021-12-27"), day("2021-12-24"))
    assert told(found)[-3:] == ["27 Dec Christmas Day (observed)", "26 Dec Boxing Day", "25 Dec Christmas Day"]


def test_st_andrews_day_worked_through_in_perth_counts() -> None:
    st_andrew = day("2020-11-30")
    closed = WorkingTime(nation="scotland", zone=LONDON)
    perth = WorkingTime(nation="scotland", zone=LONDON, works=frozenset({st_andrew}))
    assert counted(latest_publication, "2020-12-02", 3, time=closed).date == day("2020-11-25")
    found = counted(latest_publication, "2020-12-02", 3, time=perth)
    assert found.date == day("2020-11-26")
    assert CountedDay(st_andrew, "works", "Saint Andrew's Day") in found.because


def test_a_closure_day_is_passed_over_and_said_to_be_one() -> None:
    shut = WorkingTime(nation="england-and-wales", zone=LONDON, closed=frozenset({day("2019-12-24")}))
    found = counted(working_days_before, "2019-12-27", 1, time=shut)
    assert found.date == day("2019-12-23")
    assert told(found) == ["26 Dec Boxing Day", "25 Dec Christmas Day", "24 Dec closed", "23 Dec counts"]


# Weeks, plain days and weekdays


def test_six_weeks_before_is_the_same_weekday_and_plain_days_are_subtracted() -> None:
    assert counted(weeks_before, "2021-04-08", 6).date == day("2021-02-25")
    assert counted(weeks_after, "2021-02-25", 6).date == day("2021-04-08")
    assert counted(days_before, "2021-04-08", 28).date == day("2021-03-11")
    assert counted(days_after, "2021-03-11", 28).date == day("2021-04-08")


@pytest.mark.parametrize(
    ("meeting", "nth", "months_before", "found"),
    [
        ("2021-04-08", 1, 0, "2021-04-07"),
        ("2021-04-08", 1, 1, "2021-03-03"),
        ("2021-04-08", 4, 1, "2021-03-24"),
        ("2021-01-20", 2, 1, "2020-12-09"),
        ("2021-04-07", 1, 0, "2021-03-03"),  # the meeting is on the first Wednesday itself
        ("2021-04-08", 2, 0, "2021-03-10"),  # the second would be after it
    ],
)
def test_the_nth_wednesday_is_always_before_the_meeting(meeting: str, nth: int, months_before: int, found: str) -> None:
    assert counted(weekday_of_month(2, months_before), meeting, nth).date == day(found)


# What is not known yet, and what is out of reach


def test_a_date_is_provisional_once_the_count_goes_past_the_announced_bank_holidays() -> None:
    for until, provisional in (("2021-04-07", False), ("2021-04-06", True)):
        assert latest_publication(day("2021-04-08"), 5, ENGLAND, day(until)).provisional is provisional
    for until, provisional in (("2021-12-29", False), ("2021-12-28", True)):
        assert earliest_decision(day("2021-11-26"), 28, ENGLAND, day(until), "later").provisional is provisional


def test_without_being_told_bank_holidays_are_taken_to_be_announced_to_the_end_of_next_year() -> None:
    assert announced_by_default(day("2021-04-08")) == day("2022-12-31")


@pytest.mark.parametrize("count", EVERY)
@pytest.mark.parametrize(
    ("text", "n", "name"),
    [
        ("1969-12-31", 1, "year_out_of_reach"),
        ("2200-01-01", 1, "year_out_of_reach"),
        ("2021-04-08", -1, "number_out_of_reach"),
        ("2021-04-08", 367, "number_out_of_reach"),
    ],
)
def test_what_is_out_of_reach_is_refused(count: Counting, text: str, n: int, name: str) -> None:
    with pytest.raises(CannotCountError) as refused:
        counted(count, text, n)
    assert refused.value.name == name


@pytest.mark.parametrize("count", EVERY[:-1])
@pytest.mark.parametrize("text", ["1970-01-01", "2199-12-31"])
def test_what_is_just_in_reach_is_counted(count: Counting, text: str) -> None:
    assert counted(count, text, 366, "later").date


def test_no_month_is_sure_to_have_a_fifth_wednesday() -> None:
    with pytest.raises(CannotCountError):
        counted(weekday_of_month(2, 0), "2021-04-08", 5)


# The long way round: day by day, with the oracle's own working days


def between(world: World, first: date, last: date, working: bool) -> int:
    """How many days lie strictly between the two, or how many working days."""
    days = (first + ONE_DAY * n for n in range(1, (last - first).days))
    return sum(not working or is_working_day(world, each) for each in days)


def walk(start: date, step: int) -> Iterator[date]:
    while True:
        start += ONE_DAY * step
        yield start


def first_that_leaves(world: World, start: date, n: int, step: int, working: bool, lands_on_working: bool) -> date:
    """The nearest day, walking one way, with at least `n` days (of that sort) strictly between it and `start`."""
    return next(
        each
        for each in walk(start, step)
        if between(world, min(start, each), max(start, each), working) >= n
        and (not lands_on_working or is_working_day(world, each))
    )


def rolled(world: World, found: date, step: int) -> date:
    return next(each for each in walk(found - ONE_DAY * step, step) if is_working_day(world, each))


anchors = st.sampled_from(HARD_DAYS) | st.dates(date(1980, 1, 1), date(2060, 12, 31))
starts = anchors.flatmap(
    lambda anchor: st.tuples(bodies(anchor), st.integers(-10, 25).map(lambda n: anchor + ONE_DAY * n))
)
numbers = st.integers(0, 15)


@thoroughness(2)
@given(starts, numbers)
def test_every_count_agrees_with_walking_day_by_day(start: tuple[World, date], n: int) -> None:
    world, anchor = start
    time = working_time(world)
    ways: list[tuple[Counting, int, bool, bool]] = [
        (latest_publication, -1, True, True),
        (earliest_meeting, 1, True, True),
        (latest_notice, -1, False, False),
        (earliest_decision, 1, False, False),
        (working_days_after, 1, True, False),
    ]
    for count, step, working, lands in ways:
        found = count(anchor, n, time, KNOWN, "later" if step > 0 else "earlier")
        raw = first_that_leaves(world, anchor, n, step, working, lands)
        assert (found.raw, found.date) == (raw, rolled(world, raw, step)), count
        assert sum(each.counts for each in found.because) == n, count
        assert count(anchor, n, time, KNOWN).date == raw, count


@thoroughness(2)
@given(starts, st.integers(1, 15))
def test_the_nth_working_day_before_has_n_working_days_from_it_on(start: tuple[World, date], n: int) -> None:
    world, anchor = start
    found = working_days_before(anchor, n, working_time(world), KNOWN)
    assert is_working_day(world, found.date)
    assert between(world, found.date - ONE_DAY, anchor, working=True) == n
    assert sum(each.counts for each in found.because) == n


@thoroughness(2)
@given(starts, numbers)
def test_a_working_day_later_than_the_latest_publication_is_too_late(start: tuple[World, date], n: int) -> None:
    world, meeting = start
    time = working_time(world)
    latest = latest_publication(meeting, n, time, KNOWN).date
    too_late = time.after(latest, 1)
    for earliest in (earliest_meeting, working_days_after):
        assert earliest(latest, n, time, KNOWN).raw <= time.working_day_on_or_after(meeting)
        assert earliest(too_late, n, time, KNOWN).raw > meeting


@thoroughness(2)
@given(starts, numbers)
def test_a_working_day_later_than_the_latest_notice_is_too_late(start: tuple[World, date], n: int) -> None:
    world, decision = start
    time = working_time(world)
    latest = latest_notice(decision, n, time, KNOWN, "earlier")
    assert earliest_decision(latest.raw, n, time, KNOWN).date == decision
    assert earliest_decision(latest.date, n, time, KNOWN).date <= decision
    assert earliest_decision(time.after(latest.date, 1), n, time, KNOWN).date > decision


@given(starts, numbers)
def test_every_day_told_is_told_as_it_is(start: tuple[World, date], n: int) -> None:
    world, anchor = start
    for count in (latest_publication, earliest_meeting, working_days_after, working_days_before):
        found = count(anchor, n, working_time(world), KNOWN, "later")
        for each in found.because:
            assert each.counts == is_working_day(world, each.day)
            assert (each.fate == "closed") <= (each.day in world.closed)
            assert (each.fate == "works") <= (each.day in world.works and bool(each.holiday))
