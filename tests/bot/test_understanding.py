"""Free text into answers: only what is plainly said is understood, and all the rest is the progress description."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.language.answers import by_item, leading_ref, understand
from remembrancer.bot.language.dates import to_date
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE
from tests.profiles import thoroughness

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
TODAY = date(2019, 9, 6)


def understood(text: str) -> dict[str, Any]:
    return understand(PROGRAMME, text, TODAY).answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("on track", {"delivery": "on_track"}),
        ("On track.", {"delivery": "on_track"}),
        ("still green", {"delivery": "on_track"}),
        ("It's now amber", {"delivery": "remedial_action"}),
        ("No, it is unlikely to be achieved", {"delivery": "unlikely"}),
        ("red: the supplier went bust", {"delivery": "unlikely", "progress_description": "The supplier went bust"}),
        (
            "on track, go live now 31 March",
            {"delivery": "on_track", "milestones": {"go_live": "2020-03-31"}},
        ),
        (
            "on track, key decision moved to 3rd December 2019 and go live 1/4/2020",
            {"delivery": "on_track", "milestones": {"key_decision": "2019-12-03", "go_live": "2020-04-01"}},
        ),
        (
            "amber: capacity and dependencies, mitigating by a second supplier",
            {
                "delivery": "remedial_action",
                "issues": ["capacity", "dependencies"],
                "mitigating_actions": "a second supplier",
            },
        ),
        (
            "amber - staffing; funding. New end date 30 June 2020 because of the tender. Impact: nine months' delay.",
            {
                "delivery": "remedial_action",
                "issues": ["capacity", "financial"],
                "new_end_date": "2020-06-30",
                "end_date_reason": "the tender",
                "issue_impact": "nine months' delay",
            },
        ),
        (
            "on track. Reported to Adults Delivery Board, expect to report to Cabinet Committee",
            {
                "delivery": "on_track",
                "reported_to": ["adults_delivery_board"],
                "expected_reporting": {"cabinet_committee": ""},
            },
        ),
        (
            "Contracts are signed; staff start on 4 November",
            {"progress_description": "Contracts are signed; staff start on 4 November"},
        ),
        ("We met the red team and all is well", {"progress_description": "We met the red team and all is well"}),
        ("not on track", {"progress_description": "Not on track"}),
        ("no longer on track", {"progress_description": "No longer on track"}),
        ("go live slipped from 31 March to 30 June", {"milestones": {"go_live": "2020-06-30"}}),
        ("go live moved from 31 March to 30 June 2020", {"milestones": {"go_live": "2020-06-30"}}),
        ("Go live has slipped from March to the end of June.", {"milestones": {"go_live": "2020-06-30"}}),
        ("go live slipped to 30 June from 31 March", {"milestones": {"go_live": "2020-06-30"}}),
        (
            "amber, decision 3 December, go live pushed back from 31/03/2020 to 30/06/2020 because of the tender",
            {
                "delivery": "remedial_action",
                "milestones": {"key_decision": "2019-12-03", "go_live": "2020-06-30"},
                "end_date_reason": "the tender",
            },
        ),
        (
            "go live slipped from 31 March to 30 June and the team will be at full strength from the summer",
            {
                "milestones": {"go_live": "2020-06-30"},
                "progress_description": "Go live slipped from 31 March to 30 June and the team will be at full strength"
                " from the summer",
            },
        ),
        ("new end date moved from June 2020 to June 2021", {"new_end_date": "2021-06-30"}),
        (
            "on track\ngo live in March\nreported to Adults Delivery Board",
            {
                "delivery": "on_track",
                "milestones": {"go_live": "2020-03-31"},
                "reported_to": ["adults_delivery_board"],
            },
        ),
        ("go live in March", {"milestones": {"go_live": "2020-03-31"}}),
        ("go live by end of March", {"milestones": {"go_live": "2020-03-31"}}),
        ("go live by May", {"milestones": {"go_live": "2020-05-31"}}),
        ("consultation May 2021", {"milestones": {"consultation_start": "2021-05-31"}}),
        ("go live 2 May and decision 3 may", {"milestones": {"go_live": "2020-05-02", "key_decision": "2020-05-03"}}),
    ],
)
def test_what_is_plainly_said_is_understood(text: str, answers: dict[str, Any]) -> None:
    assert understood(text) == answers


@pytest.mark.parametrize(
    "text",
    [
        "Consultation may slip",
        "Decision may be delayed by capacity",
        "Consultation 2 may slip",
        "Go live March",
        "Go live slipped from 31 March",
        "Go live slipped from 31 March to June",
        "Staff work from 1 April to 30 June",
        "Red tape is holding us up",
        "Green light given by cabinet",
        "Unlikely to slip",
        "Amber/red",
        "Amber / red",
        "Amber or red",
        "Amber and red",
        "Amber, red",
        "Green now amber",
        "On track but amber",
        "Green finance is delayed",
        "On track?",
        "Is it on track",
        "Not yet on track",
        "Lights are amber and red",
        "Was amber",
    ],
)
def test_what_is_not_plainly_said_is_progress(text: str) -> None:
    assert understood(text) == {"progress_description": text}


@pytest.mark.parametrize(
    ("text", "status", "progress"),
    [
        ("red tape is holding us up but we are on track", "on_track", "Red tape is holding us up"),
        ("unlikely to slip, on track", "on_track", "Unlikely to slip"),
        ("green light given by cabinet, amber", "remedial_action", "Green light given by cabinet"),
        ("Contracts are signed. On track. Staff start soon.", "on_track", "Contracts are signed. Staff start soon."),
        ("Staff have come and we’re on track", "on_track", "Staff have come"),
        ("not on track, amber", "remedial_action", "Not on track"),
        ("on-track", "on_track", None),
        ("Off-track: the supplier went", "unlikely", "The supplier went"),
        ("on track again", "on_track", None),
        ("still on track. Still green", "on_track", "Still green"),
        ("on track and staff start soon", "on_track", "Staff start soon"),
        ("amber due to illness", "remedial_action", "Due to illness"),
        ("on track for the summer", "on_track", "For the summer"),
        ("amber–the supplier went", "remedial_action", "The supplier went"),
        ("- Status: amber", "remedial_action", None),
        ("green, was amber", "on_track", "Was amber"),
        ("green was amber", "on_track", "Was amber"),
        ("green (previously amber)", "on_track", "(previously amber)"),
        ("amber from green", "remedial_action", "From green"),
        ("was amber, now on track", "on_track", "Was amber"),
        ("green, amber last quarter", "on_track", "Amber last quarter"),
    ],
)
def test_a_status_is_said_in_a_clause_of_its_own(text: str, status: str, progress: str | None) -> None:
    answers = understood(text)
    assert (answers.get("delivery"), answers.get("progress_description")) == (status, progress)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("on track go live now 31 March", {"milestones": {"go_live": "2020-03-31"}}),
        ("on-track go live in March", {"milestones": {"go_live": "2020-03-31"}}),
        ("on track mitigating by more staff", {"mitigating_actions": "more staff"}),
        ("on track capacity and funding", {"issues": ["capacity", "financial"]}),
        ("on track capacity mitigating by more staff", {"issues": ["capacity"], "mitigating_actions": "more staff"}),
        ("on track reported to Adults Delivery Board", {"reported_to": ["adults_delivery_board"]}),
        ("on track because of the tender", {"end_date_reason": "the tender"}),
    ],
)
def test_another_answer_may_follow_a_status_at_once(text: str, more: dict[str, Any]) -> None:
    assert understood(text) == {"delivery": "on_track", **more}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 March", "2020-03-31"),
        ("6 September", "2019-09-06"),
        ("5 September", "2020-09-05"),
        ("3rd Dec 2019", "2019-12-03"),
        ("03/12/2019", "2019-12-03"),
        ("2020-02-29", "2020-02-29"),
        ("29 February", "2020-02-29"),
        ("end of March 2021", "2021-03-31"),
        ("March 2021", "2021-03-31"),
        ("the 1st of April", "2020-04-01"),
        ("in May", "2020-05-31"),
        ("by the end of February", "2020-02-29"),
    ],
)
def test_days_are_read_as_britain_writes_them_and_the_next_one_is_meant(text: str, day: str) -> None:
    assert str(to_date(text, TODAY)) == day


@pytest.mark.parametrize(
    ("text", "ref", "rest"),
    [
        ("52 amber", "52", "amber"),
        ("#52: amber", "52", "amber"),
        ("52", "52", ""),
        ("520 amber", None, "520 amber"),
        ("5 amber", None, "5 amber"),
        ("SDP-7 – green", "SDP-7", "green"),
        ("sdp-7", "SDP-7", ""),
        ("52: amber", "52", "amber"),
        ("52 - amber", "52", "amber"),
        ("52- amber", "52", "amber"),
        ("#52 amber", "52", "amber"),
        ("• 52 amber", "52", "amber"),
        ("52, amber", "52", "amber"),
        ("52\namber", "52", "amber"),
        ("\n52 amber", "52", "amber"),
        ("52% complete, on track", None, "52% complete, on track"),
        ("52.5m saved", None, "52.5m saved"),
        ("52nd meeting", None, "52nd meeting"),
        ("52-54 are late", None, "52-54 are late"),
        ("52/53 are late", None, "52/53 are late"),
    ],
)
def test_a_ref_at_the_beginning_names_the_item(text: str, ref: str | None, rest: str) -> None:
    assert leading_ref(text, ["52", "5.2", "SDP-7"]) == (ref, rest)


def test_where_there_are_no_refs_no_text_begins_with_one() -> None:
    assert leading_ref(" amber", []) == (None, " amber")
    assert by_item(" amber", {}) == [(None, "amber")]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("on track. 53 amber: capacity", [(None, "on track."), ("53", "amber: capacity")]),
        ("52 on track\n53 amber", [("52", "on track"), ("53", "amber")]),
        ("52: on track; #53 - it's now amber", [("52", "on track;"), ("53", "it's now amber")]),
        ("52 on track. 53: staff left", [("52", "on track."), ("53", "staff left")]),
        ("- 52 on track\n- 53 staff left", [("52", "on track"), ("53", "staff left")]),
        ("52\n\n53\non track", [("52", ""), ("53", "on track")]),
        ("52\n- 53 on track", [("52", ""), ("53", "on track")]),
        ("52 on track\nStaff start soon", [("52", "on track\nStaff start soon")]),
        ("on track, we have 53 staff", [(None, "on track, we have 53 staff")]),
        ("go live by 2 May. 53 staff left", [(None, "go live by 2 May. 53 staff left")]),
        ("saved 3.52 amber", [(None, "saved 3.52 amber")]),
        ("on track\n53% complete", [(None, "on track\n53% complete")]),
        ("52 on track.\n\n53 staff left. \n52 amber", [("52", "on track."), ("53", "staff left."), ("52", "amber")]),
        ("on track", [(None, "on track")]),
        (" ", []),
    ],
)
def test_a_text_is_split_into_the_items_it_speaks_of(text: str, items: list[tuple[str | None, str]]) -> None:
    assert by_item(text, {"52": [PROGRAMME], "53": [PROGRAMME]}) == items


@thoroughness(2)
@given(st.lists(st.sampled_from(["52", "#53", "amber", "staff", ":", ",", ".", ";", "-", "\n", " "]), max_size=15))
def test_no_word_is_lost_between_the_items(words: list[str]) -> None:
    items = by_item(" ".join(words), {"52": [PROGRAMME], "53": [PROGRAMME]})
    kept = [word for ref, said in items for word in re.findall(r"\w+", f"{ref or ''} {said}")]
    assert kept == re.findall(r"\w+", " ".join(words))


@thoroughness(3)
@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_read(text: str) -> None:
    understand(PROGRAMME, text, TODAY)
    by_item(text, {"52": [PROGRAMME], "S-1": [PROGRAMME]})


@thoroughness(1.5)
@given(
    st.lists(
        st.sampled_from(
            [
                "on track",
                "amber",
                "capacity",
                "go live 31 March",
                "from",
                "to",
                "30 June",
                "may",
                "but",
                "was",
                "mitigating by",
                "because",
                ",",
                ".",
                ";",
                "and",
                "new end date",
            ]
        ),
        max_size=12,
    )
)
def test_no_arrangement_of_our_own_words_is_too_strange_to_read(words: list[str]) -> None:
    for key, value in understood(" ".join(words)).items():
        assert value, key


@pytest.mark.parametrize(
    ("text", "progress", "dates"),
    [
        (
            "on track. We went live on 3 September and staff are trained",
            "We went live on 3 September and staff are trained",
            {"go_live": "2019-09-03"},
        ),
        (
            "The go live is now 31 March after the supplier asked for a delay",
            "The go live is now 31 March after the supplier asked for a delay",
            {"go_live": "2020-03-31"},
        ),
        (
            "amber. The go live is now 31 March, after the supplier asked for a delay",
            "The go live is now 31 March, after the supplier asked for a delay",
            {"go_live": "2020-03-31"},
        ),
        ("MOSAIC went live 5 September", "MOSAIC went live 5 September", {"go_live": "2019-09-05"}),
        ("Went live 6 September", "Went live 6 September", {"go_live": "2019-09-06"}),
        ("Cabinet took the key decision on 10 September 2018", None, {"key_decision": "2018-09-10"}),
        ("We took the key decision in July", None, {"key_decision": "2019-07-31"}),
        ("We completed testing and go live is 3 September", None, {"go_live": "2020-09-03"}),
        ("We completed testing, go live 3 September", "We completed testing", {"go_live": "2020-09-03"}),
        ("We held a workshop on the go live, now 3 September", None, None),
        ("The go live is 31 March", None, {"go_live": "2020-03-31"}),
        ("go live 31 March, or go live 30 June", "Or go live 30 June", {"go_live": "2020-03-31"}),
    ],
)
def test_a_date_within_a_sentence_leaves_it_whole(
    text: str, progress: str | None, dates: dict[str, str] | None
) -> None:
    answers = understood(text)
    assert answers.get("milestones") == dates
    if progress is not None:
        assert answers["progress_description"] == progress
