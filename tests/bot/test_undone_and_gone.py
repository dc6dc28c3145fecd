"""Windows that were undone and then go, or lock again as they were."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Item, Return, ReturnState, Window
from tests.conftest import Edit
from tests.dialog import ADMIN, SECRETARY, World, fills_in, hold, presses, says


@pytest.mark.both_databases
def test_a_window_that_was_opened_and_undone_goes_when_the_calendar_no_longer_has_it(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    world = World(engine, folder)
    hold(
        world,
        [
            (ADMIN, says("windows"), "scheduled"),
            (ADMIN, presses("Open now", "Quarter 3"), "Open now: Quarter 3"),
            (ADMIN, presses("Do it"), "is opened"),
            (ADMIN, presses("Undo"), "Undone"),
        ],
    )
    edit("calendar.ics", "Strategic Delivery Plan monitoring: Quarter 3", "Something else: Quarter 3")
    world.load_again(folder)
    with Session(engine) as session:
        assert session.exec(select(Window).where(Window.key == "2019-20-q3")).first() is None


def test_what_is_reported_on_again_before_a_reopening_is_undone_waits_for_nothing(engine: Engine) -> None:
    world = World(engine)
    world.wait_until("2019-09-03 10:00")
    hold(
        world,
        [
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="It ended."), "52"),
        ],
    )
    world.wait_until("2019-09-23 10:00")
    hold(
        world,
        [
            (ADMIN, says("windows"), "Quarter 2"),
            (ADMIN, presses("Reopen", "Quarter 2"), "It closed"),
            (ADMIN, fills_in(closes="2019-09-27 17:00"), "Reopen: Quarter 2"),
            (ADMIN, presses("Do it"), "is reopened"),
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Report on it again", "52"), "52"),
            (ADMIN, presses("Undo"), "Undone"),
        ],
    )
    with Session(engine) as session:
        states = session.exec(
            select(Return.state)
            .join(Item)
            .join(Window, col(Window.id) == Return.window_id)
            .where(Item.ref == "52", Window.key == "2019-20-q2")
        )
        assert states.one() == ReturnState.NO_UPDATE
