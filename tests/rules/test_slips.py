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
