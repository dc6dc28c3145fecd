"""Putting messages into the outbox. The key is the delivery's own: the same message is never put in twice."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, select

from acts.facts import load_facts
from bot.message import Message, message
from models import Board, OutgoingMessage, Person, Window
from rules import people
from rules.facts import known


def tell_person(
    session: Session,
    person: Person,
    content: Message,
    *,
    key: str,
    kind: str,
    because: str,
    now: datetime,
    window: Window | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    immediate: bool = False,
) -> OutgoingMessage | None:
    """Put a message to a person into the outbox; None where it is there already."""
    if _is_there(session, key):
        return None
    row = OutgoingMessage(
        key=key,
        kind=kind,
        person_id=known(person.id),
        window_id=window.id if window else None,
        body=content.model_dump(mode="json"),
        because=because,
        created_at=now,
        not_before=not_before or now,
        expires_at=expires_at,
        immediate=immediate,
    )
    session.add(row)
    session.flush()
    return row


def tell_board(
    session: Session,
    board: Board,
    content: Message,
    *,
    key: str,
    kind: str,
    because: str,
    now: datetime,
    not_before: datetime,
    window: Window,
) -> OutgoingMessage | None:
    """Put a message to a board's channel into the outbox; None where it is there already."""
    if _is_there(session, key):
        return None
    row = OutgoingMessage(
        key=key,
        kind=kind,
        board_id=known(board.id),
        window_id=window.id,
        body=content.model_dump(mode="json"),
        because=because,
        created_at=now,
        not_before=not_before,
    )
    session.add(row)
    session.flush()
    return row


def tell_secretaries(
    session: Session, window: Window, *, key: str, kind: str, text: Callable[[str], str], now: datetime
) -> None:
    """Tell those who look after the window's programme, in their next working hours; `text` is given their zone."""
    facts = load_facts(session)
    for person in people.secretaries(facts, window.programme_id, now):
        tell_person(
            session,
            person,
            message(text(person.time_zone)),
            key=f"{key}-{person.id}",
            kind=kind,
            because=kind,
            now=now,
            window=window,
            not_before=facts.time.next_in_hours(now, person.time_zone),
        )


def _is_there(session: Session, key: str) -> bool:
    return session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == key)).first() is not None
