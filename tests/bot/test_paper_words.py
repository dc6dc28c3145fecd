"""What people say about papers in their own words, in reply to a card or just so."""

import pytest
from sqlalchemy import Engine

from tests.conftest import ROOT
from tests.dialog import Act, World, fills_in, hold, presses, says, sees_again, waits_until

FORWARD = ROOT / "examples" / "kent-2021-22"
LEAD, SECRETARY, DIRECTOR, HELEN = "ruth.fairbrass", "joanna.pell", "margaret.linden", "helen.marsh"
SDP = "Strategic Delivery Plan (SDP) Monitoring"
COVID = "How ASC has responded to covid-19 and transition"


def answers_card(text: str) -> Act:
    """In reply to the newest card about papers."""

    def act(world: World, who: str) -> list[str]:
        cards = [post for post in world.posts(who) if post.message.text.startswith("**Papers for boards")]
        return world.incoming(who, "text", text=text, about=str(cards[-1].id))

    return act


def is_filled_in_already() -> Act:
    """What the open form holds."""
    return lambda world, who: [str(field.value) for field in world.forms[who].fields]


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, FORWARD, at="2021-04-06 08:30", until="2021-04-21 09:00")


def test_yes_just_so_is_an_answer_where_one_paper_is_asked_about(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, says("yes"), [f"{COVID}: it is coming. Thank you."]),
            (DIRECTOR, sees_again(), "✓ It is coming."),
            (DIRECTOR, says("my"), "Nothing is wanted from you now"),
        ],
    )


@pytest.mark.both_databases
def test_the_stage_that_is_named_is_stored_and_no_other(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, answers_card("the draft is in"), [f"{COVID}: the draft is in. Thank you."]),
            (DIRECTOR, waits_until("2021-06-01 09:00"), ["**Is it cleared?**"]),
            (DIRECTOR, answers_card("it is in"), ["say 'yes', 'not yet' and why", "Nothing was kept."]),
            (DIRECTOR, answers_card("cleared"), [f"{COVID}: it is cleared."]),
            (DIRECTOR, waits_until("2021-06-07 09:00"), ["**Is the final report in?**"]),
            (DIRECTOR, answers_card("cleared"), ["that was said already"]),
            (DIRECTOR, sees_again(), ["**Is the final report in?**"]),
            (
                DIRECTOR,
                answers_card("the final report is not in, finance is late"),
                ["Its date is Tuesday 8 June"],
            ),
            (SECRETARY, sees_again(), ['Margaret Linden says "not yet": finance is late.']),
            (DIRECTOR, answers_card("it is in"), ["the final report is in"]),
            (SECRETARY, sees_again(), ["✓ Margaret Linden says: the final report is in."]),
        ],
    )


def test_of_several_the_one_that_is_named_is_meant(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("yes"), ["Which one do you mean?", SDP, "Review of KPIs", "Nothing was kept."]),
            (LEAD, says("the KPIs paper is coming"), ["Review of KPIs: it is coming. Thank you."]),
            (LEAD, answers_card(f"{SDP}: draft is in"), [f"{SDP}: the draft is in. Thank you."]),
            (LEAD, sees_again(), "all answered"),
        ],
    )


def test_one_tap_says_which_one_is_meant(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("it is coming"), ["Which one do you mean?"]),
            (LEAD, presses("It is coming", "KPIs"), ["Review of KPIs: it is coming."]),
        ],
    )


def test_what_is_not_coming_is_withdrawn_with_the_reason_that_was_given(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, answers_card("no, sorry, it is not coming after all"), ["Withdraw from this meeting"]),
            (DIRECTOR, answers_card("withdraw it, it is no longer needed"), ["Withdraw from"]),
            (DIRECTOR, is_filled_in_already(), "it is no longer needed"),
            (DIRECTOR, fills_in(reason="It is no longer needed."), [f"{COVID} does not come on"]),
            (SECRETARY, sees_again(), ["has withdrawn it from this meeting: It is no longer needed."]),
        ],
    )


def test_to_wait_is_to_go_to_another_meeting(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, says("can it wait till July?"), ["Move to another meeting"]),
            (DIRECTOR, is_filled_in_already(), "July"),
        ],
    )


@pytest.mark.parametrize("words", ["no wait, that was wrong", "not yet, the director wants changes"])
def test_what_was_said_can_be_taken_back_in_words(world: World, words: str) -> None:
    hold(
        world,
        [
            (DIRECTOR, presses("It is coming", COVID), "it is coming"),
            (DIRECTOR, answers_card(words), [f"{COVID}: thank you, the secretary is told."]),
            (SECRETARY, sees_again(), ['Margaret Linden says "not yet"']),
            (DIRECTOR, sees_again(), ["○ Not yet:", "**Is it coming?**"]),
        ],
    )


def test_what_was_said_can_be_taken_back_by_a_button(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, presses("It is coming", COVID), "it is coming"),
            (DIRECTOR, presses("Not so after all", COVID), "What is it waiting for"),
            (DIRECTOR, fills_in(reason="The grant may end."), "the secretary is told"),
            (DIRECTOR, sees_again(), ["○ Not yet: The grant may end.", "**Is it coming?**"]),
            (DIRECTOR, presses("It is coming", COVID), "it is coming"),
            (SECRETARY, sees_again(), ["✓ Margaret Linden says: it is coming."]),
        ],
    )


def test_after_it_was_said_it_can_still_be_withdrawn(world: World) -> None:
    hold(
        world,
        [
            (DIRECTOR, presses("It is coming", COVID), "it is coming"),
            (DIRECTOR, answers_card("actually withdrawn"), "Withdraw from this meeting"),
        ],
    )


@pytest.mark.parametrize("words", ["not sure", "maybe", "yes but the director wants changes", "is the draft in?"])
def test_nothing_is_guessed(world: World, words: str) -> None:
    hold(world, [(DIRECTOR, answers_card(words), "Nothing was kept."), (DIRECTOR, sees_again(), "Is it coming?")])


def test_an_update_that_is_asked_for_is_not_taken_for_a_paper_that_is_not_named(engine: Engine) -> None:
    world = World(engine, at="2019-08-30 08:30", until="2019-08-30 09:00")
    hold(world, [("ruth.fairbrass", says("yes"), "so nothing was done with it")])


@pytest.mark.parametrize(("said", "date"), [("not yet", "Its date was Thursday 6 May 2021")])
def test_a_date_that_has_passed_is_not_said_to_be_to_come(world: World, said: str, date: str) -> None:
    world.wait_until("2021-05-07 09:00")
    hold(world, [(HELEN, presses("Not yet", "MADE"), "What is it waiting for"), (HELEN, fills_in(reason=said), date)])


@pytest.mark.parametrize("words", ["actually withdrawn", "it is not coming after all", "covid-19 is not coming"])
def test_what_was_said_can_be_taken_back_in_words_that_reply_to_nothing(world: World, words: str) -> None:
    hold(
        world,
        [
            (DIRECTOR, says("yes"), "it is coming"),
            (DIRECTOR, says(words), "Withdraw from this meeting"),
            (DIRECTOR, says("ok thanks"), "Nothing is wanted from you now"),
            (DIRECTOR, says("yes"), "not: said already"),
        ],
    )
