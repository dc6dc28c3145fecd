"""What a board is told is so: who was late and who was not, what changed and what did not."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Item, Return, Window
from remembrancer.services.returns import store_answer
from tests.dialog import LEAD, SECRETARY, World, fills_in, hold, presses, says, sees_again, waits_until

BOARD = "#asch-cabinet-committee"
OUT_OF_ORDER = ["financial", "governance", "stakeholders", "dependencies"]
LEADS_46 = "tom.ashdown"


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-13 13:00")


def last_told(world: World) -> str:
    return world.chat.posts(BOARD)[-1].message.text


def gives(world: World, ref: str, answers: dict[str, object]) -> None:
    """An answer as a file or an older form has it."""
    with Session(world.engine) as session:
        query = select(Return).join(Item).join(Window).where(Item.ref == ref, Window.key == "2019-20-q2")
        ret = session.exec(query).one()
        store_answer(session, ret, answers, world.clock.now(), None, "file")
        session.commit()
    world.look()


def test_an_answer_that_came_before_the_close_was_not_late_though_the_digest_was_posted(world: World) -> None:
    hold(world, [(SECRETARY, presses("Post now"), "Posted")])
    world.wait_until("2019-09-13 14:49")
    hold(world, [(LEADS_46, presses("No change"), "Stored")])
    world.wait_until("2019-09-13 17:30")
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, waits_until("2019-09-16 16:00"), []),
        ],
    )
    told = last_told(world)
    assert "**Received since (2)**" in told
    assert "across the Council: ● Yes, it is on track, late" in told
    assert told.count(", late") == 1


@pytest.mark.both_databases
def test_the_order_of_several_choices_is_no_change(world: World) -> None:
    gives(world, "56", {"delivery": "remedial_action", "issues": OUT_OF_ORDER, "progress_description": "Slow."})
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 56 2019-20-q2"), "restate Quarter 2"),
            (SECRETARY, fills_in(issues=sorted(OUT_OF_ORDER), restated_reason="None."), "nothing was changed"),
            (SECRETARY, says("restate 56 2019-20-q2"), "restate Quarter 2"),
            (
                SECRETARY,
                fills_in(delivery="unlikely", issues=sorted(OUT_OF_ORDER), restated_reason="An audit."),
                "is restated",
            ),
            (SECRETARY, waits_until("2019-09-23 16:00"), []),
        ],
    )
    assert (world.answers("56") or {})["issues"] == OUT_OF_ORDER
    told = last_told(world)
    assert "Delivery: ▲ It requires remedial action → ■" in told
    assert "Issues:" not in told
    assert "**No update received (" in told
    assert "Not yet received" not in told


def test_an_addendum_that_shows_what_was_restated_is_not_said_to_lack_it(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (SECRETARY, fills_in(delivery="unlikely", restated_reason="An audit."), "is restated"),
            (SECRETARY, sees_again(), "**No update received ("),
            (SECRETARY, says("digests"), "Restated since, which this digest does not show"),
            (SECRETARY, waits_until("2019-09-23 16:00"), []),
            (SECRETARY, says("digests"), ["An audit.", "not: Restated since"]),
            (SECRETARY, says("restate 52 2019-20-q2"), "restate Quarter 2"),
            (SECRETARY, fills_in(delivery="on_track", restated_reason="A second look."), "is restated"),
            (SECRETARY, says("digests"), ["Restated since, which this digest does not show", "A second look."]),
        ],
    )


def test_words_that_a_board_and_a_lead_read(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (
                SECRETARY,
                fills_in(standing="suspended", reason="Staff are redeployed.", review_on="2019-10-10"),
                "suspended",
            ),
            (SECRETARY, says("status"), "to be looked at again on Thursday 10 October 2019"),
            (LEAD, says("remind me some day"), "'remind me on 12 September'"),
            (LEADS_46, says("see 47"), ["There is no 47 for you to see now", "not: answer"]),
            (LEADS_46, says("answer 47"), "There is no 47 for you to answer now"),
        ],
    )
    world.wait_until("2019-09-13 17:00")
    assert "to be looked at again on Thursday 10 October 2019" in last_told(world)
