"""An admin's acts on windows: seen before they are done, undone within ten minutes, and put right for everybody."""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import AuditEvent, OutgoingMessage, Person, Return, Window, WindowChange
from remembrancer.services.windows import move_window
from remembrancer.web.sandbox_outbox import sent_messages
from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    Dialog,
    World,
    fills_in,
    hold,
    london,
    presses,
    presses_old,
    says,
    sees_again,
    waits_until,
)

BOARD = "#asch-cabinet-committee"
OTHER_ADMIN = "helen.marsh"
QUARTER = "Quarter 2"
MOVED = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Move", QUARTER), "It now closes"),
    (ADMIN, fills_in(closes="2019-09-20 17:00"), "Move: Quarter 2"),
    (ADMIN, presses("Do it"), "Quarter 2 2019/20 is moved."),
]
EXTENDED = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Extend", QUARTER), "By how much?"),
    (ADMIN, fills_in(by="5"), "It will be open until Friday 20 September 2019, 17:00"),
    (ADMIN, presses("Do it"), "Quarter 2 2019/20 is extended."),
]
CLOSED = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Close now", QUARTER), "Close now: Quarter 2"),
    (ADMIN, presses("Do it"), "Quarter 2 2019/20 is closed."),
]
OPENED = [
    (ADMIN, says("windows"), "scheduled"),
    (ADMIN, presses("Open now", "Quarter 3"), "Open now: Quarter 3"),
    (ADMIN, presses("Do it"), "Quarter 3 2019/20 is opened."),
]
REOPENED = [
    (ADMIN, says("windows"), QUARTER),
    (ADMIN, presses("Reopen", QUARTER), "It closed on Friday 13 September 2019, 17:00"),
    (ADMIN, fills_in(closes="2019-09-27 17:00"), "Reopen: Quarter 2"),
    (ADMIN, presses("Do it"), "Quarter 2 2019/20 is reopened."),
]


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    with Session(engine) as session:
        session.exec(select(Person).where(Person.email == f"{OTHER_ADMIN}@example.org")).one().roles = ["admin"]
        session.commit()
    made.wait_until("2019-08-30 09:00")
    return made


def later(world: World, minutes: int) -> str:
    return f"{(world.clock.now() + timedelta(minutes=minutes)).astimezone(london('2019-09-01').tzinfo):%Y-%m-%d %H:%M}"


def stands(world: World, key: str = "2019-20-q2") -> dict[str, Any]:
    """The window and its returns, but for what counts its changes."""
    with Session(world.engine) as session:
        window = session.exec(select(Window).where(Window.key == key)).one()
        returns = session.exec(select(Return).where(Return.window_id == window.id).order_by(col(Return.id))).all()
        columns = window.model_dump(exclude={"edition"})
        return {**columns, "returns": [ret.model_dump() for ret in returns]}


def corrections(world: World, who: str) -> list[str]:
    """What the person or the channel was sent to correct a date."""
    with Session(world.engine) as session:
        rows = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "correction")).all()
        return [
            row.body["parts"][0]["text"]
            for row in rows
            if row.conversation in (who, f"{who}@example.org") and row.state == "sent"
        ]


# What is seen before it is done


def test_nothing_is_done_before_it_is_confirmed_or_when_it_is_left(world: World) -> None:
    before = stands(world)
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", QUARTER), ["Close now: Quarter 2", "Boards hear", "the digest of the close"]),
            (ADMIN, presses("Leave it as it is"), "Quarter 2 2019/20 is left as it is. Nothing was changed"),
        ],
    )
    assert stands(world) == before


def test_the_preview_names_ten_and_counts_the_rest_and_says_what_goes_no_more(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Move", QUARTER), "It now closes"),
            (
                ADMIN,
                fills_in(closes="2019-09-20 17:00"),
                [
                    "until Friday 20 September 2019, 17:00 (it was to close on Friday 13 September 2019, 17:00)",
                    "**From 09:10**, ",
                    " more: the window has new dates; leads the item",
                    "- Fri 20 Sep 2019 09:00: the morning the window closes, to ",
                    "**Not sent any more:**",
                    "- Fri 13 Sep 2019 09:00: the morning the window closes, to ",
                    "- Fri 20 Sep 2019 17:00: the digest of the close, to Adult Social Care",
                ],
            ),
        ],
    )


