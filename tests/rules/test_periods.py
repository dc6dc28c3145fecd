"""The financial year."""

import pytest

from remembrancer.rules.calendar.financial_year import financial_year
from tests.rules.build import day


@pytest.mark.parametrize(
    ("text", "year"),
    [("2019-03-31", 2018), ("2019-04-01", 2019), ("2020-02-29", 2019), ("2020-03-31", 2019)],
)
def test_the_financial_year_begins_on_the_first_of_april(text: str, year: int) -> None:
    assert financial_year(day(text)) == year


def test_a_body_may_begin_its_year_on_another_day() -> None:
    assert financial_year(day("2019-07-31"), (8, 1)) == 2018
    assert financial_year(day("2019-08-01"), (8, 1)) == 2019
    assert financial_year(day("2019-12-31"), (1, 1)) == 2019
