"""Drafts while the world moves on: held past the lock, left out again, and windows that are not settled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import Digest, DigestState
from remembrancer.scheduler.digests.due_digests import write_digests
from remembrancer.scheduler.windows import advance_windows
from remembrancer.services.sending import end_pilot, set_pilot
from tests.conftest import Edit
from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, london, presses, says, sees_again, waits_until

BOARD = "#asch-cabinet-committee"
LEAVES_52_OUT = [
    (SECRETARY, presses("Leave an item out"), "Why?"),
    (SECRETARY, fills_in(item="52", reason="It names a contractor."), "Left out"),
]
CLOSES = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Close now", "Quarter 2"), "Close now: Quarter 2"),
    (ADMIN, presses("Do it"), "Quarter 2 2019/20 is closed."),
]


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    made.wait_until("2019-08-30 09:00")
    return made


def told(world: World) -> list[str]:
    return [post.message.text for post in world.chat.posts(BOARD)]


def test_a_board_that_hears_no_more_takes_its_draft_back_and_nobody_else_is_kept_waiting(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    edit(
        "organisation.yaml",
        "boards: [asch_cabinet_committee]",
        "boards: [asch_cabinet_committee, adults_delivery_board]",
    )
    world = World(engine, folder)
    world.wait_until("2019-09-13 13:00")
    edit(
        "organisation.yaml",
        "boards: [asch_cabinet_committee, adults_delivery_board]",
        "boards: [asch_cabinet_committee]",
    )
    world.load_again(folder)
    hold(world, [(SECRETARY, says("digests"), ["Adult Social Care", "not: Adults Delivery Board"])])
    world.wait_until("2019-09-16 09:00")
    assert world.chat.posts("#adults-delivery-board") == []
    assert len(told(world)) == 1
    with Session(engine) as session:
        states = session.exec(select(Digest.state).where(col(Digest.board_id).is_not(None)).order_by(col(Digest.id)))
        assert list(states) == [DigestState.POSTED, DigestState.SUPERSEDED]


def test_a_digest_held_past_the_lock_is_not_overtaken_by_the_one_of_the_lock(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(world, [(SECRETARY, presses("Hold"), "is told nothing until you let it go")])
    world.wait_until("2019-09-24 12:00")
    assert told(world) == []
    hold(world, [(SECRETARY, presses("Let it go"), "it posts on time, or within a minute or so")])
    assert len(told(world)) == 1


@pytest.mark.both_databases
def test_what_is_left_out_of_a_held_digest_is_left_out_of_the_one_of_the_lock(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(world, [*LEAVES_52_OUT, (SECRETARY, presses("Hold"), "Held")])
    world.wait_until("2019-09-20 17:00")
    hold(world, [(SECRETARY, says("digests"), ["Held", "**52** Review of Voluntary", "It names a contractor."])])
    hold(world, [(SECRETARY, presses("Let it go"), "it posts on time")])
    world.wait_until("2019-09-24 12:00")
    assert len(told(world)) == 1
    assert "## Left out of this digest" in told(world)[0]


def test_what_is_left_out_is_left_out_of_a_later_draft_that_waits_already(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(world, [(SECRETARY, presses("Hold"), "Held")])
    world.wait_until("2019-09-20 14:00")
    with Session(world.engine) as session:
        waiting = session.exec(select(Digest).where(Digest.state == DigestState.HELD).order_by(col(Digest.id))).all()
        first, last = waiting[0].id, waiting[-1].id
    assert first != last
    world.incoming(SECRETARY, "press", action="digest_leave_out", value=str(first))
    hold(world, [(SECRETARY, fills_in(item="52", reason="It names a contractor."), "Left out")])
    with Session(world.engine) as session:
        assert session.get_one(Digest, last).left_out == {"52": "It names a contractor."}
    world.incoming(SECRETARY, "press", action="digest_put_back", value=f"{first}.52")
    with Session(world.engine) as session:
        assert session.get_one(Digest, last).left_out == {}


def test_an_item_put_back_by_an_older_card_is_counted_again(world: World) -> None:
    world.wait_until("2019-09-13 13:00")
    hold(world, [*LEAVES_52_OUT, (SECRETARY, waits_until("2019-09-16 09:00"), [])])
    older = next(b for b in world.buttons(SECRETARY) if b.label == "Put 52 back")
    hold(world, [("tom.ashdown", presses("No change"), "Stored"), (SECRETARY, waits_until("2019-09-16 16:00"), [])])
    assert len(told(world)) == 2
    assert world.incoming(SECRETARY, "press", action=older.action, value=older.value)[0].startswith("Put back")
    world.wait_until("2019-09-17 16:00")
    assert "**52** Review of Voluntary and Community Sector Grants across the Council: no answer yet" in told(world)[2]


def test_an_item_put_back_after_the_lock_is_told_in_an_addendum(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-13 13:00")
    hold(world, [*LEAVES_52_OUT, (SECRETARY, waits_until("2019-09-23 09:30"), [])])
    before = len(told(world))
    hold(world, [(SECRETARY, says("digests"), "Posted"), (SECRETARY, presses("Put 52 back"), "Put back")])
    world.wait_until("2019-09-24 17:00")
    assert len(told(world)) == before + 1
    assert "**Counted again (1)**" in told(world)[-1]


def test_a_board_that_hears_more_is_not_told_of_windows_that_are_locked(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    part = "{board: asch_cabinet_committee, hears: {activity_type: [Transformation]}}"
    edit("organisation.yaml", "boards: [asch_cabinet_committee]", f"boards: [{part}]")
    world = World(engine, folder)
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 46 2019-20-q2"), "Why is it restated?"),
            (SECRETARY, fills_in(delivery="unlikely", restated_reason="The audit."), "is restated"),
        ],
    )
    world.wait_until("2019-09-25 09:00")
    before = len(told(world))
    edit("organisation.yaml", f"boards: [{part}]", "boards: [asch_cabinet_committee]")
    world.load_again(folder)
    world.wait_until("2019-09-27 17:00")
    assert len(told(world)) == before


def test_nothing_is_posted_of_a_window_whose_close_can_still_be_undone(world: World) -> None:
    world.wait_until("2019-09-13 14:00")
    hold(
        world,
        [
            *CLOSES,
            (SECRETARY, presses("Post now"), "can still be undone"),
            (ADMIN, presses("Undo"), "Undone"),
            (SECRETARY, presses("Post now"), "Posted"),
        ],
    )
    [text] = told(world)
    assert "As things stand" in text


def test_what_was_restated_is_not_told_of_an_item_that_is_left_out(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "Why is it restated?"),
            (SECRETARY, fills_in(delivery="unlikely", restated_reason="The secret audit."), "is restated"),
            *LEAVES_52_OUT,
        ],
    )
    world.wait_until("2019-09-25 09:00")
    assert "secret audit" not in "".join(told(world))
    assert "It names a contractor." in told(world)[-1]


def test_a_value_that_was_sent_back_is_not_told_as_what_it_was(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Once more, please."), "sent back"),
        ],
    )
    world.wait_until("2019-09-23 09:30")
    hold(
        world,
        [
            (SECRETARY, says("restate 52 2019-20-q2"), "Why is it restated?"),
            (SECRETARY, fills_in(delivery="unlikely", restated_reason="The audit."), "is restated"),
        ],
    )
    world.wait_until("2019-09-25 09:00")
    assert "**Restated after the lock (1)**" in told(world)[-1]
    assert "on track →" not in told(world)[-1]


def test_an_answer_sent_back_is_still_sent_back_when_its_item_is_reported_on_again(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "52"),
            (SECRETARY, presses("Send back", "52"), "52"),
            (SECRETARY, fills_in(reason="Once more, please."), "sent back"),
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="It ended."), "52"),
            (SECRETARY, presses("Report on it again", "52"), "52"),
            (SECRETARY, says("status"), "0 of 17 received"),
        ],
    )


@pytest.mark.both_databases
@pytest.mark.parametrize("label", ["Hold", "Post now"])
def test_a_press_at_the_moment_that_a_look_posts_finds_one_digest_and_one_truth(world: World, label: str) -> None:
    world.wait_until("2019-09-13 13:00")
    button = next(b for b in world.buttons(SECRETARY) if b.label == label)
    act = Incoming(world.person_id(SECRETARY), "at-once", "press", action=button.action, value=button.value)
    world.clock.set(london("2019-09-13 17:00"))
    advance_windows(world.engine, world.clock.now())
    start = Barrier(3)

    def at_once(does: Callable[[], object]) -> object:
        start.wait()
        return does()

    with ThreadPoolExecutor(3) as pool:
        pressed = pool.submit(at_once, lambda: converse(world.engine, act, world.clock.now()))
        looks = [pool.submit(at_once, lambda: write_digests(world.engine, world.clock.now())) for _ in range(2)]
        for each in (pressed, *looks):
            each.result()
    world.look()
    with Session(world.engine) as session:
        state = session.exec(select(Digest.state).where(col(Digest.board_id).is_not(None))).one()
    assert len(told(world)) == (state == DigestState.POSTED)
    if state == DigestState.HELD:
        hold(world, [(SECRETARY, sees_again(), "Held:")])
    elif label == "Hold":
        hold(world, [(SECRETARY, sees_again(), "That digest is posted.")])


def test_a_digest_that_a_pilot_withheld_on_its_way_was_not_told(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    world.wait_until("2019-09-13 16:59")
    world.clock.set(london("2019-09-13 17:00"))
    while advance_windows(world.engine, world.clock.now()):
        write_digests(world.engine, world.clock.now())
    with Session(world.engine) as session:
        set_pilot(session, [world.person_id(SECRETARY)], world.clock.now(), None)
        session.commit()
    world.look()
    assert told(world) == []
    with Session(world.engine) as session:
        end_pilot(session, world.clock.now(), None)
        session.commit()
    world.wait_until("2019-09-23 12:00")
    assert "**1 of 17**" in told(world)[-1]
    assert "## Delivery" in told(world)[-1]
