"""Windows are moved to the next year by the rule that their days follow, onto working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import MONTHLY, rrule, weekdays
from hypothesis import assume, given
from hypothesis import strategies as st

from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.windows.next_year import Moved, Rule, Span, moved_a_year, with_next_year

ENGLAND = WorkingTime("england-and-wales", "Europe/London")
SCOTLAND = WorkingTime("scotland", "Europe/London")


def moved(*spans: tuple[str, str], time: WorkingTime = ENGLAND) -> list[Moved]:
    return moved_a_year([Span(date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans], time)


def days(found: list[Moved]) -> list[tuple[str, str]]:
    return [(each.days.opens.isoformat(), each.days.closes.isoformat()) for each in found]


def test_windows_that_open_on_the_last_friday_of_a_month_still_do_and_are_as_long() -> None:
    found = moved(
        ("2019-05-31", "2019-06-14"),
        ("2019-08-30", "2019-09-13"),
        ("2019-11-29", "2019-12-13"),
        ("2020-02-28", "2020-03-13"),
    )
    assert {each.rule for each in found} == {Rule.LAST_WEEKDAY}
    assert days(found) == [
        ("2020-05-29", "2020-06-12"),
        ("2020-08-28", "2020-09-11"),
        ("2020-11-27", "2020-12-11"),
        ("2021-02-26", "2021-03-12"),
    ]


def test_windows_of_the_first_of_a_month_keep_their_dates_and_go_onto_working_days() -> None:
    found = moved(("2025-04-01", "2025-04-30"), ("2025-07-01", "2025-07-31"), ("2026-01-02", "2026-01-30"))
    assert {each.rule for each in found} == {Rule.SAME_DATE}  # 1 January 2026 was a bank holiday
    assert days(found) == [("2026-04-01", "2026-04-30"), ("2026-07-01", "2026-07-31"), ("2027-01-04", "2027-01-29")]


def test_windows_that_open_at_a_weekend_by_their_date_keep_their_date() -> None:
    found = moved(("2024-06-01", "2024-06-14"), ("2024-09-01", "2024-09-13"))  # a Saturday and a Sunday
    assert {each.rule for each in found} == {Rule.SAME_DATE}
    assert days(found) == [("2025-06-02", "2025-06-13"), ("2025-09-01", "2025-09-12")]


def test_the_second_monday_stays_the_second_monday_where_52_weeks_would_not() -> None:
    found = moved(("2025-09-08", "2025-09-19"), ("2025-12-08", "2025-12-19"))
    assert days(found) == [("2026-09-14", "2026-09-25"), ("2026-12-14", "2026-12-24")]


def test_a_rule_is_seen_through_a_bank_holiday_of_the_old_year() -> None:
    found = moved(("2025-04-07", "2025-04-11"), ("2025-05-06", "2025-05-09"))  # Monday 5 May 2025 was a bank holiday
    assert days(found) == [("2026-04-07", "2026-04-10"), ("2026-05-05", "2026-05-08")]  # and Easter Monday, 4 May too


def test_each_nation_has_its_own_bank_holidays() -> None:
    begins = {ENGLAND: "2025-01-02", SCOTLAND: "2025-01-03"}  # the second of January is one in Scotland
    for time, (opens, closes) in {
        ENGLAND: ("2026-01-02", "2026-01-16"),
        SCOTLAND: ("2026-01-05", "2026-01-16"),
    }.items():
        found = moved((begins[time], "2025-01-17"), ("2025-04-01", "2025-04-15"), time=time)
        assert days(found)[0] == (opens, closes)


def test_one_window_alone_on_a_friday_in_the_middle_keeps_its_weekday() -> None:
    [found] = moved(("2025-10-17", "2025-10-31"))
    assert (found.rule, days([found])) == (Rule.NTH_WEEKDAY, [("2026-10-16", "2026-10-30")])


def test_windows_without_a_common_rule_keep_each_its_own_weekday_of_the_month() -> None:
    assert days(moved(("2025-04-09", "2025-04-11"), ("2025-09-25", "2025-10-03"))) == [
        ("2026-04-08", "2026-04-10"),
        ("2026-09-24", "2026-10-02"),
    ]


SPANS = st.lists(
    st.builds(
        lambda day, length: Span(day, day + timedelta(days=length)),
        st.dates(date(2015, 1, 1), date(2030, 12, 31)),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=5,
)


@given(SPANS, st.sampled_from([ENGLAND, SCOTLAND]))
def test_moved_windows_are_on_working_days_near_the_day_a_year_later(spans: list[Span], time: WorkingTime) -> None:
    for span, found in zip(spans, moved_a_year(spans, time), strict=True):
        assert time.is_working_day(found.days.opens)
        assert time.is_working_day(found.days.closes)
        assert found.days.opens <= found.days.closes
        assert abs((found.days.opens - span.opens).days - 365) <= 14
        assert abs((found.days.closes - span.closes).days - 365) <= 14


@given(st.integers(1, 12), st.integers(0, 4), st.integers(0, 2), st.integers(2015, 2030))
def test_a_series_of_quarterly_weekdays_is_moved_as_the_calendar_repeats_it(
    month: int, weekday: int, before: int, year: int
) -> None:
    rule = rrule(
        MONTHLY, interval=3, byweekday=weekdays[weekday](before + 1), dtstart=datetime(year, month, 1, tzinfo=UTC)
    )
    this, following = [[each.date() for each in rule[at : at + 4]] for at in (0, 4)]
    assume(all(ENGLAND.is_working_day(day) for day in this) and len({day.day for day in this}) > 1)
    found = moved_a_year([Span(day, day + timedelta(days=4)) for day in this], ENGLAND)
    assert [each.by_rule.opens for each in found] == following


@pytest.mark.parametrize(
    ("title", "later"),
    [
        ("Quarter 1 2019/20", "Quarter 1 2020/21"),
        ("Q4 2019-20", "Q4 2020-21"),
        ("Q4 2019–2020 update", "Q4 2020–2021 update"),
        ("Q1 19/20", "Q1 20/21"),
        ("Savings update July 2026", "Savings update July 2027"),
        ("Plan 1999/00", "Plan 2000/01"),
        ("Delivery plan update", "Delivery plan update"),
        ("Plan 2019/22: Q1", "Plan 2020/22: Q1"),
        ("Week 12/13 of 100200", "Week 13/14 of 100200"),
    ],
)
def test_the_years_in_a_title_are_one_later(title: str, later: str) -> None:
    assert with_next_year(title) == later
