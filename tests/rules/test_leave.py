"""When somebody on leave is back and may be told something, and who is asked for them."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import Absence
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.people import leave
from remembrancer.rules.people.recipients import Reason
from tests.rules.build import ADA, BEN, CAT, LEAD, LONDON, MANAGER, day, facts, moment, office, vacate
from tests.rules.build import leave as goes_away

ENGLAND = WorkingTime(nation="england-and-wales", zone=LONDON)


def away(first: str, last: str) -> Absence:
    return Absence(person_id=ADA, first_day=day(first), last_day=day(last))


def test_back_is_the_next_working_day_that_is_no_leave() -> None:
    assert leave.back_on(ENGLAND, [away("2019-08-19", "2019-08-23")], day("2019-08-23")) == day("2019-08-27")
    both = [away("2019-09-02", "2019-09-06"), away("2019-09-09", "2019-09-10")]
    assert leave.back_on(ENGLAND, both, day("2019-09-06")) == day("2019-09-11")


def test_away_throughout_counts_working_days() -> None:
    own = [away("2019-09-02", "2019-09-06")]
    assert leave.is_away_throughout(ENGLAND, own, day("2019-09-02"), day("2019-09-08"))
    assert not leave.is_away_throughout(ENGLAND, own, day("2019-09-02"), day("2019-09-09"))
    assert not leave.is_away_throughout(ENGLAND, own, day("2019-09-07"), day("2019-09-08"))
    assert not leave.is_away_throughout(ENGLAND, [], day("2019-09-02"), day("2019-09-02"))


def test_the_leave_of_now_or_the_next() -> None:
    world = office()
    goes_away(world, ADA, "2019-10-14", "2019-10-18")
    goes_away(world, ADA, "2019-10-01", "2019-10-02")
    known = facts(world)
    for now, first in (("2019-10-02 23:00", "2019-10-01"), ("2019-10-03 01:00", "2019-10-14")):
        found = leave.now_or_next(known, world.people[ADA], moment(now))
        assert found is not None
        assert found.first_day == day(first)
    assert leave.now_or_next(known, world.people[ADA], moment("2019-10-19 01:00")) is None


def test_whoever_is_next_above_and_at_work_is_asked_meanwhile() -> None:
    world = office()
    goes_away(world, ADA, "2019-10-01", "2019-10-04")
    ada, now = world.people[ADA], moment("2019-10-02 10:00")
    assert leave.asked_above(facts(world), ada, now) == (world.people[BEN], Reason.ABOVE)
    vacate(world, MANAGER)
    assert leave.asked_above(facts(world), ada, now) == (world.people[CAT], Reason.ABOVE)
    assert leave.posts_leading(facts(world), ada, now) == [LEAD]
    assert leave.asked_above(facts(world), world.people[BEN], now) is None


def test_whoever_is_away_is_reached_on_the_morning_they_are_back() -> None:
    assert reached("2019-10-02 10:00") == moment("2019-10-07 09:00")
    assert reached("2019-09-30 10:00") == moment("2019-09-30 10:00")
    assert reached("2019-09-29 10:00") == moment("2019-09-30 09:00")


def test_what_would_wait_for_a_morning_of_leave_waits_for_the_first_one_after_it() -> None:
    assert reached("2019-09-30 18:00") == moment("2019-10-07 09:00")


def reached(now: str) -> datetime:
    own = [away("2019-10-01", "2019-10-04")]
    return leave.reached_from(ENGLAND, own, moment(now))


@given(
    st.dates(date(2019, 1, 1), date(2022, 1, 1)),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=4),
)
def test_back_is_a_working_day_after_the_leave_and_on_no_leave(last: date, others: list[tuple[int, int]]) -> None:
    own = [
        Absence(
            person_id=ADA,
            first_day=last + timedelta(days=start),
            last_day=last + timedelta(days=start + length),
        )
        for start, length in others
    ]
    back = leave.back_on(ENGLAND, own, last)
    assert back > last
    assert ENGLAND.is_working_day(back)
    assert not any(absence.first_day <= back <= absence.last_day for absence in own)


def test_leave_that_adjoins_without_a_working_day_between_is_one_stretch() -> None:
    week, next_week = away("2019-09-02", "2019-09-06"), away("2019-09-09", "2019-09-13")
    later = away("2019-09-17", "2019-09-18")
    own = [later, next_week, week]
    for one in (week, next_week):
        assert leave.stretch(ENGLAND, own, one) == [week, next_week]
    assert leave.stretch(ENGLAND, own, later) == [later]
