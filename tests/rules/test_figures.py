"""Figures: one denominator, rounded half up, and what was not recorded is null."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.intake.folder.reader import read_folder
from remembrancer.rules.programmes.figures import Period, Told, figures
from remembrancer.rules.programmes.measures import percent
from tests.conftest import EXAMPLE
from tests.profiles import thoroughness

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
DELIVERY = ("on_track", "remedial_action", "unlikely")
FACTS = {"activity_type": "Transformation", "original_end_date": "2019-12-31"}


def period(*answers: Mapping[str, Any] | None) -> Period:
    return Period([Told(str(n), FACTS, each) for n, each in enumerate(answers, start=1)], 2019)


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_percentages_round_half_up(part: int, whole: int) -> None:
    exact = Decimal(100 * part) / Decimal(whole)
    assert percent(part, whole) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_percentage_of_nothing_is_not_nought() -> None:
    assert percent(0, 0) is None


def test_half_a_percent_rounds_up() -> None:
    assert [percent(1, 8), percent(1, 200), percent(3, 8)] == [13, 1, 38]


def test_whoever_gave_no_update_stays_in_the_denominator() -> None:
    found = figures(PROGRAMME, period({"delivery": "on_track"}, None), None)
    assert found["submissions"] == {"submitted": 1, "of": 2, "percent": 50}
    assert found["delivery_percent"]["on_track"] == 50
    assert found["no_update"] == ["2"]


def test_without_an_earlier_window_what_was_before_is_null() -> None:
    found = figures(PROGRAMME, period({"delivery": "on_track"}), None)
    assert found["delivery_previous"] is None
    assert found["milestones_previous"] is None


def test_a_window_that_nobody_answered_has_noughts_and_not_nulls() -> None:
    found = figures(PROGRAMME, period(None, None), None)
    assert found["delivery"] == {"on_track": 0, "remedial_action": 0, "unlikely": 0}
    assert found["mitigating_actions"] == {"with": 0, "of": 0, "percent": None, "without": []}


def test_a_window_without_returns_has_no_figures() -> None:
    assert set(figures(PROGRAMME, period(), None).values()) == {None}


answers = st.none() | st.fixed_dictionaries(
    {
        "delivery": st.sampled_from(DELIVERY),
        "issues": st.lists(st.sampled_from(["capacity", "financial", "other"]), unique=True),
        "mitigating_actions": st.sampled_from(["", "none", "None.", "A plan"]),
        "new_end_date": st.sampled_from(["", "2019-12-30", "2020-01-01"]),
        "milestones": st.dictionaries(st.sampled_from(["go_live", "other"]), st.just("2020-01-01")),
        "expected_reporting": st.dictionaries(
            st.sampled_from(["asch_cabinet_committee", "corporate_board"]), st.just("")
        ),
    }
)


@thoroughness(1.5)
@given(st.lists(answers, min_size=1, max_size=12))
def test_figures_add_up_whatever_was_answered(given_answers: list[Mapping[str, Any] | None]) -> None:
    found = figures(PROGRAMME, period(*given_answers), None)
    submitted = [each for each in given_answers if each is not None]
    off_track = [each for each in submitted if each["delivery"] != "on_track"]
    assert sum(found["delivery"].values()) == found["submissions"]["submitted"] == len(submitted)
    assert len(found["no_update"]) + len(submitted) == found["submissions"]["of"] == len(given_answers)
    assert len(found["not_on_track"]) == len(off_track) == found["mitigating_actions"]["of"]
    assert sum(found["issues_per_item"].values()) == len(off_track)
    assert found["mitigating_actions"]["with"] == sum(each["mitigating_actions"] == "A plan" for each in off_track)
    assert found["revised_end_date"]["total"] == sum(each["new_end_date"] == "2020-01-01" for each in submitted)
    assert found["milestones"]["reporting"] == sum(bool(each["milestones"]) for each in submitted)
    assert found["expected_none"] == sum(not each["expected_reporting"] for each in submitted)
    assert found["reported"] is None or not submitted  # the question was never recorded
