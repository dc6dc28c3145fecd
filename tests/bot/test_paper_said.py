"""What words about a paper mean, and that nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.language.paper_answers import Meaning, PaperText, parse_paper_text
from remembrancer.rules.forward_plan.stages import Stage
from tests.rules.build import STAGES

COMING, DRAFT, CLEARED, FINAL, NOTICE = STAGES
SO, NOT_YET, MOVE, WITHDRAW, TAKE_BACK = Meaning


@pytest.mark.parametrize("asked", [COMING, DRAFT, CLEARED, FINAL])
@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yep, thanks", "done", "it's ready", "ready", "YES", "ok, it is done now"]
)
def test_yes_is_what_was_asked(text: str, asked: Stage) -> None:
    assert parse_paper_text(text, asked, STAGES) == PaperText(SO)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("cleared", CLEARED),
        ("it has been cleared", CLEARED),
        ("it is signed off", CLEARED),
        ("the draft is in", DRAFT),
        ("draft is in", DRAFT),
        ("the final report is in", FINAL),
        ("yes it is coming", COMING),
        ("it will come", COMING),
        ("the notice is published", NOTICE),
    ],
)
@pytest.mark.parametrize("asked", [COMING, DRAFT, CLEARED, FINAL])
def test_a_stage_that_is_named_is_the_one_that_is_meant_whatever_was_asked(
    text: str, stage: Stage, asked: Stage
) -> None:
    assert parse_paper_text(text, asked, STAGES) == PaperText(SO, stage)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("it is coming and cleared", CLEARED),
        ("the final report is coming", COMING),
        ("the draft is published", DRAFT),
    ],
)
def test_of_two_stages_the_furthest_is_meant_and_the_leads_document_goes_before_the_secretarys_word(
    text: str, stage: Stage
) -> None:
    assert parse_paper_text(text, COMING, STAGES) == PaperText(SO, stage)


def test_that_it_is_in_does_not_say_that_it_is_cleared() -> None:
    assert parse_paper_text("it is in", DRAFT, STAGES) == parse_paper_text("in", FINAL, STAGES) == PaperText(SO)
    assert parse_paper_text("it is in", CLEARED, STAGES) is None


@pytest.mark.parametrize(
    ("text", "stage", "why"),
    [
        ("no", None, ""),
        ("not yet", None, ""),
        ("not yet, finance has the figures", None, "finance has the figures"),
        ("No. We wait for legal advice", None, "We wait for legal advice"),
        ("not ready", None, ""),
        ("the final report is not in", FINAL, ""),
        ("draft isn't ready, Tom is on leave", DRAFT, "Tom is on leave"),
        ("it hasn't been cleared yet", CLEARED, ""),
        ("finance still has the figures so it is not ready", None, "finance still has the figures"),
    ],
)
def test_not_yet_keeps_the_reason(text: str, stage: Stage | None, why: str) -> None:
    assert parse_paper_text(text, FINAL, STAGES) == PaperText(NOT_YET, stage, why)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("withdrawn", ""),
        ("withdraw it, it is no longer needed", "it is no longer needed"),
        ("not coming", ""),
        ("no, sorry, it is not coming after all", ""),
        ("actually withdrawn", ""),
        ("it's not coming because the grant ended", "the grant ended"),
        ("it isn't coming", ""),
    ],
)
def test_what_does_not_come_is_withdrawn_and_not_merely_late(text: str, why: str) -> None:
    assert parse_paper_text(text, COMING, STAGES) == PaperText(WITHDRAW, None, why)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("next meeting", ""),
        ("next meeting please", ""),
        ("move it to the next meeting", ""),
        ("postpone it, finance has the figures", "finance has the figures"),
        ("can it wait till July?", "July"),
        ("put it back", ""),
    ],
)
def test_another_meeting_is_another_meeting(text: str, why: str) -> None:
    assert parse_paper_text(text, COMING, STAGES) == PaperText(MOVE, None, why)


@pytest.mark.parametrize(
    "text", ["no wait, that was wrong", "that is wrong", "undo", "sorry, my mistake", "take it back"]
)
def test_an_answer_can_be_taken_back(text: str) -> None:
    found = parse_paper_text(text, FINAL, STAGES)
    assert found is not None
    assert found.meaning == TAKE_BACK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not sure",
        "maybe",
        "thanks",
        "I will ask Tom",
        "yes but the director wants changes",
        "is the draft in?",
        "who asked for this?",
        "the draft will be in on Friday",
        "draft",
        "the final draft is in",
        "I would rather not withdraw it",
        "👍",
    ],
)
@pytest.mark.parametrize("asked", [COMING, DRAFT, CLEARED, FINAL])
def test_what_is_not_plain_means_nothing(text: str, asked: Stage) -> None:
    assert parse_paper_text(text, asked, STAGES) is None


@given(st.text(max_size=80), st.sampled_from(list(STAGES)))
def test_any_text_means_something_or_nothing_and_a_yes_is_only_made_of_its_words(text: str, asked: Stage) -> None:
    found = parse_paper_text(text, asked, STAGES)
    if found is not None and found.meaning == SO:
        assert "?" not in text.strip()[-1:]
        assert found.reason == ""
