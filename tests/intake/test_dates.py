"""Dates as people write them: read where there is one way to read them, and a doubt that says its fix elsewhere."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.intake.tables.written_dates import (
    YEARS,
    Doubt,
    Placeholder,
    WrittenDate,
    parse_written_date,
)
from remembrancer.wording import phrase

DAYS = st.dates(date(min(YEARS), 1, 1), date(max(YEARS), 12, 31))
ZERO_1900, ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "13/09/2019",
        "13.9.19",
        "13-09-2019",
        "13 Sept 2019",
        "13th September 2019",
        "Friday 13 September 2019",
        "Fri, 13 Sep 2019",
        "13-Sep-19",
        "13Sep2019",
        "September 13, 2019",
        "13th of September 2019",
        "2019-09-13",
        "2019-09-13 00:00:00",
        "2019/9/13",
        " 13 \n September  2019 ",
    ],
)
def test_a_day_is_read_day_first(text: str) -> None:
    assert parse_written_date(text) == WrittenDate(date(2019, 9, 13))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("March 2021", date(2021, 3, 31)),
        ("Mar 2021", date(2021, 3, 31)),
        ("Feb-2020", date(2020, 2, 29)),
        ("02/2021", date(2021, 2, 28)),
        ("December 2021", date(2021, 12, 31)),
    ],
)
def test_a_month_is_its_last_day_and_says_that_it_is_a_month(text: str, last: date) -> None:
    assert parse_written_date(text) == WrittenDate(last, is_month=True)


@pytest.mark.parametrize(
    "text",
    [
        "ON HOLD – awaiting funding",
        "On hold until 13/09/2019",
        "TBC",
        "tbc March 2021",
        "ongoing",
        "On-going",
        "n/a",
        "To be confirmed by the Board",
        "Awaiting notice of restart",
    ],
)
def test_words_that_say_why_there_is_no_date_are_kept_as_they_are(text: str) -> None:
    assert parse_written_date(text) == Placeholder(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("31/02/2021", "no_such_day"),
        ("30 Feb 2021", "no_such_day"),
        ("2021-13-01", "no_such_day"),
        ("29/02/2021", "no_such_day"),
        ("13/2021", "no_such_day"),
        ("09/13/2019", "month_first"),
        ("Friday 13 September 2018", "other_weekday"),
        ("Mar-21", "no_year"),
        ("Mar 21", "no_year"),
        ("21 March", "no_year"),
        ("13/09", "no_year"),
        ("13/09/85", "which_century"),
        ("13/09/1885", "year_beyond"),
        ("0019-09-13", "year_beyond"),
        ("Q2 2021/22", "quarter_for_a_day"),
        ("Quarter 2", "quarter_for_a_day"),
        ("2nd quarter 2021", "quarter_for_a_day"),
        ("2021", "year_for_a_day"),
        ("2021/22", "year_for_a_day"),
        ("2021–22", "year_for_a_day"),
        ("43721", "serial_day"),
        ("soon", "no_said_date"),
        ("Summer 2021", "no_said_date"),
        ("w/c 13/09/2019", "no_said_date"),
        ("13/09/2019 or 14/10/2019", "no_said_date"),
        ("13/09-2019", "no_said_date"),
        ("end of March 2021", "no_said_date"),
        ("in 3 days", "no_said_date"),
        ("now", "no_said_date"),
        ("may", "no_said_date"),
        ("10:00", "no_said_date"),
        ("1/2/3", "no_said_date"),
        ("tbcx", "no_said_date"),
        ("١٣/٠٩/٢٠١٩", "no_said_date"),
    ],
)
def test_what_could_be_read_two_ways_or_none_is_a_doubt_with_its_fix(text: str, name: str) -> None:
    doubt = parse_written_date(text)
    assert isinstance(doubt, Doubt)
    assert doubt.name == name
    assert "write" in phrase(f"problems.{name}", **doubt.values) or "correct" in phrase(
        f"problems.{name}", **doubt.values
    )


def test_a_day_number_counts_from_the_workbooks_own_day_nought() -> None:
    assert parse_written_date("43721", ZERO_1900) == WrittenDate(date(2019, 9, 13))
    assert parse_written_date("42259", ZERO_1904) == WrittenDate(date(2019, 9, 13))
    assert isinstance(parse_written_date("99999999", ZERO_1900), Doubt)


@given(DAYS)
def test_a_day_reads_the_same_however_it_is_written(day: date) -> None:
    written = (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day:%A} {day.day} {day:%B} {day.year}",
        f"{day.day} {day:%b} {day.year}",
    )
    assert {parse_written_date(text) for text in written} == {WrittenDate(day)}


@given(DAYS, st.integers(1, 6))
def test_no_weekday_but_its_own_is_believed(day: date, away: int) -> None:
    other = day + timedelta(days=away)
    assert isinstance(parse_written_date(f"{other:%A} {day.day} {day:%B} {day.year}"), Doubt)


@given(DAYS.filter(lambda day: day.day > 12))
def test_the_month_is_never_first(day: date) -> None:
    assert isinstance(parse_written_date(f"{day.month}/{day.day}/{day.year}"), Doubt)


@given(st.text(alphabet="0123456789/.- AaprtilMySeOnQ'½²", max_size=14))
def test_rubbish_is_never_a_date_without_its_year(text: str) -> None:
    said = parse_written_date(text)
    if isinstance(said, WrittenDate):
        assert f"{said.day.year % 100:02}" in text