def test_a_stranger_may_neither_see_nor_do_anything_with_windows(world: World) -> None:
    hold(world, [(ADMIN, says("windows"), "open"), (ADMIN, presses("Close now", QUARTER), "Close now")])
    before = stands(world)
    for button in list(world.buttons(ADMIN)):
        [shown] = world.incoming(STRANGER, "press", action=button.action, value=button.value)
        assert shown == "Only an admin can do that with windows. Write 'status' to see how yours stand."
    assert stands(world) == before


@pytest.mark.parametrize("value", ["", "close", "close.1", "fly.1.2..", "move.1.2.soon.late", "close.1.2.", "x.y.z.."])
def test_a_made_up_confirmation_does_nothing(world: World, value: str) -> None:
    before = stands(world)
    [shown] = world.incoming(ADMIN, "press", action="do_window", value=value)
    assert "Something went wrong" not in shown
    assert stands(world) == before


# Ten minutes to undo it


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("act", "key", "moment"),
    [
        (MOVED, "2019-20-q2", "2019-08-30 10:00"),
        (EXTENDED, "2019-20-q2", "2019-09-12 10:00"),
        (CLOSED, "2019-20-q2", "2019-09-05 10:00"),
        (OPENED, "2019-20-q3", "2019-09-05 10:00"),
        (REOPENED, "2019-20-q2", "2019-09-17 10:00"),
        (REOPENED, "2019-20-q2", "2019-09-23 10:00"),
    ],
)
def test_each_act_is_undone_exactly_and_nobody_has_heard_of_it(
    world: World, act: Dialog, key: str, moment: str
) -> None:
    world.wait_until(moment)
    before, seen = stands(world, key), len(world.posts(LEAD))
    hold(world, [*act, (ADMIN, waits_until(later(world, 9)), "")])
    assert stands(world, key) != before
    hold(world, [(ADMIN, presses("Undo"), ["Undone: ", "as before", ", and undone."])])
    assert stands(world, key) == before
    world.wait_until(later(world, 60))
    assert len(world.posts(LEAD)) == seen
    assert corrections(world, LEAD) == corrections(world, MANAGER) == corrections(world, BOARD) == []
    with Session(world.engine) as session:
        events = [(event.act, event.person_id) for event in session.exec(select(AuditEvent))]
    assert ("undone", world.person_id(ADMIN)) in events


def test_a_board_hears_nothing_of_a_closing_that_is_undone(world: World) -> None:
    hold(world, [*CLOSED, (ADMIN, waits_until("2019-08-30 09:09"), ""), (ADMIN, presses("Undo"), "Undone")])
    world.wait_until("2019-09-13 16:59")
    assert world.chat.posts(BOARD) == []
    world.wait_until("2019-09-13 17:00")
    assert len(world.chat.posts(BOARD)) == 1


def test_a_reminder_that_fell_due_meanwhile_is_not_lost_by_an_act_that_is_undone(world: World) -> None:
    world.wait_until("2019-09-06 08:55")
    hold(
        world,
        [
            *MOVED,
            (LEAD, waits_until("2019-09-06 09:02"), ""),
            (ADMIN, presses("Undo"), "Undone"),
            (LEAD, sees_again(), ["A reminder", "by Friday 13 September 2019, 17:00"]),
        ],
    )


def test_after_ten_minutes_it_is_too_late_to_undo(world: World) -> None:
    hold(world, MOVED)
    undo = world.button(ADMIN, "Undo")
    hold(
        world,
        [
            (ADMIN, waits_until("2019-08-30 09:10"), ""),
            (ADMIN, presses_old(undo), "The ten minutes in which that could be undone are over"),
            (ADMIN, says("windows"), ["Last changed by Asif Chaudhry, Friday 30 August 2019, 09:00: moved."]),
        ],
    )
    newest = [button.label for part in world.posts(ADMIN)[-1].message.parts for button in part.buttons]
    assert "Undo" not in newest


def test_undoing_twice_says_that_it_is_undone(world: World) -> None:
    hold(world, MOVED)
    [undo] = [button for button in world.buttons(ADMIN) if button.label == "Undo"]
    for shows in ("Undone: Quarter 2", "You took back the last change to Quarter 2 2019/20 just now. It is open"):
        [shown] = world.incoming(ADMIN, "press", action=undo.action, value=undo.value)
        assert shows in shown


