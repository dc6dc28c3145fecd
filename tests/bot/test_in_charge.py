"""What a secretary decides during a window: chase, accept all, withdraw and suspend."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import OutgoingMessage
from remembrancer.scheduler.preview.describe import because, steps_of
from tests.dialog import (
    ADMIN,
    DIRECTOR,
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    World,
    fills_in,
    hold,
    presses,
    says,
    sees_again,
    waits_until,
)

BOARD = "#asch-cabinet-committee"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-03 10:00")


def test_one_person_is_chased_now_for_all_that_is_wanted_from_them(world: World) -> None:
    before = len(world.posts("helen.marsh"))
    hold(
        world,
        [
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Chase now", "48"), "Helen Marsh is asked now for 48, 54"),
            ("helen.marsh", sees_again(), "The secretary asks you for these updates now"),
            (LEAD, sees_again(), "not: The secretary asks"),
            (SECRETARY, presses("Chase now", "48"), "has just been asked"),
        ],
    )
    assert len(world.posts("helen.marsh")) == before + 1


def test_a_chase_says_in_words_why_it_was_sent(world: World) -> None:
    hold(world, [(SECRETARY, says("missing"), "52"), (SECRETARY, presses("Chase now", "52"), "is asked now")])
    with Session(world.engine) as session:
        row = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "chased")).one()
        assert because(session, row, steps_of(session, row)) == ("the secretary asks", "leads the item")


def test_a_chase_reaches_somebody_who_had_put_it_off(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "reminded"),
            (LEAD, fills_in(until="2019-09-10"), "you will be reminded"),
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Chase now", "52"), "Ruth Fairbrass is asked now for 52"),
            (LEAD, sees_again(), "The secretary asks you for this update now"),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, presses("Chase now", "52"), "52: submitted; nobody need be chased for it"),
        ],
    )


def test_a_chase_at_night_waits_for_the_morning_and_says_so(world: World) -> None:
    world.wait_until("2019-09-03 20:00")
    hold(
        world,
        [
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Chase now", "52"), "is asked for 52 on Wednesday 4 September 2019, 09:00"),
            (LEAD, waits_until("2019-09-04 08:59"), ""),
            (LEAD, waits_until("2019-09-04 09:00"), "The secretary asks you for this update now"),
        ],
    )


def test_the_list_says_who_is_late_on_leave_or_gone(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("missing"), "Helen Marsh (for Residential Care Commissioning Manager, who is on leave)"),
            (SECRETARY, waits_until("2019-09-13 17:30"), []),
            (SECRETARY, says("missing"), "○ Awaiting an answer, late; asked: Ruth Fairbrass"),
        ],
    )  # fmt: skip


@pytest.mark.both_databases
def test_all_that_is_in_is_accepted_at_once_but_not_what_changed_since_it_was_listed(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            ("tom.ashdown", presses("No change"), "Stored"),
            ("grace.oyelaran", presses("No change"), "Stored"),
            (SECRETARY, says("status"), "3 of 17 received"),
            (LEAD, presses("Change answer"), "Will the activity"),
            (LEAD, fills_in(progress_description="Something new."), "Stored"),
            (
                SECRETARY,
                presses("Accept all 3"),
                ["✓ 2 answers are accepted: 46, 47.", "Not accepted, because it changed since you read the list: 52"],
            ),
            (SECRETARY, presses("Accept all 3"), "Not accepted, because it changed"),
            (SECRETARY, says("status"), ["✓✓ Accepted", "✓ Submitted"]),
        ],
    )


def test_accept_all_in_words_does_what_its_button_does(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("accept all"), "There is no answer to accept yet."),
            (LEAD, presses("No change"), "Stored"),
            (LEAD, says("accept all"), ["I am not sure how this is meant", "not: accepted"]),
            ("tom.ashdown", presses("No change"), "Stored"),
            (SECRETARY, says("Accept all."), "2 answers are accepted"),
            (SECRETARY, says("accept all"), "There is no answer to accept yet."),
        ],
    )


def test_accept_all_in_words_asks_which_window_where_there_are_several(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (ADMIN, says("windows"), "scheduled"),
            (ADMIN, presses("Open now", "Quarter 3"), "Open now: Quarter 3"),
            (ADMIN, presses("Do it"), "is opened"),
            (LEAD, waits_until("2019-09-03 10:30"), "Quarter 3"),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("accept all"), ["Which of them are accepted?", "Quarter 2", "Quarter 3"]),
            (SECRETARY, presses("Accept all 1", "Quarter 3"), "1 answer is accepted"),
            (SECRETARY, says("accept all"), "1 answer is accepted"),
        ],
    )


def test_a_reason_that_asks_is_shown_with_its_own_mark_alone(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Send back", "52"), "looked at again"),
            (SECRETARY, fills_in(reason="Which policy?"), "is sent back"),
            (SECRETARY, says("see 52"), ["sent back: Which policy?", "not: ?."]),
        ],
    )


@pytest.mark.both_databases
def test_a_withdrawn_item_is_asked_of_nobody_and_changes_the_denominators_openly(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("missing"), "0 of 17 received"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "Nobody is asked for it any more"),
            (SECRETARY, fills_in(standing="", reason=""), ["Choose whether", "Say why; the board reads it."]),
            (
                SECRETARY,
                fills_in(standing="withdrawn", reason="The grants were ended by Cabinet."),
                ["is withdrawn: The grants were ended by Cabinet.", "now of 16 activities"],
            ),
            (
                LEAD,
                sees_again(),
                ["Nothing is wanted from you any more for **52", "Withdrawn: The grants were ended by Cabinet."],
            ),
            (LEAD, says("my"), "Nothing is wanted from you now"),
            (LEAD, says("answer 52"), "Nothing is wanted for 52: withdrawn."),
            (SECRETARY, says("status"), ["0 of 16 received (1 withdrawn or suspended", "⊘ Withdrawn"]),
            (SECRETARY, waits_until("2019-09-06 10:00"), ["0 of 16 received", "Withdrawn or suspended (1)"]),
            (LEAD, waits_until("2019-09-13 17:00"), ""),
        ],
    )  # fmt: skip
    digest = world.chat.posts(BOARD)[0].message.text
    assert "**0 of 16** activities gave an update" in digest
    assert "## Withdrawn or suspended" in digest
    assert "across the Council: withdrawn – The grants were ended by Cabinet." in digest
    assert "The figures are of the other 16 activities." in digest
    world.wait_until("2019-09-20 17:00")
    world.wait_until("2019-11-29 09:00")
    hold(world, [(SECRETARY, says("status"), ["Quarter 3", "0 of 16 received", "not: **52"])])


def test_a_suspended_item_is_looked_at_again_on_its_day_and_reported_on_again(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="suspended", reason="x", review_on="2019-09-01"), "Choose a day to come"),
            (
                SECRETARY,
                fills_in(standing="suspended", reason="Staff are redeployed.", review_on="2019-09-10"),
                ["is suspended: Staff are redeployed.", "you are reminded on Tuesday 10 September 2019"],
            ),
            (
                LEAD,
                sees_again(),
                [
                    "Nothing here is wanted from you any more.",
                    "Reporting suspended, awaiting notice of restart",
                    "not: everything is in",
                ],
            ),
            (SECRETARY, says("status"), "⏸ Reporting suspended, awaiting notice of restart: Staff are redeployed."),
            (SECRETARY, waits_until("2019-09-10 08:59"), "not: to be looked at again today"),
            (SECRETARY, waits_until("2019-09-10 09:00"), "to be looked at again today. Is it reported on again?"),
            (SECRETARY, presses("Report on it again"), "52 is reported on again"),
            (LEAD, sees_again(), "A reminder"),
            (SECRETARY, presses("Report on it again"), "52 is reported on already"),
            (SECRETARY, says("status"), "0 of 17 received"),
        ],
    )  # fmt: skip


def test_a_day_that_is_past_is_not_told_as_one_to_come(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="suspended", reason="No staff.", review_on="2019-09-12"), "is suspended"),
            (SECRETARY, waits_until("2019-09-12 09:30"), "to be looked at again today"),
            (SECRETARY, says("status"), "(to be looked at again on Thursday 12 September 2019)"),
            (SECRETARY, waits_until("2019-09-13 16:00"), "## Withdrawn or suspended"),
            (SECRETARY, says("digests"), "(was to be looked at again on Thursday 12 September 2019)"),
            (SECRETARY, says("status"), "(was to be looked at again on Thursday 12 September 2019)"),
        ],
    )


def test_an_answer_survives_a_suspension(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("status"), "1 of 17"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="By mistake."), "withdrawn"),
            (
                LEAD,
                sees_again(),
                [
                    "Nothing is wanted from you any more for **52",
                    "Withdrawn: By mistake.",
                    "The answer that was given is kept",
                ],
            ),
            (SECRETARY, presses("Report on it again"), "again"),
            (LEAD, sees_again(), "is reported on again, with the answer that was given; nothing more is wanted"),
            (SECRETARY, says("status"), ["1 of 17 received", "✓ Submitted"]),
        ],
    )


@pytest.mark.parametrize("who", [LEAD, MANAGER, DIRECTOR, ADMIN, STRANGER])
def test_nobody_but_the_secretary_chases_accepts_or_sets_aside(world: World, who: str) -> None:
    hold(world, [("tom.ashdown", presses("No change"), "Stored"), (LEAD, presses("No change"), "Stored")])
    hold(world, [(SECRETARY, says("status"), "2 of 17")])
    values = {b.action: b.value for b in world.buttons(SECRETARY)}
    hold(world, [(SECRETARY, says("missing"), "2 of 17")])
    values |= {b.action: b.value for b in world.buttons(SECRETARY)}
    for action in ("chase", "set_aside", "accept"):
        shown = world.incoming(who, "press", action=action, value=values[action])
        assert shown[0].startswith("There is nothing here for you to do"), (who, action)
    assert world.incoming(who, "press", action="accept_all", value=values["accept_all"])[0].startswith(
        "There is no answer to accept yet"
    )
    item = world.incoming(who, "press", action="report_again", value="1")
    assert item[0].startswith("There is nothing here for you to do")
    hold(world, [(SECRETARY, says("status"), ["2 of 17", "not: ✓✓", "not: ⊘"])])
