"""What a change of mind leaves behind: nothing that is stale is asked, told or kept waiting."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import (
    Absence,
    Digest,
    DigestState,
    Item,
    OutgoingMessage,
    Person,
    Post,
    Return,
    SendState,
    Window,
)
from remembrancer.services.posts import hand_over
from tests.conftest import Edit
from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, presses, says, sees_again, waits_until

BOARD = "#asch-cabinet-committee"
HELEN = "helen.marsh"
CLAIMED = [
    (LEAD, presses("Not mine", "52"), "Whose is it?"),
    (LEAD, fills_in(post="unknown", reason="It moved."), "The secretary is told"),
]


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def return_52(session: Session) -> Return:
    return session.exec(select(Return).join(Item).join(Window).where(Item.ref == "52", Window.state == "open")).one()


def test_an_opening_that_is_undone_asks_nobody_whose_an_item_is(engine: Engine) -> None:
    world = World(engine, until="2019-08-29 17:30")  # after hours: the secretary would hear the next morning
    hold(
        world,
        [
            (ADMIN, says("windows"), "Quarter 2"),
            (ADMIN, presses("Open now", "Quarter 2"), "Open now"),
            (ADMIN, presses("Do it"), "is open"),
            (LEAD, says("my"), "52"),
            *CLAIMED,
            (ADMIN, presses("Undo"), "Undone"),
        ],
    )
    with Session(world.engine) as session:
        claims = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "disowned")).all()
        assert [row.state for row in claims] == [SendState.DROPPED]


def test_a_held_addendum_that_has_nothing_to_say_is_not_mentioned_each_morning(world: World) -> None:
    world.wait_until("2019-09-16 09:05")
    hold(
        world,
        [
            (LEAD, presses("Answer", "52"), "52"),
            (LEAD, fills_in(delivery="on_track", progress="As planned."), "Stored"),
            (SECRETARY, presses("Hold", "Quarter 2"), "Held:"),
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="More, please."), "sent back"),
            (SECRETARY, waits_until("2019-09-18 09:30"), "not: is still held"),
        ],
    )


def test_a_draft_to_a_board_that_hears_of_nothing_any_more_is_taken_back(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    narrow = "boards: [{board: asch_cabinet_committee, hears: {activity_type: [%s]}}]"
    edit("organisation.yaml", "boards: [asch_cabinet_committee]", narrow % "Transformation")
    world = World(engine, folder)
    world.wait_until("2019-09-13 13:00")
    hold(world, [(SECRETARY, says("digests"), "0 of 6")])
    with Session(engine) as session:
        for item in session.exec(select(Item)):
            item.facts = {**item.facts, "activity_type": "Other"}
        session.commit()
    world.wait_until("2019-09-16 09:00")
    assert world.chat.posts(BOARD) == []
    with Session(engine) as session:
        states = session.exec(select(Digest.state).where(col(Digest.board_id).is_not(None)))
        assert set(states) == {DigestState.SUPERSEDED}


@pytest.mark.both_databases
def test_an_item_that_is_left_out_and_then_withdrawn_is_named_once(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out"), "Why?"),
            (SECRETARY, fills_in(item="52", reason="It names a contractor."), "Left out"),
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="It has ended."), "withdrawn"),
        ],
    )
    world.wait_until("2019-09-13 17:00")
    [post] = world.chat.posts(BOARD)
    assert "It has ended." in post.message.text
    assert "It names a contractor." not in post.message.text


def test_a_folder_that_gives_an_item_another_lead_ends_what_was_said_of_whose_it_is(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    world = World(engine, folder)
    world.wait_until("2019-08-30 09:00")
    hold(world, CLAIMED)
    text = (folder / "items.csv").read_text()
    row = next(line for line in text.splitlines() if ",52," in f",{line}" and "Voluntary" in line)
    edit("items.csv", row, row.replace("Head of Voluntary Sector Commissioning", "Market Shaping Manager"))
    world.load_again(folder)
    with Session(engine) as session:
        ret = return_52(session)
        assert (ret.disowned_by_id, ret.delegate_id) == (None, None)
    hold(world, [(HELEN, sees_again(), "52 – Review"), (SECRETARY, says("status"), "not: says it is not theirs")])


def test_whom_the_old_holder_had_asked_instead_is_not_asked_under_the_new_one(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Ask someone else", "52"), "52"),
            (LEAD, fills_in(person=str(world.person_id(HELEN))), "is asked now"),
        ],
    )
    with Session(world.engine) as session:
        post = session.exec(select(Post).where(Post.name == "Head of Voluntary Sector Commissioning")).one()
        successor = session.exec(select(Person).where(Person.email == "ellen.sweeting@example.org")).one()
        assert return_52(session).delegate_id is not None
        hand_over(session, post, successor, world.clock.now(), None)
        session.commit()
    hold(world, [("ellen.sweeting", says("my"), "52 – Review")])


def test_who_stands_in_for_the_secretary_gets_the_drafts_that_wait(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(world, [(SECRETARY, presses("Hold"), "Held:")])
    with Session(world.engine) as session:
        session.add(
            Absence(
                person_id=world.person_id(SECRETARY),
                delegate_id=world.person_id(ADMIN),
                first_day=date(2019, 9, 16),
                last_day=date(2019, 9, 20),
            )
        )
        session.commit()
    hold(
        world,
        [
            (ADMIN, waits_until("2019-09-16 09:05"), "⏸ Held. The board is told nothing"),
            (ADMIN, presses("Let it go"), "Quarter 2"),
        ],
    )
    assert len(world.chat.posts(BOARD)) == 1


def test_a_value_can_be_restated_to_just_what_was_sent_back(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("status"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Are you sure?"), "sent back"),
        ],
    )
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "Why is it restated?"),
            (SECRETARY, fills_in(restated_reason="It was right after all."), "is restated"),
        ],
    )