def test_what_the_calendar_changed_meanwhile_keeps_an_act_from_being_undone(
    world: World, folder: Path, edit: Edit
) -> None:
    hold(world, OPENED)
    with Session(world.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q3")).one()
        closes_at = window.closes_at + timedelta(days=7)
        move_window(session, window, window.opens_at, closes_at, world.clock.now(), None)
        session.commit()
    before = stands(world, "2019-20-q3")
    hold(world, [(ADMIN, presses("Undo", "Quarter 3"), "The calendar moved Quarter 3 2019/20 just now. It is open")])
    assert stands(world, "2019-20-q3") == before


def test_an_opening_cannot_be_undone_once_somebody_has_answered(world: World) -> None:
    hold(world, OPENED)
    undo = world.button(ADMIN, "Undo")
    hold(
        world,
        [
            (LEAD, says("my"), "Quarter 3"),
            (LEAD, presses("No change"), "Stored"),
            (ADMIN, presses_old(undo), ["has answers, or answers begun, to 52", "write 'windows'"]),
        ],
    )
    assert stands(world, "2019-20-q3")["state"] == "open"


def test_whoever_asked_for_a_window_that_was_opened_by_mistake_is_told(world: World) -> None:
    hold(
        world,
        [
            *OPENED,
            (LEAD, says("my"), "Quarter 3"),
            (ADMIN, presses("Undo"), "Undone: Quarter 3"),
            (LEAD, sees_again(), "is not open after all"),
        ],
    )
    hold(world, [(LEAD, waits_until("2019-11-29 09:00"), ["Quarter 3", "Please update"])])


def test_reopening_a_locked_window_cannot_be_undone_once_somebody_has_answered(world: World) -> None:
    world.wait_until("2019-09-23 10:00")
    hold(world, REOPENED)
    undo = world.button(ADMIN, "Undo")
    hold(
        world,
        [
            (LEAD, says("answer 52"), "Will the activity"),
            (LEAD, fills_in(delivery="on_track"), "Stored"),
            (ADMIN, presses_old(undo), "answers begun, to 52"),
        ],
    )


@pytest.mark.parametrize("act", [MOVED, EXTENDED, CLOSED])
def test_an_answer_given_meanwhile_survives_the_undoing(world: World, act: Dialog) -> None:
    hold(world, [*act, (LEAD, presses("No change"), "Stored"), (ADMIN, presses("Undo"), "Undone: Quarter 2")])
    assert world.answers("52") is not None
    hold(world, [(SECRETARY, says("status"), "1 of 17 received")])


# Two admins


def test_of_two_admins_the_second_sees_what_the_first_did_and_can_go_on(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (OTHER_ADMIN, says("windows"), "open"),
            (ADMIN, presses("Move", QUARTER), "It now closes on Friday 13"),
            (OTHER_ADMIN, presses("Move", QUARTER), "It now closes on Friday 13"),
            (ADMIN, fills_in(closes="2019-09-20 17:00"), "Move: Quarter 2"),
            (OTHER_ADMIN, fills_in(closes="2019-09-18 17:00"), ["Move: Quarter 2", "not: Asif"]),
            (ADMIN, presses("Do it"), "is moved"),
            (ADMIN, waits_until("2019-08-30 09:02"), ""),
            (
                OTHER_ADMIN,
                presses("Do it"),
                [
                    "Asif Chaudhry moved Quarter 2 2019/20 2 minutes ago. It is open, and closes on Friday 20",
                    "until Wednesday 18 September 2019, 17:00 (it was to close on Friday 20 September 2019, 17:00)",
                ],
            ),
        ],
    )
    undo = world.button(ADMIN, "Undo", QUARTER)
    hold(
        world,
        [
            (OTHER_ADMIN, presses("Do it"), "is moved. It closes on Wednesday 18 September"),
            (ADMIN, presses_old(undo), ["Helen Marsh moved Quarter 2 2019/20 just now", "Last changed by Helen"]),
            (
                LEAD,
                waits_until("2019-08-30 09:12"),
                ["Wednesday 18 September", "(the close was on Friday 13 September"],
            ),
        ],
    )


