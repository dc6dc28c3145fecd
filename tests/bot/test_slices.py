"""A board that hears a slice of a programme: its own denominator, its own secretary, and no leak of the rest."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from remembrancer.scheduler.simulate import simulate
from tests.conftest import Edit
from tests.dialog import LEAD, SECRETARY, World, hold, london, presses, says, sees_again, waits_until

CLERK = "ivy.lowe"
WHOLE, PART = "#asch-cabinet-committee", "#corporate-board"
IN, OUT = "46", "52"
HEARS = "hears: {activity_type: [Transformation]}"


@pytest.fixture
def sliced(folder: Path, edit: Edit) -> Path:
    """The corporate board hears of transformation alone, and has a clerk of its own."""
    edit(
        "organisation.yaml",
        "boards: [asch_cabinet_committee]",
        f"boards: [asch_cabinet_committee, {{board: strategic_corporate_board, {HEARS}}}]",
    )
    edit(
        "organisation.yaml",
        'channel: "#corporate-board"\n    secretary: Democratic Services Officer',
        'channel: "#corporate-board"\n    secretary: Corporate Board Clerk',
    )
    edit("people.csv", "Priya Raman,", "Ivy Lowe,ivy.lowe@example.org,Corporate Board Clerk,,,,\nPriya Raman,")
    return folder


@pytest.fixture
def world(engine: Engine, sliced: Path) -> World:
    made = World(engine, sliced)
    made.wait_until("2019-08-30 09:00")
    return made


def test_each_secretary_sees_her_boards_items_and_no_others(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("status"), ["0 of 17 received", f"**{IN} ", f"**{OUT} "]),
            (CLERK, says("status"), ["0 of 6 received", f"**{IN} ", f"not: **{OUT} ", "not: Voluntary"]),
            (LEAD, presses("No change"), "Stored"),
            (CLERK, says(f"see {OUT}"), f"There is no {OUT} for you"),
        ],
    )
    hold(world, [(SECRETARY, says("status"), "1 of 17")])
    for action in ("see", "accept", "return", "chase", "set_aside"):
        value = next(b.value for b in world.buttons(SECRETARY) if b.about.startswith(f"{OUT} "))
        shown = world.incoming(CLERK, "press", action=action, value=value)
        assert shown[0].startswith("There is nothing here for you to do"), action


def test_progress_is_told_of_the_slice_alone(world: World) -> None:
    hold(
        world,
        [
            ("tom.ashdown", presses("No change"), "Stored"),
            (LEAD, presses("No change"), "Stored"),
            (CLERK, waits_until("2019-09-06 10:00"), ["1 of 6 received", "Received (1)", "not: Voluntary"]),
            (SECRETARY, sees_again(), "2 of 17 received"),
        ],
    )


@pytest.mark.both_databases
def test_each_board_is_told_of_its_own_items_with_its_own_denominator(world: World) -> None:
    hold(world, [("tom.ashdown", presses("No change"), "Stored"), (LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (CLERK, sees_again(), ["digest for Strategic Corporate Board", "**1 of 6**", "not: Voluntary"]),
            (CLERK, presses("Hold"), "Held"),
            (SECRETARY, sees_again(), ["digest for Adult Social Care", "**2 of 17**", "not: for Strategic"]),
        ],
    )  # fmt: skip
    world.wait_until("2019-09-13 17:00")
    assert len(world.chat.posts(PART)) == 0
    assert "**2 of 17**" in world.chat.posts(WHOLE)[0].message.text
    hold(world, [(CLERK, presses("Let it go"), "posts on time")])
    text = world.chat.posts(PART)[0].message.text
    assert "**1 of 6** activities gave an update" in text
    assert "This board hears of a part of the programme (activity type: Transformation)" in text
    assert "Voluntary and Community" not in text
    assert "**52**" not in text


def test_an_addendum_is_posted_only_to_the_boards_that_hear_of_what_changed(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-16 16:00")
    assert len(world.chat.posts(WHOLE)) == 2
    assert len(world.chat.posts(PART)) == 1


def test_the_digests_of_a_simulation_are_told_apart_by_board(sliced: Path, tmp_path: Path) -> None:
    simulate(sliced, london("2019-08-30").date(), london("2019-09-30").date(), tmp_path / "out")
    names = {file.name for file in (tmp_path / "out" / "digests").glob("2019-09-13*close*")}
    assert names == {
        "2019-09-13-strategic-delivery-plan-2019-20-q2-close-asch_cabinet_committee.md",
        "2019-09-13-strategic-delivery-plan-2019-20-q2-close-strategic_corporate_board.md",
    }
    figures = json.loads((tmp_path / "out" / "figures.json").read_text(encoding="utf-8"))
    assert [each["submissions"]["of"] for each in figures] == [17, 17]


def test_an_answer_that_repeats_itself_is_flagged_to_the_secretary_of_its_board_alone(world: World) -> None:
    for moment in ("2019-09-03 10:00", "2019-11-29 10:00", "2020-03-06 09:30"):
        world.wait_until(moment)
        hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2020-03-06 10:00")
    hold(
        world,
        [
            (SECRETARY, sees_again(), "has said just the same 3 times"),
            (CLERK, sees_again(), ["not: Voluntary", "not: **52**"]),
        ],
    )
