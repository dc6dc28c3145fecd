"""An edited message amends the draft that it made, or its author is told that the edit came too late."""

import pytest
from sqlalchemy import Engine

from tests.dialog import LEAD, Act, World, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def edits(earlier: str, text: str) -> Act:
    return lambda world, who: world.incoming(who, "text", text=text, edits=earlier)


@pytest.mark.both_databases
def test_an_edit_before_sending_takes_the_place_of_the_words_before(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, two lots let"), ["● Yes, it is on track", "Two lots let"]),
            (
                LEAD,
                edits("on track, two lots let", "amber, three lots let"),
                ["▲ It requires remedial action", "**Progress:** Three lots let", "not: Two lots let"],
            ),
        ],
    )


def test_an_edit_of_the_second_message_leaves_what_the_first_one_said(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, two lots let"), "Two lots let"),
            (LEAD, says("seven bids came in as well"), "Two lots let. Seven bids came in as well"),
            (
                LEAD,
                edits("seven bids came in as well", "eight bids came in as well"),
                ["Two lots let. Eight bids came in as well", "not: Seven"],
            ),
        ],
    )


def test_an_edit_after_sending_came_too_late_and_says_what_to_do(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, two lots let"), "Nothing is sent"),
            (LEAD, presses("Send this answer"), "Stored"),
            (LEAD, edits("on track, two lots let", "amber, two lots let"), ["edit changed nothing", "actually amber"]),
            (LEAD, says("actually amber"), ["▲ It requires remedial action (was: ● Yes, it is on track)"]),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["delivery"] == "on_track"


def test_an_edit_of_words_that_were_not_understood_is_read_as_new(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on trakc"), "nothing was done with it"),
            (LEAD, edits("on trakc", "on track"), "● Yes, it is on track"),
        ],
    )


def test_words_that_came_with_a_file_are_read_and_the_file_is_said_to_be_left(world: World) -> None:
    def with_a_file(world: World, who: str) -> list[str]:
        return world.incoming(who, "text", text="on track, photo attached", has_file=True)

    hold(world, [(LEAD, with_a_file, ["● Yes, it is on track", "file or picture was not taken"])])
