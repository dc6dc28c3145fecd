"""Answers that are most likely slips are asked about, once, with both readings."""

from datetime import date

import pytest

from remembrancer.intake.folder.reader import read_folder
from remembrancer.rules.programmes.answers import Circumstances
from remembrancer.rules.programmes.slips import find_slips
from tests.conftest import EXAMPLE

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
TODAY = date(2026, 9, 2)
LAST = {"delivery": "on_track", "milestones": {"go_live": "2027-01-11"}, "new_end_date": "2027-03-31"}


@pytest.mark.parametrize(
    ("answers", "whys"),
    [
        ({"milestones": {"go_live": "2027-03-31"}}, []),
        ({"milestones": {"go_live": "1927-03-31"}}, ["far_off"]),
        ({"milestones": {"go_live": "2047-03-31"}}, ["far_off"]),
        ({"milestones": {"go_live": "2033-03-31"}}, ["moved_far"]),
        ({"milestones": {"key_decision": "2033-03-31"}}, []),
        ({"new_end_date": "2034-03-31"}, ["moved_far"]),
        ({"new_end_date": "2027-03-31"}, []),
        ({"delivery": "on_track", "new_end_date": "2026-03-31"}, ["past_end"]),
        ({"delivery": "remedial_action", "new_end_date": "2026-03-31"}, []),
        ({"delivery": "on_track"}, []),
        ({"delivery": "remedial_action", "issue_impact": "tbc"}, ["no_substance"]),
        ({"delivery": "remedial_action", "issue_impact": "N/A."}, ["no_substance"]),
        ({"delivery": "remedial_action", "progress_description": "-"}, ["no_substance"]),
        ({"delivery": "remedial_action", "issue_impact": "None of the pupils moved"}, []),
        ({"delivery": "on_track", "issue_impact": "tbc"}, []),
    ],
)
def test_a_slip_is_asked_about(answers: dict[str, object], whys: list[str]) -> None:
    found = find_slips(PROGRAMME, Circumstances(answers=answers, last=LAST), TODAY)
    assert [slip.why for slip in found] == whys


def test_an_end_date_of_the_register_that_has_passed_is_asked_about() -> None:
    circumstances = Circumstances(answers={"delivery": "on_track"}, facts={"original_end_date": "2026-03-31"})
    assert [slip.why for slip in find_slips(PROGRAMME, circumstances, TODAY)] == ["past_end"]


def test_a_date_before_the_item_began_is_asked_about() -> None:
    facts, form = PROGRAMME.facts, PROGRAMME.form
    questions = [
        question.model_copy(update={"not_before": "start_date" if question.type in ("date", "dates") else None})
        for question in form.questions
    ]
    programme = PROGRAMME.model_copy(
        update={
            "facts": {**facts, "start_date": "date"},
            "form": form.model_copy(update={"questions": questions}),
        }
    )
    begun = {"start_date": "2025-04-01"}
    early = {"milestones": {"go_live": "2024-03-31"}, "new_end_date": "2025-04-01"}
    found = find_slips(programme, Circumstances(answers=early, facts=begun), TODAY)
    assert [(slip.why, slip.day, slip.before) for slip in found] == [
        ("before_begin", date(2024, 3, 31), date(2025, 4, 1))
    ]
