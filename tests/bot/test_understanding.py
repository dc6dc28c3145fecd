"""Free text into answers: only what is plainly said is understood, and all the rest is the progress description."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.language.dates import to_date
from remembrancer.bot.language.item_segments import segments
from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Reading, Situation
from remembrancer.bot.returns.message_reading import merged
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE
from tests.profiles import thoroughness

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
TODAY = date(2019, 9, 6)


ITEM = AskedItem("52", "Review of grants", PROGRAMME)


def reading(text: str) -> Reading:
    return read(text, Situation(TODAY, (ITEM,)))


def understood(text: str) -> dict[str, Any]:
    """The answers that the text gives of the one item, with the words that are kept as the progress."""
    answers: dict[str, Any] = {}
    for said in reading(text).items:
        answers = merged(PROGRAMME, answers, said.values)
        answers |= {"progress_description": said.text} if said.text else {}
    return answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("on track", {"delivery": "on_track"}),
        ("On track.", {"delivery": "on_track"}),
        ("still green", {"delivery": "on_track"}),
        ("It's now amber", {"delivery": "remedial_action"}),
        ("No, it is unlikely to be achieved", {"delivery": "unlikely"}),
        ("red: the supplier went bust", {"delivery": "unlikely", "progress_description": "the supplier went bust"}),
        ("on track, go live now 31 March", {"delivery": "on_track", "milestones": {"go_live": "2020-03-31"}}),
        (
            "on track, key decision moved to 3rd December 2019 and go live 1/4/2020",
            {
                "delivery": "on_track",
                "milestones": {"key_decision": "2019-12-03", "go_live": "2020-04-01"},
                "progress_description": "key decision moved to 3rd December 2019 and go live 1/4/2020",
            },
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
                "issue_impact": "nine months' delay",
                "progress_description": "New end date 30 June 2020 because of the tender.",
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
        ("not on track", {"progress_description": "not on track"}),
        ("no longer on track", {"progress_description": "no longer on track"}),
        (
            "go live slipped from 31 March to 30 June",
            {
                "milestones": {"go_live": "2020-06-30"},
                "progress_description": "go live slipped from 31 March to 30 June",
            },
        ),
        (
            "go live moved from 31 March to 30 June 2020",
            {
                "milestones": {"go_live": "2020-06-30"},
                "progress_description": "go live moved from 31 March to 30 June 2020",
            },
        ),
        (
            "Go live has slipped from March to the end of June.",
            {"progress_description": "Go live has slipped from March to the end of June."},
        ),
        (
            "go live slipped to 30 June from 31 March",
            {
                "milestones": {"go_live": "2020-06-30"},
                "progress_description": "go live slipped to 30 June from 31 March",
            },
        ),
        (
            "amber, decision 3 December, go live pushed back from 31/03/2020 to 30/06/2020 because of the tender",
            {
                "delivery": "remedial_action",
                "milestones": {"key_decision": "2019-12-03", "go_live": "2020-06-30"},
                "progress_description": "go live pushed back from 31/03/2020 to 30/06/2020 because of the tender",
            },
        ),
        (
            "go live slipped from 31 March to 30 June and the team will be at full strength from the summer",
            {
                "milestones": {"go_live": "2020-06-30"},
                "progress_description": "go live slipped from 31 March to 30 June and the team will be at full strength"
                " from the summer",
            },
        ),
        (
            "new end date moved from June 2020 to June 2021",
            {"progress_description": "new end date moved from June 2020 to June 2021"},
        ),
        (
            "on track\ngo live in March\nreported to Adults Delivery Board",
            {
                "delivery": "on_track",
                "reported_to": ["adults_delivery_board"],
                "progress_description": "go live in March",
            },
        ),
        ("go live in March", {"progress_description": "go live in March"}),
        ("go live by end of March", {"progress_description": "go live by end of March"}),
        ("go live by May", {"progress_description": "go live by May"}),
        ("consultation May 2021", {"progress_description": "consultation May 2021"}),
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
        "Go live has slipped from March to the end of June.",
        "new end date moved from June 2020 to June 2021",
        "go live in March",
        "go live by end of March",
        "go live by May",
        "consultation May 2021",
        "on-track go live in March",
        "on track capacity mitigating by more staff",
        "go live 32 March",
        "go live 00/03/2020",
        "go live 2027-13-01",
        "if approved, go live 1 May",
        "go live 1 April or 1 May",
        "we cannot go live 31 March",
    ],
)
def test_what_is_not_plainly_said_is_progress(text: str) -> None:
    assert understood(text) == {"progress_description": text}


@pytest.mark.parametrize(
    ("text", "status", "progress"),
    [
        ("red tape is holding us up but we are on track", "on_track", "red tape is holding us up but we are on track"),
        ("unlikely to slip, on track", "on_track", "unlikely to slip"),
        ("green light given by cabinet, amber", "remedial_action", "green light given by cabinet"),
        ("Contracts are signed. On track. Staff start soon.", "on_track", "Contracts are signed. Staff start soon."),
        ("Staff have come and we’re on track", "on_track", "Staff have come and we’re on track"),
        ("not on track, amber", "remedial_action", None),
        ("on-track", "on_track", None),
        ("Off-track: the supplier went", "unlikely", "the supplier went"),
        ("on track again", "on_track", None),
        ("still on track. Still green", "on_track", None),
        ("on track and staff start soon", "on_track", "on track and staff start soon"),
        ("amber due to illness", "remedial_action", "amber due to illness"),
        ("on track for the summer", "on_track", "on track for the summer"),
        ("amber–the supplier went", "remedial_action", "the supplier went"),
        ("- Status: amber", "remedial_action", None),
        ("green, was amber", "on_track", None),
        ("green was amber", "on_track", None),
        ("green (previously amber)", "on_track", None),
        ("amber from green", "remedial_action", None),
        ("was amber, now on track", "on_track", None),
        ("green, amber last quarter", "on_track", "amber last quarter"),
    ],
)
def test_a_status_is_said_in_a_clause_of_its_own(text: str, status: str, progress: str | None) -> None:
    answers = understood(text)
    assert (answers.get("delivery"), answers.get("progress_description")) == (status, progress)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("on track go live now 31 March", {"milestones": {"go_live": "2020-03-31"}}),
        ("on track mitigating by more staff", {"mitigating_actions": "more staff"}),
        ("on track capacity and funding", {"issues": ["capacity", "financial"]}),
        ("on track reported to Adults Delivery Board", {"reported_to": ["adults_delivery_board"]}),
        ("on track because of the tender", {"progress_description": "on track because of the tender"}),
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
        ("03/06/19", "2019-06-03"),
        ("12.3.26", "2026-03-12"),
        ("31 March 22", "2022-03-31"),
        ("31 Mar '28", "2028-03-31"),
        ("March 31st 2027", "2027-03-31"),
        ("Fri 13 September", "2019-09-13"),
        ("2020-02-29", "2020-02-29"),
        ("29 February", "2020-02-29"),
        ("the 1st of April", "2020-04-01"),
    ],
)
def test_days_are_read_as_britain_writes_them_and_the_next_one_is_meant(text: str, day: str) -> None:
    assert str(to_date(text, TODAY)) == day


@pytest.mark.parametrize(
    "text",
    [
        "32 March",
        "00/03/2020",
        "2027-13-01",
        "31 June 2027",
        "30/02/2027",
        "10/15/2026",
        "99 December",
        "March 2021",
        "May",
    ],
)
def test_a_day_that_does_not_exist_or_is_not_whole_is_none(text: str) -> None:
    assert to_date(text, TODAY) is None


@pytest.mark.parametrize("text", ["go live 31 March 1927", "go live 31 March 2127", "new end date 1/4/2089"])
def test_a_year_that_nobody_means_is_kept_as_words_alone(text: str) -> None:
    assert understood(text) == {"progress_description": text}


@pytest.mark.parametrize(
    ("text", "ref", "rest"),
    [
        ("52 amber", "52", "amber"),
        ("#52: amber", "52", "amber"),
        ("520 amber", None, "520 amber"),
        ("5 amber", None, "5 amber"),
        ("SDP-7 – green", "SDP-7", "green"),
        ("sdp-7", "SDP-7", ""),
        ("52: amber", "52", "amber"),
        ("52 - amber", "52", "amber"),
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
        ("52 staff have left but we are on track", None, "52 staff have left but we are on track"),
    ],
)
def test_a_ref_at_the_beginning_names_the_item(text: str, ref: str | None, rest: str) -> None:
    items = [AskedItem(each, "", PROGRAMME) for each in ("52", "5.2", "SDP-7")]
    [found] = segments(text, items, items, TODAY)
    assert (found.refs, found.text) == ((ref,) if ref else (), rest)


def test_where_there_are_no_refs_no_text_begins_with_one() -> None:
    assert [each.text for each in segments(" amber", [], [], TODAY)] == [" amber"]


TWO = [AskedItem("52", "", PROGRAMME), AskedItem("53", "", PROGRAMME)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on track. 53 amber: capacity", [("", "on track."), ("53", "amber: capacity")]),
        ("52 on track\n53 amber", [("52", "on track"), ("53", "amber")]),
        ("52: on track; #53 - it's now amber", [("52", "on track"), ("53", "it's now amber")]),
        ("52 on track. 53: staff left", [("52", "on track."), ("53", "staff left")]),
        ("52 amber 53 green", [("52", "amber"), ("53", "green")]),
        ("52 and 53 on track", [("52 53", "on track")]),
        ("both amber", [("52 53", "amber")]),
        ("52 on track\nStaff start soon", [("52", "on track\nStaff start soon")]),
        ("on track, we have 53 staff", [("", "on track, we have 53 staff")]),
        ("go live by 2 May. 53 staff left", [("", "go live by 2 May. 53 staff left")]),
        ("saved 3.52 amber", [("", "saved 3.52 amber")]),
        ("on track\n53% complete", [("", "on track\n53% complete")]),
        ("52: amber\n• 53 beds lost", [("52", "amber\n• 53 beds lost")]),
    ],
)
def test_a_text_is_split_into_the_items_it_speaks_of(text: str, found: list[tuple[str, str]]) -> None:
    assert [(" ".join(each.refs), each.text) for each in segments(text, TWO, TWO, TODAY)] == found


@thoroughness(2)
@given(st.lists(st.sampled_from(["52", "#53", "amber", "staff", ":", ",", ".", ";", "-", "\n", " "]), max_size=15))
def test_no_word_is_lost_between_the_items(words: list[str]) -> None:
    kept: list[str] = []
    for each in segments(" ".join(words), TWO, TWO, TODAY):
        kept += re.findall(r"\w+", f"{' '.join(each.refs)} {each.text}")
    assert sorted(kept) == sorted(re.findall(r"\w+", " ".join(words)))


@thoroughness(3)
@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_read(text: str) -> None:
    read(text, Situation(TODAY, TWO))


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
        ("Went live 6 September", "Went live 6 September", {"go_live": "2019-09-06"}),
        ("MOSAIC went live 5 September", "MOSAIC went live 5 September", None),
        (
            "Cabinet took the key decision on 10 September 2018",
            "Cabinet took the key decision on 10 September 2018",
            None,
        ),
        ("We completed testing, go live 3 September", "We completed testing", {"go_live": "2020-09-03"}),
        (
            "We held a workshop on the go live, now 3 September",
            "We held a workshop on the go live, now 3 September",
            None,
        ),
        ("The go live is 31 March", None, {"go_live": "2020-03-31"}),
        ("go live 31 March, or go live 30 June", "go live 31 March, or go live 30 June", None),
    ],
)
def test_a_date_within_a_sentence_leaves_it_whole(
    text: str, progress: str | None, dates: dict[str, str] | None
) -> None:
    answers = understood(text)
    assert answers.get("milestones") == dates
    assert answers.get("progress_description") == progress
