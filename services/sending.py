"""Pauses all sending and runs pilots; other admins are told, and withheld prompts are planned again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.models import (
    AuditEvent,
    Digest,
    DigestState,
    OutgoingMessage,
    Person,
    Prompt,
    SendingState,
    SendState,
)
from remembrancer.models.message import message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.prompt_kinds import answerers
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.pilot import is_kept_back
from remembrancer.rules.prompts.subjects import prompt_key
from remembrancer.services.audit import record_event
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render

SUBJECT = "sending"
PILOT_ACTS = ("pilot_begun", "pilot_ended")


def current_sending(session: Session, share: bool = False) -> SendingState:
    """The state of sending; with `share` it is locked against changes until the transaction ends.

    If nothing was ever decided, the row returned is not in the session.
    """
    lock = {"read": True} if share else None
    return session.get(SendingState, 1, with_for_update=lock, populate_existing=share) or SendingState()


def lock_sending_state(session: Session) -> SendingState:
    """The state of sending, locked for a change; it is created if there is none."""
    found = session.get(SendingState, 1, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(SendingState(id=1))
    except IntegrityError:
        # Another process created the row at the same moment.
        session.expire_all()
    return session.get_one(SendingState, 1, with_for_update=True, populate_existing=True)


@dataclass(frozen=True)
class Situation:
    """The state of sending with names; `paused_by` and `pilot_by` are empty for the command line."""

    paused_at: datetime | None
    paused_by: str
    pilot: tuple[Person, ...] | None
    pilot_since: datetime | None
    pilot_by: str


def sending_summary(session: Session) -> Situation:
    """The present state of sending, with names."""
    now = current_sending(session)
    begun = _last(session, PILOT_ACTS) if now.pilot is not None else None
    return Situation(
        paused_at=now.paused_at,
        paused_by=_name(session, now.paused_by_id),
        pilot=None if now.pilot is None else tuple(_people(session, now.pilot)),
        pilot_since=begun.at if begun else None,
        pilot_by=_name(session, begun.person_id if begun else None),
    )


def _last(session: Session, acts: Iterable[str]) -> AuditEvent | None:
    query = select(AuditEvent).where(AuditEvent.subject == SUBJECT, col(AuditEvent.act).in_(acts))
    return session.exec(query.order_by(col(AuditEvent.id).desc())).first()


def _name(session: Session, person_id: int | None) -> str:
    return session.get_one(Person, person_id).name if person_id is not None else ""


def _people(session: Session, ids: Collection[int]) -> list[Person]:
    return list(session.exec(select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.name))))


def pause(session: Session, now: datetime, by: int | None) -> bool:
    """Send nothing but replies; False if paused already."""
    row = lock_sending_state(session)
    if row.paused_at is not None:
        return False
    row.paused_at, row.paused_by_id = now, by
    _done(session, "paused", now, by)
    return True


def resume(session: Session, now: datetime, by: int | None) -> bool:
    """Resume sending; False if nothing was paused. Secretaries' hours for reviewing drafts start again."""
    row = lock_sending_state(session)
    if row.paused_at is None:
        return False
    row.paused_at, row.paused_by_id = None, None
    for digest in session.exec(select(Digest).where(Digest.state == DigestState.DRAFT)):
        digest.made_at = now
    _done(session, "resumed", now, by)
    return True


def set_pilot(session: Session, chosen: Collection[int], now: datetime, by: int | None) -> bool:
    """Message only these people (ids, at least one), in a new pilot or the one that runs; False if nothing changes."""
    row = lock_sending_state(session)
    if row.pilot is not None and set(row.pilot) == set(chosen):
        return False
    act = "pilot_begun" if row.pilot is None else "pilot_changed"
    row.pilot = sorted(chosen)
    session.flush()
    _forget_released(session, now)
    emails = [person.email for person in _people(session, chosen)]
    _done(session, act, now, by, people=emails)
    return True


def end_pilot(session: Session, now: datetime, by: int | None) -> bool:
    """Message everybody again; False if no pilot runs."""
    row = lock_sending_state(session)
    if row.pilot is None:
        return False
    row.pilot = None
    session.flush()
    _forget_released(session, now)
    _done(session, "pilot_ended", now, by)
    return True


def released_prompts(session: Session, facts: Facts, now: datetime) -> list[tuple[Prompt, OutgoingMessage]]:
    """The withheld prompts, with their messages, that these facts would not withhold and that are still wanted."""
    query = select(Prompt, OutgoingMessage).where(
        Prompt.message_id == OutgoingMessage.id, OutgoingMessage.state == SendState.WITHHELD
    )
    found = session.exec(query).all()
    asked = answerers(session, facts, [prompt for prompt, _ in found], now)
    return [
        (prompt, row)
        for prompt, row in found
        if prompt.id in asked and not is_kept_back(facts, prompt.person_id, prompt.to, asked[prompt.id])
    ]


def facts_after(session: Session, facts: Facts, now: datetime, *, paused: bool, pilot: Collection[int] | None) -> Facts:
    """The facts as a decision would make them; prompts that it releases count as never sent."""
    then = replace(facts, paused=paused, pilot=None if pilot is None else frozenset(pilot))
    freed = {prompt_key(prompt) for prompt, _ in released_prompts(session, then, now)}
    return replace(then, prompted=set(facts.prompted) - freed)


def _forget_released(session: Session, now: datetime) -> None:
    """Delete the withheld prompts that are released, so that the next tick plans them again.

    Their messages stay as a record, under a changed key, so that the same message may be sent.
    """
    for prompt, row in released_prompts(session, load_facts(session), now):
        row.key = row.key if row.key.startswith("withheld-") else f"withheld-{row.id}-{row.key}"
        session.delete(prompt)
    session.flush()


def _done(session: Session, act: str, now: datetime, by: int | None, **detail: object) -> None:
    """Record the act, and tell the other admins in their working hours, even while sending is paused."""
    record_event(session, now, by, act, SUBJECT, **detail)
    session.flush()
    event = _last(session, [act])
    facts, situation_now = load_facts(session), sending_summary(session)
    for admin in recipients.admins(facts):
        if admin.id != by:
            text = render("messages/sending_changed.md", act=act, who=_name(session, by), stands=situation_now)
            enqueue(
                session,
                admin,
                message(text),
                key=f"sending-{stored_id(event.id if event else None)}-{admin.id}",
                kind="sending",
                because=act,
                now=now,
                not_before=facts.time_of(admin).next_in_hours(now),
                immediate=True,
            )
