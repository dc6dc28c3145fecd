"""An answer that comes in several messages, as from a phone: what is still missing is said, and then taken."""

import pytest
from sqlalchemy import Engine

from tests.dialog import LEAD, World, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


@pytest.mark.both_databases
def test_plain_words_answer_the_one_thing_that_was_said_to_be_missing(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("amber: capacity, the impact is a delay of three months, mitigating by hiring. Two left in May."),
                ["Still missing", "Issues in detail: an answer is needed"],
            ),
            (LEAD, says("no staff to hire until March"), ["**Issues in detail:** No staff to hire until March"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["issue_detail"] == "No staff to hire until March"
    assert answers["progress_description"] == "Two left in May."


def test_what_is_missing_and_has_options_is_shown_with_them(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("amber, two posts are vacant"),
                ["Issues: an answer is needed. Choose from: Capacity;", "not: Delivery: an answer is needed"],
            ),
            (LEAD, says("capacity"), ["**Issues:** Capacity", "not: Issues: an answer is needed"]),
        ],
    )


def test_while_several_things_are_missing_plain_words_are_part_of_the_progress(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("amber: capacity. Two left in May."), ["Issues in detail: an answer", "Impact: an answer"]),
            (
                LEAD,
                says("no staff to hire until March"),
                ["**Progress:** Two left in May. No staff to hire until March"],
            ),
            (
                LEAD,
                says("the impact is a delay of a month, mitigating by hiring"),
                ["Issues in detail: an answer is needed"],
            ),
            (LEAD, says("the market is thin"), ["**Issues in detail:** The market is thin"]),
        ],
    )


def test_none_answers_what_asks_for_that_word(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("amber: capacity, in detail: two posts are vacant, the impact is a delay. Two left in May."),
                ["Mitigating actions or escalations: if there is nothing to say, write 'none'", "not: in detail: an"],
            ),
            (LEAD, says("hmm"), "so nothing was done with it"),
            (LEAD, says("None."), ["**Mitigating actions or escalations:** none", "not: Still missing"]),
        ],
    )


def test_what_is_sent_back_lacks_nothing_that_was_not_asked_for(world: World) -> None:
    """Words to a draft that is whole are what happened."""
    hold(
        world,
        [
            (LEAD, says("on track, contracts are signed"), "Nothing is sent until you confirm"),
            (
                LEAD,
                says("the supplier starts in May"),
                "**Progress:** Contracts are signed. The supplier starts in May",
            ),
        ],
    )


LABELS = [
    ("not mine", "Whose is it?"),
    ("ask someone else", "Who should be asked?"),
    ("Ask somebody else about 52", "Who should be asked?"),
]


@pytest.mark.parametrize(("text", "asks"), LABELS)
def test_what_a_button_says_can_be_said(world: World, text: str, asks: str) -> None:
    hold(world, [(LEAD, says(text), asks)])


def test_what_was_answered_can_be_changed_and_what_was_handed_on_taken_back_in_words(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("delegate 52 Ellen Sweeting"), ["52: Ellen Sweeting is asked now", "not: out of date"]),
            (LEAD, presses("Ask me again"), "is asked"),
            (LEAD, says("delegate 52 Ellen Sweeting"), "52: Ellen Sweeting is asked now"),
            (LEAD, says("ask me again"), "is asked"),
            (LEAD, says("no change"), "Stored"),
            (LEAD, says("change my answer"), "Will the activity be delivered"),
            (LEAD, says("who reads this"), "Who reads 52"),
        ],
    )


def test_none_is_no_command_and_answers_the_one_question_that_takes_it(world: World) -> None:
    """Several things are missing, and one of them is asked for in that word."""
    hold(
        world,
        [
            (LEAD, says("amber, two posts are vacant"), ["Issues in detail: an answer is needed", "write 'none'"]),
            (LEAD, says("none"), ["**Mitigating actions or escalations:** none", "not: no command"]),
            (LEAD, says("fine"), "not: Write 'send' to send it"),
        ],
    )


def test_the_button_asks_about_what_was_not_taken_as_the_word_does(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, survey closed"), "Nothing is sent until you confirm"),
            (LEAD, says("actually hold off its gone amber"), "I am not sure"),
            (LEAD, presses("Send this answer"), ["Not sent yet", "its gone amber", "not: Stored"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )


def test_a_day_that_has_just_been_is_offered_beside_the_next_one(world: World) -> None:
    world.wait_until("2019-09-02 10:00")
    hold(
        world,
        [
            (LEAD, says("on track, EQIA on 14/8, survey closed"), "EQIA initial screening: 14 Aug 2019?"),
            (LEAD, presses("Set EQIA initial screening: 14 Aug 2019"), ["14 Aug 2019", "not: 14 Aug 2020 (new)"]),
        ],
    )
