"""Puts messages into the outbox; a key is used once, so the same message is never put in twice."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.models import Absence, Board, Digest, OutgoingMessage, Person, Return, Window
from remembrancer.models.message import Message, MessageItem, message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import organisation
from remembrancer.reports.message_items import of_return, of_window
from remembrancer.rules.facts import own_time
from remembrancer.rules.people import leave, recipients


def enqueue(
    session: Session,
    to: Person | Board,
    content: Message,
    *,
    key: str,
    kind: str,
    because: str = "",
    now: datetime,
    window: Window | None = None,
    digest: Digest | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    immediate: bool = False,
    showing: str | None = None,
    items: Sequence[MessageItem] = (),
) -> None:
    """Put a message to a person, or to a board's channel, into the outbox, unless its key is there already.

    `because` is the rule that sends it and why its recipient gets it; by default its kind. `items` are what it is
    about; by default its window as a whole.
    """
    if session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == key)).first() is not None:
        return
    row = OutgoingMessage(
        key=key,
        kind=kind,
        person_id=to.id if isinstance(to, Person) else None,
        board_id=to.id if isinstance(to, Board) else None,
        window_id=window.id if window else None,
        digest_id=digest.id if digest else None,
        body=content.model_dump(mode="json"),
        because=because or kind,
        created_at=now,
        not_before=not_before or now,
        expires_at=expires_at,
        immediate=immediate,
        showing=showing or (content.mark if content.follows else None),
    )
    row.set_items(items or ([of_window(session, window)] if window else ()))
    session.add(row)
    session.flush()


def tell_secretaries(
    session: Session,
    window: Window,
    *,
    key: str,
    kind: str,
    text: Callable[[str], str],
    now: datetime,
    ret: Return | None = None,
) -> None:
    """Tell the secretaries of the window's programme in their working hours; `text` is called with each time zone.

    With `ret`, only the secretaries whose boards hear of that return.
    """
    facts = load_facts(session)
    all_of_it = recipients.secretaries(facts, window.programme_id, now)
    for person in [who for who, _ in recipients.secretary(facts, ret, now)] if ret else all_of_it:
        enqueue(
            session,
            person,
            message(text(person.time_zone)),
            key=f"{key}-{person.id}",
            kind=kind,
            now=now,
            window=window,
            not_before=facts.time_of(person).next_in_hours(now),
            items=[of_return(session, ret)] if ret else (),
        )


def next_reachable(session: Session, person: Person, now: datetime) -> datetime:
    """When a message that can wait may reach the person: in working hours and not on leave (rules/people/leave.py)."""
    own = session.exec(select(Absence).where(Absence.person_id == person.id)).all()
    return leave.reached_from(own_time(organisation(session).working_time, person), own, now)
