"""Free text into answers: only what is plainly said is understood, and all the rest is the progress description."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import leading_ref, to_date, understand
from intake.folder import read_folder
from tests.conftest import EXAMPLE

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
    ],
)
def test_what_is_plainly_said_is_understood(text: str, answers: dict[str, Any]) -> None:
    assert understood(text) == answers


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
    ],
)
def test_a_ref_at_the_beginning_names_the_item(text: str, ref: str | None, rest: str) -> None:
    assert leading_ref(text, ["52", "5.2", "SDP-7"]) == (ref, rest)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_read(text: str) -> None:
    understand(PROGRAMME, text, TODAY)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "on track",
                "amber",
                "capacity",
                "go live 31 March",
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
