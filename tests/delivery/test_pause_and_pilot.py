"""What leaves while everything is paused, and in a pilot; and what became of it afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from remembrancer.models import Board, Person, SendState, Window, WindowState
from remembrancer.models.message import message
from remembrancer.scheduler.message_kinds import CARD_SOURCES, recheck
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.deliver import deliver_due
from remembrancer.scheduler.outbox.transport import CannotKnowError, Trouble
from remembrancer.scheduler.prompts.planner import load_subjects, plan_due
from remembrancer.scheduler.windows import advance_windows
from remembrancer.services import sending
from remembrancer.services.outbox import enqueue
from tests.delivery.scripted import (
    AFTER_CLOSE,
    HALF_WAY,
    LEAD,
    NOW,
    OPENING,
    Office,
    crash,
    later,
    trouble,
)
from tests.delivery.sender import PLATFORM

AFTER_LEASE = later(seconds=61)
OTHER, MANAGER, SECRETARY = "lead1@example.org", "manager0@example.org", "sam@example.org"


def ids(session: Session, *emails: str) -> list[int]:
    return [session.exec(select(Person).where(Person.email == email)).one().id or 0 for email in emails]


def decide(office: Office, act: Any, now: datetime = NOW, pilot: tuple[str, ...] = ()) -> bool:
    with Session(office.engine) as session:
        chosen = [ids(session, *pilot)] if pilot else []
        done: bool = act(session, *chosen, now, None)
        session.commit()
        return done


def pause(office: Office, now: datetime = NOW) -> None:
    decide(office, sending.pause, now)


def resume(office: Office, now: datetime = NOW) -> None:
    decide(office, sending.resume, now)


def pilot(office: Office, *emails: str, now: datetime = NOW) -> None:
    decide(office, sending.set_pilot, now, emails)


def end_pilot(office: Office, now: datetime = NOW) -> None:
    decide(office, sending.end_pilot, now)


def conversations(office: Office) -> list[str]:
    return sorted(post.conversation for post in office.chat.posts if post.conversation != "ada@example.org")


def tell_board(office: Office) -> None:
    with Session(office.engine) as session:
        board = session.exec(select(Board)).first()
        assert board is not None
        enqueue(session, board, message("Hello"), key="board", kind="test", because="test", now=NOW)
        session.commit()


def test_while_paused_everything_waits_as_it_is_and_replies_go(office: Office) -> None:
    office.tell()
    tell_board(office)
    office.tell(key="reply", kind="reply", immediate=True)
    before = office.row(), office.row("board")
    pause(office)
    assert office.deliver(later(hours=2)) == 2, "the reply, and the admin's note"
    assert (office.row(), office.row("board")) == before
    assert conversations(office) == [LEAD]
    resume(office, later(hours=3))
    office.deliver(later(hours=3))
    assert office.row().state == office.row("board").state == SendState.SENT


@pytest.mark.parametrize("arrives", [True, False])
def test_what_is_in_doubt_is_settled_only_after_the_resume(office: Office, arrives: bool) -> None:
    office.tell()
    crash(office, arrives=arrives)
    pause(office)
    before = office.row()
    office.deliver(AFTER_LEASE)
    assert (office.row(), office.chat.finds) == (before, 0)
    resume(office, AFTER_LEASE)
    office.deliver(AFTER_LEASE)
    assert (office.row().state, office.chat.finds) == (SendState.SENT, 1)
    assert conversations(office) == [LEAD]


def test_a_reply_in_doubt_is_settled_even_while_paused(office: Office) -> None:
    office.tell(kind="reply", immediate=True)
    crash(office, arrives=True)
    pause(office)
    office.deliver(AFTER_LEASE)
    assert office.row().state == SendState.SENT
    assert conversations(office) == [LEAD]


def test_a_pause_between_two_messages_stops_the_second(office: Office) -> None:
    for key in ("first", "second"):
        office.tell(key=key)
    office.chat.meanwhile = lambda: pause(office)
    office.deliver()
    assert [office.row(key).state for key in ("first", "second")] == [SendState.SENT, SendState.PENDING]


@pytest.mark.both_databases
def test_a_look_that_began_while_paused_sends_nothing_of_what_waits(office: Office) -> None:
    office.tell()
    assert deliver_due(office.engine, {PLATFORM: office.chat}, recheck, NOW, paused=True) == 0
    assert office.deliver() == 1


def test_while_paused_windows_move_and_cards_show_what_is_answered(office: Office) -> None:
    office.look(OPENING)
    pause(office, OPENING)
    office.answer("1")
    office.look(OPENING)
    assert len(office.chat.updates) == 1
    office.look(AFTER_CLOSE)
    assert conversations(office) == [LEAD, OTHER]
    with Session(office.engine) as session:
        assert session.exec(select(Window).where(Window.key == "2019-20-q2")).one().state == WindowState.CLOSED
    resume(office, AFTER_CLOSE)
    office.look(AFTER_CLOSE)
    assert conversations(office) == [LEAD, OTHER, MANAGER, SECRETARY]
    office.look(AFTER_CLOSE + timedelta(hours=4))
    assert conversations(office) == ["#asch-cabinet-committee", LEAD, OTHER, MANAGER, SECRETARY]


@pytest.mark.both_databases
def test_after_a_pause_each_hears_once_what_is_right_now(office: Office) -> None:
    office.plan(OPENING)
    pause(office, OPENING)
    office.look(OPENING)
    office.look(HALF_WAY)
    resume(office, HALF_WAY)
    office.look(HALF_WAY)
    assert [(row.kind, row.state) for row in office.outbox()] == [("opening", "dropped"), ("half_way", "sent")]


def test_in_a_pilot_what_is_planned_for_others_is_withheld_at_once(office: Office) -> None:
    pilot(office, LEAD)
    office.plan(OPENING)
    assert [row.state for row in office.outbox()] == [SendState.PENDING]
    assert [row.state for row in office.outbox(OTHER)] == [SendState.WITHHELD]
    office.look(OPENING)
    assert conversations(office) == [LEAD]


def test_what_was_written_before_a_pilot_to_others_and_to_channels_is_withheld(office: Office) -> None:
    office.tell()
    tell_board(office)
    office.tell(key="reply", kind="reply", immediate=True)
    pilot(office, OTHER)
    office.deliver()
    states = [office.row(key).state for key in ("hello", "board", "reply")]
    assert states == [SendState.WITHHELD, SendState.WITHHELD, SendState.SENT]
    assert office.row().attempts == 0


def test_what_was_answered_before_its_turn_is_dropped_and_not_withheld(office: Office) -> None:
    office.plan(OPENING)
    office.answer("1", "2")
    pilot(office, OTHER, now=OPENING)
    office.deliver(OPENING)
    assert [row.state for row in office.outbox()] == [SendState.DROPPED]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("arrives", "state"), [(True, SendState.SENT), (False, SendState.WITHHELD)], ids=["arrived", "absent"]
)
def test_in_a_pilot_what_is_in_doubt_is_adopted_or_withheld(office: Office, arrives: bool, state: SendState) -> None:
    office.tell()
    crash(office, arrives=arrives)
    pilot(office, OTHER)
    office.deliver(AFTER_LEASE)
    assert office.row().state == state
    assert office.chat.sends == 1 + len([post for post in office.chat.posts if post.conversation == "ada@example.org"])


def test_in_a_pilot_what_nobody_can_know_is_not_sent_again_to_others(office: Office) -> None:
    office.tell()
    office.chat.then, office.chat.finding = [trouble(Trouble.DOUBT)], [CannotKnowError()]
    office.deliver()
    pilot(office, OTHER)
    office.deliver(later(minutes=1))
    assert office.row().state == SendState.WITHHELD
    assert conversations(office) == []


def test_a_later_message_that_is_withheld_drops_no_earlier_one(office: Office) -> None:
    office.plan(OPENING)
    pilot(office, OTHER, now=OPENING)
    office.plan(HALF_WAY)
    assert [(row.kind, row.state) for row in office.outbox()] == [("opening", "pending"), ("half_way", "withheld")]
    office.deliver(HALF_WAY)
    assert [(row.kind, row.state) for row in office.outbox()] == [("opening", "withheld"), ("half_way", "withheld")]


def test_ending_a_pilot_has_the_others_asked_the_latest_once(office: Office) -> None:
    pilot(office, LEAD)
    office.look(OPENING)
    office.look(HALF_WAY)
    end_pilot(office, HALF_WAY)
    office.look(HALF_WAY)
    office.look(HALF_WAY + timedelta(hours=1))
    assert conversations(office) == [LEAD, LEAD, OTHER]
    rows = [(row.kind, row.state) for row in office.outbox(OTHER)]
    assert rows == [("opening", "withheld"), ("half_way", "withheld"), ("half_way", "sent")]


def test_two_pilots_one_after_the_other_lose_nobody(office: Office) -> None:
    for _ in range(2):
        pilot(office, LEAD, now=OPENING)
        office.look(OPENING)
        end_pilot(office, OPENING)
    office.look(OPENING)
    assert conversations(office) == [LEAD, OTHER]
    assert [row.state for row in office.outbox(OTHER)] == [SendState.WITHHELD, SendState.WITHHELD, SendState.SENT]


def test_widening_a_pilot_lets_out_what_is_told_of_its_people_and_no_more(office: Office) -> None:
    pilot(office, LEAD, MANAGER)
    office.look(AFTER_CLOSE)
    assert [office.prompts(row) for row in office.outbox(MANAGER)] == [2, 2]
    assert sorted(row.state for row in office.outbox(MANAGER)) == [SendState.SENT, SendState.WITHHELD]
    pilot(office, LEAD, MANAGER, OTHER, now=AFTER_CLOSE)
    office.look(AFTER_CLOSE)
    assert [row.state for row in office.outbox(MANAGER)].count(SendState.SENT) == 2


def test_what_is_planned_by_a_pilot_that_is_over_is_not_withheld_for_ever(office: Office) -> None:
    pilot(office, LEAD)
    while advance_windows(office.engine, OPENING):
        pass
    loaded = load_subjects(office.engine, OPENING)
    assert loaded is not None
    end_pilot(office, OPENING)
    plan_due(office.engine, *loaded, OPENING)
    assert office.outbox(OTHER) == []
    office.look(OPENING)
    assert conversations(office) == [LEAD, OTHER]


def test_deciding_what_is_so_already_changes_nothing(office: Office) -> None:
    assert not decide(office, sending.resume)
    assert not decide(office, sending.end_pilot)
    assert decide(office, sending.pause)
    assert not decide(office, sending.pause)
    assert decide(office, sending.set_pilot, pilot=(LEAD,))
    assert not decide(office, sending.set_pilot, pilot=(LEAD,))


def test_posted_cards_of_people_outside_a_pilot_still_show_what_is_so(office: Office) -> None:
    office.look(OPENING)
    pilot(office, OTHER, now=OPENING)
    office.answer("1")
    assert refresh_cards(office.engine, {PLATFORM: office.chat}, CARD_SOURCES, OPENING).updated == 1


@pytest.mark.both_databases
def test_two_who_decide_at_once_for_the_first_time_both_do(office: Office) -> None:
    with ThreadPoolExecutor() as pool, Session(office.engine) as session:
        sending.pause(session, NOW, None)
        session.flush()
        other = pool.submit(decide, office, sending.set_pilot, NOW, (LEAD,))
        with pytest.raises(TimeoutError):
            other.result(timeout=0.5)
        session.commit()
        assert other.result(timeout=20)
    with Session(office.engine) as session:
        now = sending.current_sending(session)
        assert (now.paused_at, now.pilot) == (NOW, ids(session, LEAD))
