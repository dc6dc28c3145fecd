"""How often an item comes, in the words that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.rules.forward_plan.recurrence import Recurrence, RecurrenceKind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("standing", Recurrence(RecurrenceKind.STANDING)),
        ("Every meeting", Recurrence(RecurrenceKind.STANDING)),
        ("annual", Recurrence(RecurrenceKind.ANNUAL)),
        ("Annually", Recurrence(RecurrenceKind.ANNUAL)),
        ("6-monthly", Recurrence(RecurrenceKind.MONTHS, 6)),
        ("six-monthly", Recurrence(RecurrenceKind.MONTHS, 6)),
        ("6 monthly", Recurrence(RecurrenceKind.MONTHS, 6)),
        ("every 6 months", Recurrence(RecurrenceKind.MONTHS, 6)),
        ("Every  six\nmonths", Recurrence(RecurrenceKind.MONTHS, 6)),
        ("monthly", Recurrence(RecurrenceKind.MONTHS, 1)),
        ("quarterly", Recurrence(RecurrenceKind.MONTHS, 3)),
        ("every other meeting", Recurrence(RecurrenceKind.EVERY_OTHER)),
        ("one-off", Recurrence(RecurrenceKind.ONE_OFF)),
        ("one_off", Recurrence(RecurrenceKind.ONE_OFF)),
    ],
)
def test_the_words_of_a_work_programme_are_understood(text: str, found: Recurrence) -> None:
    assert Recurrence.parse(text) == found


@pytest.mark.parametrize(
    "text", ["", "months", "often", "0-monthly", "every months", "bi-annual", "biennial", "every 6"]
)
def test_what_does_not_say_how_often_is_none(text: str) -> None:
    assert Recurrence.parse(text) is None


@given(st.integers(1, 99))
def test_every_number_of_months_is_understood_both_ways(months: int) -> None:
    assert Recurrence.parse(f"{months}-monthly") == Recurrence.parse(f"every {months} months")
    assert Recurrence.parse(f"{months}-monthly") == Recurrence(RecurrenceKind.MONTHS, months)
