"""When a message goes, and when there is no longer anything to say."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from remembrancer.models import Board, Person, SendState, Window
from remembrancer.models.message import message
from remembrancer.services.outbox import enqueue
from remembrancer.services.windows import move_window
from tests.delivery.scripted import (
    CLOSING_MORNING,
    HALF_WAY,
    LEAD,
    OPENING,
    Office,
    at,
)

EVENING = at("2019-08-28 20:00")
MORNING = at("2019-08-29 09:00")
FRIDAY_EVENING = at("2019-08-30 17:30")
MONDAY_MORNING = at("2019-09-02 09:00")


def quarter(session: Session) -> Window:
    return session.exec(select(Window).where(Window.key == "2019-20-q2")).one()


@pytest.mark.parametrize(("said", "goes"), [(EVENING, MORNING), (FRIDAY_EVENING, MONDAY_MORNING)])
def test_what_is_said_out_of_hours_waits_for_the_next_working_morning(
    office: Office, said: datetime, goes: datetime
) -> None:
    office.tell(said)
    assert office.deliver(said) == 0
    assert office.deliver(goes - timedelta(seconds=1)) == 0
    assert office.deliver(goes) == 1


@pytest.mark.both_databases
def test_the_hours_are_those_of_whoever_is_told(office: Office) -> None:
    with Session(office.engine) as session:
        session.exec(select(Person).where(Person.email == LEAD)).one().time_zone = "America/New_York"
        session.commit()
    office.tell(MORNING)
    assert office.deliver(MORNING) == 0
    assert office.deliver(MORNING.replace(hour=13, minute=59)) == 0
    assert office.deliver(MORNING.replace(hour=14)) == 1


def test_a_reply_goes_at_any_hour(office: Office) -> None:
    office.tell(EVENING, immediate=True)
    assert office.deliver(EVENING) == 1


def test_a_board_hears_at_any_hour(office: Office) -> None:
    with Session(office.engine) as session:
        board = session.exec(select(Board)).first()
        assert board is not None
        window = quarter(session)
        enqueue(session, board, message("Hello"), key="hello", kind="test", because="test", window=window, now=EVENING)
        session.commit()
    assert office.deliver(EVENING) == 1
    assert office.chat.posts[0].conversation.startswith("#")


def test_what_would_be_stale_by_morning_goes_now(office: Office) -> None:
    office.tell(EVENING, expires_at=MORNING)
    assert office.deliver(EVENING) == 1


def test_what_is_stale_is_dropped(office: Office) -> None:
    office.tell(MORNING, expires_at=MORNING + timedelta(minutes=1))
    assert office.deliver(MORNING + timedelta(minutes=1)) == 0
    assert office.row().state == SendState.DROPPED


def test_nothing_goes_before_its_time(office: Office) -> None:
    office.tell(MORNING, not_before=MORNING + timedelta(hours=1))
    assert office.deliver(MORNING) == 0
    assert office.deliver(MORNING + timedelta(hours=1)) == 1


def test_whoever_has_no_account_loses_nothing_and_holds_up_nobody(office: Office) -> None:
    office.move_account(None)
    office.tell(MORNING)
    office.plan(OPENING)
    assert office.deliver(OPENING) == 1, "the other lead's"
    assert (office.row().state, office.row().problem) == (SendState.PENDING, "no chat account")
    office.move_account("new conversation")
    assert office.deliver(OPENING + timedelta(minutes=15)) == 2
    assert {row.state for row in office.outbox()} == {SendState.SENT}


def test_a_prompt_whose_returns_were_all_answered_is_dropped(office: Office) -> None:
    office.plan(OPENING)
    office.answer("1", "2")
    assert office.deliver(OPENING) == 1
    assert [row.state for row in office.outbox()] == [SendState.DROPPED]
    assert LEAD not in {post.conversation for post in office.chat.posts}


@pytest.mark.both_databases
def test_a_prompt_one_of_whose_returns_was_answered_asks_for_the_other_alone(office: Office) -> None:
    office.plan(OPENING)
    office.answer("1")
    office.deliver(OPENING)
    text = next(post.text for post in office.chat.posts if post.conversation == LEAD)
    assert "Activity 2" in text
    assert "Activity 1" not in text


def test_a_prompt_that_a_later_one_says_again_is_dropped(office: Office) -> None:
    office.plan(OPENING)
    office.plan(HALF_WAY)
    office.deliver(HALF_WAY)
    assert [(row.kind, row.state) for row in office.outbox()] == [("opening", "dropped"), ("half_way", "sent")]


def test_a_prompt_of_a_schedule_that_was_changed_is_dropped_and_said_anew(office: Office) -> None:
    office.plan(OPENING)
    with Session(office.engine) as session:
        window = quarter(session)
        move_window(session, window, window.opens_at, window.closes_at + timedelta(days=7), OPENING, None)
        session.commit()
    office.plan(OPENING)
    office.deliver(OPENING)
    assert [(row.kind, row.state) for row in office.outbox()] == [("opening", "dropped"), ("opening", "sent")]


def test_a_reminder_that_was_not_sent_by_the_close_is_dropped(office: Office) -> None:
    office.plan(CLOSING_MORNING)
    office.deliver(at("2019-09-13 17:00"))
    assert [row.state for row in office.outbox()] == [SendState.DROPPED]


@pytest.mark.both_databases
def test_the_close_digest_is_posted_that_evening_by_a_look_a_second_after_the_close(office: Office) -> None:
    close = at("2019-09-13 17:00") + timedelta(seconds=1)
    office.look(OPENING)
    office.look(at("2019-09-13 13:00"))  # the secretary's draft
    office.look(close)
    channels = {post.conversation for post in office.chat.posts if post.conversation.startswith("#")}
    assert channels == {"#asch-cabinet-committee"}
