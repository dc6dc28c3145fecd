"""A card that was posted shows what is so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from remembrancer.models import ChatAccount, OutgoingMessage, SendState
from remembrancer.scheduler.message_kinds import CARD_SOURCES
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.services.chat_accounts import mark_working
from tests.delivery.scripted import AFTER_CLOSE, AFTER_LOCK, LEAD, OPENING, Office, at, trouble
from tests.delivery.sender import PLATFORM

CLOSE = at("2019-09-13 17:00")


def refresh(office: Office, now: datetime = AFTER_LOCK) -> int:
    return refresh_cards(office.engine, {PLATFORM: office.chat}, CARD_SOURCES, now).updated


def card(office: Office) -> OutgoingMessage:
    return office.outbox()[0]


@pytest.fixture
def posted(office: Office) -> Office:
    """Both leads were asked for their two activities."""
    office.plan(OPENING)
    office.deliver(OPENING)
    return office


def test_a_card_that_shows_what_is_so_is_left_alone(posted: Office) -> None:
    assert refresh(posted) == 0
    assert posted.chat.updates == []


def test_a_card_shows_an_answer_and_is_updated_once(posted: Office) -> None:
    before = card(posted).showing
    posted.answer("1")
    assert refresh(posted) == 1
    assert refresh(posted) == 0
    assert card(posted).showing != before
    assert len(posted.chat.updates) == 1


@pytest.mark.parametrize("kind", [Trouble.AGAIN, Trouble.DOUBT])
def test_an_update_that_failed_is_tried_again(posted: Office, kind: Trouble) -> None:
    posted.answer("1")
    posted.chat.updating = [trouble(kind)]
    assert refresh(posted) == 0
    assert refresh(posted) == 1
    assert len(posted.chat.updates) == 1


def gone() -> SendError:
    error = trouble(Trouble.BROKEN)
    error.is_gone = True
    return error


@pytest.mark.parametrize("error", [gone(), trouble(Trouble.OURS)])
def test_a_card_that_can_no_longer_be_updated_is_left_alone(posted: Office, error: SendError) -> None:
    posted.answer("1")
    posted.chat.updating = [error]
    refresh(posted)
    assert refresh(posted) == 0
    assert posted.chat.updates == []
    assert card(posted).settled
    assert problem_of(LEAD, posted) is None


def problem_of(email: str, office: Office) -> str | None:
    with Session(office.engine) as session:
        return session.exec(select(ChatAccount.problem).where(ChatAccount.conversation == email)).one()


def test_a_card_whose_person_is_not_reached_for_now_is_brought_up_to_date_once_they_are(posted: Office) -> None:
    posted.answer("1")
    posted.chat.updating = [trouble(Trouble.BROKEN)]
    assert refresh(posted) == 0
    assert not card(posted).settled
    assert problem_of(LEAD, posted) == "it was broken"
    assert refresh(posted) == 0
    assert posted.chat.updates == [], "nobody knocks at a door that is shut"
    with Session(posted.engine) as session:
        mark_working(
            session, session.exec(select(ChatAccount).where(ChatAccount.conversation == LEAD)).one(), AFTER_LOCK
        )
        session.commit()
    assert refresh(posted) == 1
    assert len(posted.chat.updates) == 1


def test_a_card_where_its_person_is_reached_no_more_is_left_alone(posted: Office) -> None:
    posted.answer("1")
    with Session(posted.engine) as session:
        account = session.exec(select(ChatAccount).where(ChatAccount.conversation == LEAD)).one()
        account.conversation = "elsewhere"
        session.commit()
    posted.chat.updating = [trouble(Trouble.BROKEN)]
    refresh(posted)
    assert refresh(posted) == 0
    assert card(posted).settled
    assert problem_of("elsewhere", posted) is None


def test_an_update_that_fails_holds_up_no_other_card(posted: Office) -> None:
    posted.answer("1", "3")
    posted.chat.updating = [trouble(Trouble.AGAIN)]
    refresh(posted)
    assert len(posted.chat.updates) == 1


@pytest.mark.both_databases
def test_a_crash_between_an_update_and_its_record_repeats_the_update_alone(posted: Office) -> None:
    posted.answer("1")
    posted.chat.updating = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        refresh(posted)
    assert refresh(posted) == 1
    assert len(posted.chat.posts) == 2


@pytest.mark.both_databases
def test_an_answer_changed_while_the_card_was_being_updated_is_shown_by_the_next_look(posted: Office) -> None:
    posted.answer("1")
    refresh(posted)
    posted.answer("2")
    assert refresh(posted) == 1
    assert len(posted.chat.updates) == 2


def look_through(office: Office, *moments: datetime) -> None:
    for moment in moments:
        office.look(moment)


def test_a_card_settles_at_the_lock_and_is_not_looked_at_again(posted: Office) -> None:
    look_through(posted, CLOSE, AFTER_CLOSE)
    assert not card(posted).settled
    look_through(posted, AFTER_LOCK)
    assert card(posted).settled
    look_through(posted, AFTER_LOCK + timedelta(hours=5))  # the board is told, after its secretary had her hours
    told = len(posted.chat.updates)
    look_through(posted, AFTER_LOCK + timedelta(days=1))
    assert len(posted.chat.updates) == told


@contextmanager
def after_reading(engine: Engine, table: str, act: Callable[[], object]) -> Iterator[None]:
    """Act once, as soon as the first statement that names a table has been read."""
    acts = [act]

    def listener(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if table in statement and acts:
            acts.pop()()

    event.listen(engine, "after_cursor_execute", listener)
    yield
    event.remove(engine, "after_cursor_execute", listener)
    assert not acts, "nothing of the kind was read"


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_message_that_another_sender_records_while_cards_are_read_is_left_to_the_next_look(office: Office) -> None:
    office.plan(OPENING)
    deliver = partial(office.deliver, OPENING)
    with after_reading(office.engine, "outgoing_message", deliver):
        refresh(office)
    assert {row.state for row in office.outbox()} == {SendState.SENT}
    office.answer("1")
    assert refresh(office) == 1
