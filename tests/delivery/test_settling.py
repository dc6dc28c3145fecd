"""What follows from an admin's act waits while it can be undone, and nothing is lost when it is."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from remembrancer.models import SendState, Window
from remembrancer.rules.windows.changes import UNDO, WindowAct, WindowActName
from remembrancer.scheduler.windows import advance_windows
from remembrancer.services.window_changes import change_window, undo_window
from tests.delivery.scripted import OPENING, Office


def act(office: Office, name: WindowActName, days: int = 0) -> None:
    with Session(office.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        closes_at = window.closes_at + timedelta(days=days) if days else None
        change_window(session, window, WindowAct(name, closes_at=closes_at), OPENING, None)
        session.commit()


def undo(office: Office) -> None:
    with Session(office.engine) as session:
        undo_window(session, session.exec(select(Window).where(Window.key == "2019-20-q2")).one(), OPENING, None)
        session.commit()


@pytest.mark.both_databases
def test_a_message_about_a_window_that_may_be_put_back_waits_and_goes_once_it_is(office: Office) -> None:
    office.plan(OPENING)
    act(office, WindowActName.EXTEND, 7)
    assert office.deliver(OPENING) == 0
    assert {row.state for row in office.outbox()} == {SendState.PENDING}
    undo(office)
    assert office.deliver(OPENING + UNDO) == 2, "both leads hear"
    assert {(row.kind, row.state) for row in office.outbox()} == {("opening", SendState.SENT)}


def test_a_message_of_the_old_dates_is_dropped_once_the_act_has_settled(office: Office) -> None:
    office.plan(OPENING)
    act(office, WindowActName.EXTEND, 7)
    assert office.deliver(OPENING) == 0
    assert office.deliver(OPENING + UNDO) == 0
    assert [row.state for row in office.outbox()] == [SendState.DROPPED]
    office.plan(OPENING + UNDO)
    assert office.deliver(OPENING + UNDO) == 2, "both leads hear the new dates"


def test_a_reply_waits_for_nothing(office: Office) -> None:
    office.plan(OPENING)
    act(office, WindowActName.EXTEND, 7)
    with Session(office.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
    office.tell(OPENING, immediate=True, window=window)
    assert office.deliver(OPENING) == 1
    assert [row.state for row in office.outbox()] == [SendState.PENDING, SendState.SENT]


def test_a_window_is_not_locked_while_its_closing_can_be_undone(office: Office) -> None:
    office.plan(OPENING)
    act(office, WindowActName.CLOSE)
    with Session(office.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        window.late_until = window.closes_at
        session.commit()
    assert not advance_windows(office.engine, OPENING + UNDO - timedelta(seconds=1))
    assert advance_windows(office.engine, OPENING + UNDO)


def test_a_window_whose_time_comes_meanwhile_closes_once_the_act_has_settled(office: Office) -> None:
    office.plan(OPENING)
    act(office, WindowActName.MOVE, 14)
    with Session(office.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        window.closes_at = OPENING + timedelta(minutes=5)
        session.commit()
    assert not advance_windows(office.engine, OPENING + timedelta(minutes=5))
    assert advance_windows(office.engine, OPENING + UNDO)
