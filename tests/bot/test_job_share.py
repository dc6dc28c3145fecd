"""Two people share a post by days of the week: who is asked, whose card asks on, and who answered."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import Edit
from tests.dialog import LEAD, MANAGER, SECRETARY, World, hold, presses, says, sees_again, waits_until

DANA, POST = "dana.reid", "Head of Voluntary Sector Commissioning"
ASKS = "You are asked first of Head of Voluntary Sector Commissioning: Dana Reid may answer too."


@pytest.fixture
def world(engine: Engine, folder: Path, edit: Edit) -> World:
    """Ruth works from Monday to Wednesday and Dana after that; the window opens on a Friday, at 09:00."""
    above = "Assistant Director of Commissioning"
    edit("people.csv", "roles,leave\n", "roles,leave,works\n")
    ruth, dana = (
        f"{name},{email}@example.org,{POST},{above},,,"
        for name, email in (("Ruth Fairbrass", LEAD), ("Dana Reid", DANA))
    )
    edit("people.csv", f"{ruth}\n", f'{ruth},Mon-Wed\n{dana},"Thu, Fri"\n')
    return World(engine, folder)


def test_each_is_asked_on_days_of_their_own_and_nobody_above(world: World) -> None:
    hold(
        world,
        [
            (DANA, waits_until("2019-08-30 09:00"), "Please update 1 activity"),
            (LEAD, sees_again(), ""),
            (LEAD, waits_until("2019-09-02 09:00"), ["Please update 1 activity", ASKS]),
            (MANAGER, says("my"), "not: Voluntary"),
            (LEAD, waits_until("2019-09-05 10:00"), ""),
        ],
    )


def test_on_a_day_off_a_card_asks_on_and_an_answer_is_theirs(world: World) -> None:
    hold(
        world,
        [
            (LEAD, waits_until("2019-09-05 10:00"), ASKS),
            (LEAD, sees_again(), ["Answer with the buttons", "not: Nothing here is wanted from you any more"]),
            (LEAD, says("my"), "Please update 1 activity"),
            (LEAD, presses("No change"), "Stored"),
            (DANA, sees_again(), "Answered by Ruth Fairbrass"),
            (SECRETARY, says("see 52"), "Ruth Fairbrass"),
        ],
    )


def test_the_secretary_chases_whoever_works_that_day(world: World) -> None:
    world.wait_until("2019-09-03 10:00")
    hold(world, [(SECRETARY, says("chase 52"), "Ruth Fairbrass")])
    world.wait_until("2019-09-05 11:00")
    hold(world, [(SECRETARY, says("chase 52"), "Dana Reid")])
