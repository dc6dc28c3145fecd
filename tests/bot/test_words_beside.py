"""A sentence that may be meant for the product, beside what is plain: the one is asked about, the other read back."""

import pytest
from sqlalchemy import Engine

from tests.dialog import ADMIN, LEAD, SECRETARY, World, hold, presses, says

KEPT_APART = "You also wrote this. It is in no answer"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-09 10:00")


def progress(world: World) -> str:
    answers = world.answers("52")
    assert answers is not None
    return str(answers["progress_description"])


def test_a_question_beside_a_status_costs_nobody_the_status(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("green, all signed. Ps how do I get off these emails?"), ["Yes, it is on track", KEPT_APART]),
            (LEAD, says("send it"), ["Not sent yet", "Ps how do I get off these emails"]),
            (LEAD, says("send it"), "Stored"),
        ],
    )
    assert progress(world) == "All signed."


def test_one_press_takes_it_into_the_answer(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track but could you make sure Stephen sees this first"), KEPT_APART),
            (LEAD, presses("It is the update of 52"), "But could you make sure Stephen sees this first"),
            (LEAD, says("send it"), "Stored"),
        ],
    )
    assert progress(world) == "But could you make sure Stephen sees this first"


@pytest.mark.parametrize(
    ("text", "done", "kept"),
    [
        (
            "Can you ask Helen Marsh to update this one? She's got the latest figures.",
            "52: Helen Marsh is asked now",
            "She's got the latest figures.",
        ),
        (
            "Sorry can't do this today, in meetings back to back. Can you remind me Thursday?",
            "52: you will be reminded on Thursday 12 September 2019, 09:00",
            "Sorry can't do this today, in meetings back to back.",
        ),
    ],
)
def test_the_reason_of_a_request_is_no_progress_and_is_not_lost(world: World, text: str, done: str, kept: str) -> None:
    hold(world, [(LEAD, says(text), [done, KEPT_APART, f"> {kept}", "not: This is what was understood"])])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("remind me tomorrow at 10 when I've got the numbers", "Tuesday 10 September 2019, 10:00"),
        ("remind me thursday at 2.30pm", "Thursday 12 September 2019, 14:30"),
        ("remind me on thursday at 2", "Thursday 12 September 2019, 14:00"),
        ("remind me on thursday at 9pm", "Thursday 12 September 2019, 09:00"),
    ],
)
def test_a_reminder_comes_at_the_hour_that_was_said_where_people_are_at_work(
    world: World, text: str, moment: str
) -> None:
    hold(world, [(LEAD, says(text), f"you will be reminded on {moment}")])


@pytest.mark.parametrize("text", ["I need to check with Stephen", "I need to check with Helen Marsh first. Amber"])
def test_whom_one_checks_with_is_not_asked(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), "not: is asked now")])


def test_what_is_in_no_answer_is_named_though_more_was_said_meanwhile(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, all signed"), "Nothing is sent until you confirm"),
            (LEAD, says("can you tell Stephen"), "nothing was done with it"),
            (LEAD, says("48 grants are reviewed"), "All signed. 48 grants are reviewed"),
            (LEAD, says("send it"), ["Not sent yet", "can you tell Stephen"]),
            (LEAD, says("send it"), "Stored"),
        ],
    )


def test_an_end_date_that_stands_is_no_new_one(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, end date still 1 January 2020, workshops done"), "end date still 1 January 2020"),
            (LEAD, says("send it"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["new_end_date"] == ""


def test_do_it_with_nothing_to_do_is_said_to_do_nothing(world: World) -> None:
    for who in (LEAD, SECRETARY, ADMIN):
        hold(world, [(who, says("ok do it"), "Nothing is waiting to be sent or done, so nothing was done")])


@pytest.mark.parametrize(
    "text", ["delegate 52 to James Okafor until Friday unless Ruth objects", "delegate 52 to James Okafor until Friday"]
)
def test_handing_on_until_a_day_is_not_taken_for_a_leave(world: World, text: str) -> None:
    hold(world, [(ADMIN, says(text), ["nothing was done with it", "not: away"])])