def test_a_form_that_was_opened_before_somebody_else_acted_shows_the_truth_first(world: World) -> None:
    hold(
        world,
        [
            (OTHER_ADMIN, says("windows"), "open"),
            (OTHER_ADMIN, presses("Extend", QUARTER), "Extend Quarter 2"),
            *MOVED,
            (OTHER_ADMIN, fills_in(by="1"), ["Asif Chaudhry moved", "until Monday 23 September 2019, 17:00"]),
        ],
    )


def test_an_act_that_makes_no_sense_any_more_says_what_became_of_the_window(world: World) -> None:
    hold(
        world,
        [
            (OTHER_ADMIN, says("windows"), "open"),
            (OTHER_ADMIN, presses("Move", QUARTER), "It now closes"),
            *CLOSED,
            (
                OTHER_ADMIN,
                fills_in(closes="2019-09-20 17:00"),
                [
                    "Asif Chaudhry closed Quarter 2 2019/20 just now",
                    "is closed by now",
                    "Last changed by Asif Chaudhry",
                ],
            ),
            (OTHER_ADMIN, presses("Reopen", QUARTER), "It closed on Friday 30 August"),
        ],
    )


@pytest.mark.both_databases
def test_of_two_confirmations_at_the_same_moment_one_is_done_and_the_other_told(world: World) -> None:
    confirmed = {}
    for who, closes in ((ADMIN, "2019-09-20 17:00"), (OTHER_ADMIN, "2019-09-18 17:00")):
        hold(
            world,
            [
                (who, says("windows"), "open"),
                (who, presses("Move", QUARTER), "It now closes"),
                (who, fills_in(closes=closes), "Move: Quarter 2"),
            ],
        )
        confirmed[who] = next(button for button in world.buttons(who) if button.label == "Do it")
    shown: dict[str, str] = {}
    together = Barrier(2)

    acts = {
        who: Incoming(world.person_id(who), f"confirmed by {who}", "press", action=button.action, value=button.value)
        for who, button in confirmed.items()
    }

    def confirm(who: str) -> None:
        together.wait()
        reply = converse(world.engine, acts[who], world.clock.now())
        shown[who] = "\n".join(message.text for message in reply.messages)

    threads = [Thread(target=confirm, args=(who,)) for who in confirmed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [who for who in shown if "Done: Quarter 2 2019/20 is moved" in shown[who]]
    [other] = [who for who in shown if who != winner]
    names = {ADMIN: "Asif Chaudhry", OTHER_ADMIN: "Helen Marsh"}
    assert f"{names[winner]} moved Quarter 2 2019/20 just now" in shown[other]
    assert "Move: Quarter 2 2019/20" in shown[other]
    with Session(world.engine) as session:
        [by] = session.exec(select(WindowChange.by_id)).all()
    assert by == world.person_id(winner)


# What was said for an old date


def test_a_lead_who_has_answered_is_told_the_new_close_once(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            *EXTENDED,
            (
                LEAD,
                waits_until("2019-08-30 09:10"),
                [
                    "now closes on Friday 20 September 2019, 17:00 (it was to be on Friday 13 September 2019, 17:00)",
                    "You have answered (52), so there is nothing more to do. You can change it until Friday 27",
                ],
            ),
            (LEAD, waits_until("2019-09-03 10:00"), ""),
        ],
    )
    assert len(corrections(world, LEAD)) == 1
    assert corrections(world, BOARD) == []


def test_the_outbox_says_of_whoever_is_asked_anew_that_the_window_has_new_dates(world: World) -> None:
    hold(world, [*EXTENDED, (LEAD, waits_until(later(world, 10)), "these are the new ones")])
    with Session(world.engine) as session:
        newest = [each for each in sent_messages(session) if each.to == "Ruth Fairbrass"][-1]
    assert newest.because == ("the window has new dates", "leads the item")


def test_whoever_is_asked_anew_is_told_once_and_not_corrected_too(world: World) -> None:
    hold(
        world,
        [*EXTENDED, (LEAD, waits_until("2019-08-30 12:00"), "(the close was on Friday 13 September 2019, 17:00)")],
    )
    assert corrections(world, LEAD) == []


