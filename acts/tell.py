"""Putting messages into the outbox. The key is the delivery's own: the same message is never put in twice."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from acts.facts import load_facts
from acts.lookups import organisation
from bot.message import Message, message
from models import Absence, Board, Digest, OutgoingMessage, Person, Window
from rules import people
from rules.working_time import DAY, at


def tell(
    session: Session,
    to: Person | Board,
    content: Message,
    *,
    key: str,
    kind: str,
    because: str,
    now: datetime,
    window: Window | None = None,
    digest: Digest | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    immediate: bool = False,
) -> None:
    """Put a message to a person or to a board's channel into the outbox, unless it is there already."""
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
        because=because,
        created_at=now,
        not_before=not_before or now,
        expires_at=expires_at,
        immediate=immediate,
    )
    session.add(row)
    session.flush()


def tell_secretaries(
    session: Session, window: Window, *, key: str, kind: str, text: Callable[[str], str], now: datetime
) -> None:
    """Tell those who look after the window's programme, in their next working hours; `text` is given their zone."""
    facts = load_facts(session)
    for person in people.secretaries(facts, window.programme_id, now):
        tell(
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


def next_at_work(session: Session, person: Person, now: datetime) -> datetime:
    """When something that is not urgent may be said: in the person's hours, and not while they are on leave."""
    time, zone = organisation(session).working_time, person.time_zone
    leave = session.exec(select(Absence).where(Absence.person_id == person.id)).all()
    moment = time.next_in_hours(now, zone)
    while away := [each for each in leave if each.first_day <= _day(moment, zone) <= each.last_day]:
        moment = time.next_in_hours(at(max(each.last_day for each in away) + DAY, time.starts, zone), zone)
    return moment


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
