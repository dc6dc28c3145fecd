"""When a digest is drafted and when it posts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.windows.digest_times import GRACE, addendum_due, drafts_at, posts_at

KENT = WorkingTime("england-and-wales", "Europe/London", closed=frozenset({date(2019, 12, 24), date(2019, 12, 27)}))
LONDON = ZoneInfo("Europe/London")
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
HOURS = st.integers(0, 20)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "hours", "drafted"),
    [
        ("2019-09-13 17:00", 4, "2019-09-13 13:00"),
        ("2019-09-16 11:00", 4, "2019-09-13 15:00"),  # over a weekend
        ("2019-12-30 10:00", 4, "2019-12-23 14:00"),  # over Christmas and the body's closure days
        ("2019-10-28 10:00", 8, "2019-10-25 10:00"),  # over the end of summer time
        ("2019-09-14 12:00", 4, "2019-09-13 13:00"),  # due on a Saturday
        ("2019-09-13 17:00", 0, "2019-09-13 17:00"),
    ],
)
def test_a_draft_is_so_many_working_hours_before(due: str, hours: int, drafted: str) -> None:
    assert drafts_at(london(due), hours, KENT) == london(drafted)
    assert posts_at(london(due), london(drafted), hours, KENT) == london(due)


@pytest.mark.parametrize(
    ("drafted", "posts"),
    [
        ("2019-09-13 13:30", "2019-09-13 17:00"),  # a busy service
        ("2019-09-13 17:10", "2019-09-16 13:00"),  # closed by hand: four hours from Monday's morning
        ("2019-09-15 03:00", "2019-09-16 13:00"),  # back from an outage on a Sunday night
        ("2019-09-16 15:00", "2019-09-17 11:00"),
    ],
)
def test_a_late_draft_gives_the_secretary_her_hours_all_the_same(drafted: str, posts: str) -> None:
    assert posts_at(london("2019-09-13 17:00"), london(drafted), 4, KENT) == london(posts)


@given(due=MOMENTS, hours=HOURS, late=st.integers(0, 10_000).map(lambda n: timedelta(minutes=n)))
def test_nothing_posts_before_it_is_due_or_before_the_secretary_could_look(
    due: datetime, hours: int, late: timedelta
) -> None:
    drafted = drafts_at(due, hours, KENT) + late
    posts = posts_at(due, drafted, hours, KENT)
    assert posts >= due
    if late > GRACE:
        assert KENT.hours_after(drafted, hours) <= posts


@given(now=MOMENTS, hours=st.integers(0, 8), taken=st.sets(st.integers(0, 9), max_size=5))
def test_an_addendum_is_due_at_its_hour_on_a_free_working_day(now: datetime, hours: int, taken: set[int]) -> None:
    days = {now.date() + timedelta(days=n) for n in taken}
    due = addendum_due(now, time(16), hours, days, KENT)
    there = due.astimezone(LONDON)
    assert there.time() == time(16)
    assert KENT.is_working_day(there.date())
    assert there.date() not in days
    assert KENT.hours_after(now, hours) <= due