def test_what_was_moved_in_the_evening_is_told_next_morning_and_once(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (ADMIN, waits_until("2019-09-02 19:00"), ""),
            *MOVED,
            (LEAD, waits_until("2019-09-03 08:59"), ""),
            (LEAD, waits_until("2019-09-03 09:00"), "now closes on Friday 20 September"),
            ("tom.ashdown", sees_again(), "(the close was on Friday 13 September 2019, 17:00)"),
        ],
    )
    assert corrections(world, "tom.ashdown") == []


def test_reopening_tells_the_manager_the_secretary_and_the_board_what_it_means_for_them(world: World) -> None:
    world.wait_until("2019-09-18 10:00")
    assert "Not yet received" in world.posts(MANAGER)[-1].message.text
    hold(world, [*REOPENED, (ADMIN, waits_until("2019-09-18 10:10"), "")])
    [to_manager] = corrections(world, MANAGER)
    assert (
        "now closes on Friday 27 September 2019, 17:00 (it was to be on Friday 13 September 2019, 17:00)" in to_manager
    )
    assert "had not been received" in to_manager
    assert "not late before the new close" in to_manager
    assert "still to come, now due on Friday 27 September 2019, 17:00" in "\n".join(
        post.message.text for post in world.posts(MANAGER)
    )
    [to_board] = corrections(world, BOARD)
    assert "is open again until Friday 27 September 2019, 17:00" in to_board
    assert "Its digest will be told again when it closes" in to_board
    world.wait_until("2019-09-20 12:00")
    told = [post.message.text for post in world.posts(SECRETARY)]
    assert any("Friday 27 September 2019, 17:00" in text for text in told)
    assert len(corrections(world, MANAGER)) == len(corrections(world, BOARD)) == 1


def test_a_window_closed_early_is_told_to_whoever_was_told_a_later_close(world: World) -> None:
    world.wait_until("2019-09-05 10:00")
    hold(
        world,
        [
            *CLOSED,
            (
                LEAD,
                waits_until("2019-09-05 10:10"),
                [
                    "closed on Thursday 5 September 2019, 10:00 (it was to be on Friday 13 September 2019, 17:00)",
                    "Still to come from you: 52. You can answer until Thursday 12 September 2019, 17:00",
                ],
            ),
        ],
    )


def test_a_calendar_that_moves_a_running_window_corrects_what_was_said_too(
    world: World, folder: Path, edit: Edit
) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored")])
    edit("calendar.ics", "DTEND;VALUE=DATE:20190914", "DTEND;VALUE=DATE:20190921")
    world.load_again(folder)
    [text] = corrections(world, LEAD)
    assert "now closes on Friday 20 September 2019, 17:00 (it was to be on Friday 13 September 2019, 17:00)" in text


@pytest.mark.both_databases
def test_two_acts_within_ten_minutes_are_one_correction_of_what_was_really_told(world: World) -> None:
    hold(world, [(LEAD, presses("No change"), "Stored"), *EXTENDED])
    hold(
        world,
        [
            (ADMIN, waits_until("2019-08-30 09:05"), ""),
            (ADMIN, presses("Extend", QUARTER), "By how much?"),
            (ADMIN, fills_in(by="1"), "until Monday 23 September"),
            (ADMIN, presses("Do it"), "Nothing goes out before 09:15"),
            (LEAD, waits_until("2019-08-30 09:14"), ""),
            (
                LEAD,
                waits_until("2019-08-30 09:15"),
                "closes on Monday 23 September 2019, 17:00 (it was to be on Friday 13 September",
            ),
        ],
    )
    assert len(corrections(world, LEAD)) == 1


# What waits


def test_a_window_that_can_still_be_put_back_is_not_moved_on(world: World) -> None:
    world.wait_until("2019-09-13 16:55")
    hold(world, MOVED_A_LITTLE)
    world.wait_until("2019-09-13 17:01")
    assert stands(world)["state"] == "open"
    hold(world, [(ADMIN, presses("Undo"), "Undone")])
    assert stands(world)["state"] == "closed"  # its ordinary time had come: the look that followed closed it


MOVED_A_LITTLE = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Move", QUARTER), "It now closes"),
    (ADMIN, fills_in(closes="2019-09-13 17:00"), "has these dates already"),
    (ADMIN, presses("Move", QUARTER), "It now closes"),
    (ADMIN, fills_in(closes="2019-09-13 17:01"), "Move: Quarter 2"),
    (ADMIN, presses("Do it"), "is moved"),
]
