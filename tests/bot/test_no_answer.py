"""What is no answer is never sent as one: how an item stands is said or pressed, and not taken from last time."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Draft
from tests.dialog import LEAD, World, fills_in, hold, presses, presses_old, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def drafts(world: World) -> list[dict[str, object]]:
    with Session(world.engine) as session:
        return [draft.answers for draft in session.exec(select(Draft))]


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "Hmm",
        "I don't know",
        "not sure yet, sorry",
        "thanks, done",
        "I'm off sick today, and so is half the team",
        "52 what about it?",
    ],
)
def test_what_is_plainly_no_answer_is_not_kept_as_one(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), "so nothing was done with it")])
    assert drafts(world) == []


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("I am away next week, Helen Marsh will cover", ["First day away", "Who is asked instead?"]),
        ("What exactly do you need from us for this one?", ["What is asked of **52", "Will the activity be delivered"]),
    ],
)
def test_a_request_is_done_and_is_no_answer(world: World, text: str, shows: list[str]) -> None:
    hold(world, [(LEAD, says(text), shows)])
    assert drafts(world) == []


@pytest.mark.parametrize(
    ("text", "shows"),
    [("stop", "only written to while something is due"), ("who are you?", "**my** –"), ("bye", "Thank you.")],
)
def test_small_talk_is_answered_as_such(world: World, text: str, shows: str) -> None:
    hold(world, [(LEAD, says(text), shows)])
    assert drafts(world) == []


def test_who_asks_when_it_is_due_is_shown_what_is_wanted(world: World) -> None:
    hold(world, [(LEAD, says("When is it due?"), ["52 – Review", "Friday 13 September 2019"])])


@pytest.mark.both_databases
def test_words_that_do_not_say_how_it_stands_are_kept_and_that_is_asked(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("The contracts were signed on Monday."),
                ["**How does it stand?**", "Progress", "contracts were signed", "not: on track"],
            )
        ],
    )
    assert [button.label for button in world.buttons(LEAD)][:5] == [
        "● Yes, it is on track",
        "▲ It requires remedial action",
        "■ No, it is unlikely to be achieved",
        "Edit in the form",
        "Throw away",
    ]
    hold(
        world,
        [
            (LEAD, presses("● Yes, it is on track"), ["Yes, it is on track", "Nothing is sent until you confirm"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert (answers["delivery"], answers["progress_description"]) == (
        "on_track",
        "The contracts were signed on Monday.",
    )


def test_how_it_stands_may_be_added_in_words(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("The contracts were signed on Monday."), "**How does it stand?**"),
            (LEAD, says("on track"), ["contracts were signed", "Nothing is sent until you confirm"]),
        ],
    )


def test_a_status_that_wants_more_says_what_is_missing(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("The contracts were signed on Monday."), "**How does it stand?**"),
            (LEAD, presses("▲ It requires remedial action"), "Still missing"),
        ],
    )


def test_a_stray_word_is_not_added_to_a_draft(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, contracts are signed"), "Nothing is sent until you confirm"),
            (LEAD, says("stop"), "only written to while something is due"),
            (LEAD, says("hmm"), "so nothing was done with it"),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "Contracts are signed"


def test_of_two_items_only_the_one_without_change_is_stored_at_once(world: World) -> None:
    grace, tom = "grace.oyelaran", "tom.ashdown"
    hold(
        world,
        [
            (grace, says("delegate 47 Tom Ashdown"), "Tom Ashdown is asked now"),
            (tom, says("46 nothing to report. 47 no change"), ["**46", "Nothing is sent until you confirm"]),
        ],
    )
    assert world.answers("46") is None


def test_until_when_is_read_in_the_sentence_that_asks_and_nowhere_else(world: World) -> None:
    says_both = "The supplier reports later today than we hoped. Can you remind me about 52"
    hold(world, [(LEAD, says(says_both), ["not: you will be reminded on"])])


def test_a_draft_that_is_gone_takes_no_status(world: World) -> None:
    hold(world, [(LEAD, says("The contracts were signed on Monday."), "**How does it stand?**")])
    on_track = world.button(LEAD, "● Yes, it is on track")
    hold(
        world,
        [
            (LEAD, presses("Throw away"), "thrown away"),
            (LEAD, presses_old(on_track), "sent or thrown away already"),
        ],
    )


@pytest.mark.parametrize("text", ["no change", "same as last time", "52 unchanged"])
def test_no_change_in_words_does_what_its_button_does(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), ["Stored", "on track"])])


def test_nothing_new_is_read_back_before_it_stands_for_no_change(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("nothing new"), ["Yes, it is on track (as last time)", "Nothing is sent until you confirm"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )


@pytest.mark.parametrize(("text", "first"), [("I am away from 5 September", "2019-09-05"), ("away", "2019-08-30")])
def test_a_leave_that_is_half_said_asks_for_the_rest_and_keeps_what_was_said(
    world: World, text: str, first: str
) -> None:
    hold(world, [(LEAD, says(text), "First day away")])
    assert world.forms[LEAD].fields[0].value == first
    hold(world, [(LEAD, fills_in(last_day="2019-09-10"), "You are away")])


def test_two_days_that_are_named_are_both_away(world: World) -> None:
    hold(world, [(LEAD, says("I am away on 5 and 6 September"), "from Thursday 5 September 2019 to Friday 6")])


@pytest.mark.parametrize("text", ["46 on track", "52: on track, 46: amber"])
def test_an_item_of_somebody_elses_is_named_as_such(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), ["46 is not yours to answer", "not: Tom Ashdown"])])
