"""Changes to returns: answers given, sent back, accepted, delegated, snoozed; every version is kept."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.models import (
    Draft,
    Item,
    OutgoingMessage,
    Return,
    ReturnState,
    ReturnVersion,
    SendState,
    Snooze,
    Window,
)
from remembrancer.queries.organisation import get
from remembrancer.queries.returns import current
from remembrancer.rules.facts import stored_id
from remembrancer.services.audit import record_event


def subject(session: Session, ret: Return) -> str:
    item: Item = get(session, Item, ret.item_id)
    window: Window = get(session, Window, ret.window_id)
    return f"return {window.key} {item.ref}"


def store_answer(
    session: Session,
    ret: Return,
    answers: dict[str, Any],
    now: datetime,
    by: int | None,
    came_from: str,
    on_behalf_of: int | None = None,
) -> ReturnVersion:
    """Store an answer as a new version, and delete its draft; the same answer again adds no version.

    An answer voids a claim that the return is not the lead's.
    """
    newest = current(session, ret)
    repeated = newest is not None and newest.answers == answers and newest.given_by_id == by
    if newest is not None and repeated and ret.state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED):
        return newest
    ret.versions += 1
    ret.state = ReturnState.SUBMITTED
    drop_claim(session, ret)
    version = ReturnVersion(
        return_id=stored_id(ret.id),
        number=ret.versions,
        answers=answers,
        given_by_id=by,
        on_behalf_of_id=on_behalf_of,
        given_at=now,
        came_from=came_from,
    )
    session.add(version)
    if by is not None:
        drop_draft(session, ret, by)
    record_event(session, now, by, "answered", subject(session, ret), version=ret.versions, on_behalf_of=on_behalf_of)
    return version


def send_back(session: Session, ret: Return, reason: str, now: datetime, by: int) -> None:
    """Return an answer to its lead with a reason; it is asked for again."""
    ret.state, ret.returned_at, ret.returned_reason = ReturnState.RETURNED, now, reason
    record_event(session, now, by, "returned", subject(session, ret), reason=reason)


def accept(session: Session, ret: Return, now: datetime, by: int) -> None:
    ret.state = ReturnState.ACCEPTED
    record_event(session, now, by, "accepted", subject(session, ret))


def chase(session: Session, ret: Return, now: datetime, by: int) -> None:
    """Ask for the return again now, despite any snooze."""
    ret.chased_at = now
    record_event(session, now, by, "chased", subject(session, ret))


def restate(
    session: Session, ret: Return, answers: dict[str, Any], reason: str, now: datetime, by: int
) -> ReturnVersion:
    """Store a new value in a locked window. Digests stay as they were posted; later comparisons use the new value."""
    ret.versions, ret.state = ret.versions + 1, ReturnState.ACCEPTED
    version = ReturnVersion(
        return_id=stored_id(ret.id),
        number=ret.versions,
        answers=answers,
        given_by_id=by,
        given_at=now,
        came_from="restated",
        restated_reason=reason,
    )
    session.add(version)
    drop_draft(session, ret, by)
    record_event(session, now, by, "restated", subject(session, ret), version=ret.versions, reason=reason)
    return version


def delegate(session: Session, ret: Return, to: int | None, now: datetime, by: int) -> None:
    """Have another person asked for this return; None gives it back to its lead."""
    ret.delegate_id = to
    record_event(session, now, by, "delegated", subject(session, ret), to=to)


def snooze(session: Session, ret: Return, person_id: int, until: datetime, now: datetime) -> None:
    """Do not remind this person of the return before a moment."""
    query = select(Snooze).where(Snooze.return_id == ret.id, Snooze.person_id == person_id)
    window: Window = get(session, Window, ret.window_id)
    row = session.exec(query).first()
    row = row or Snooze(return_id=stored_id(ret.id), person_id=person_id, until=until, revision=window.revision)
    row.until, row.revision = until, window.revision
    session.add(row)
    record_event(session, now, person_id, "snoozed", subject(session, ret), until=until.isoformat())


def claim_key(ret: Return) -> str:
    """The prefix of the keys of messages about the claim on this return."""
    return f"disowned-{ret.id}-"


def drop_claim(session: Session, ret: Return) -> None:
    """Drop the claim on the return, and its unsent messages."""
    if ret.disowned_by_id is None:
        return
    ret.disowned_by_id = ret.disowned_to_id = ret.disowned_reason = None
    query = select(OutgoingMessage).where(
        col(OutgoingMessage.key).startswith(claim_key(ret)), OutgoingMessage.state == SendState.PENDING
    )
    for row in session.exec(query):
        row.state = SendState.DROPPED


def draft_of(session: Session, ret: Return, person_id: int) -> Draft | None:
    query = select(Draft).where(Draft.return_id == ret.id, Draft.person_id == person_id)
    return session.exec(query).first()


def keep_draft(
    session: Session,
    ret: Return,
    person_id: int,
    answers: dict[str, Any],
    now: datetime,
    version: int | None = None,
    said: str = "",
    replaced: dict[str, Any] | None = None,
    offered: dict[str, Any] | None = None,
) -> Draft:
    """Store an unfinished answer as the person's draft. `version` is the answer from which it was begun, if known.

    `said` are the words that made it so, `replaced` the values that they took the place of, and `offered` what they
    mention without setting it.
    """
    draft = draft_of(session, ret, person_id)
    before = dict(draft.answers) if draft else None
    begun_from = ret.versions if version is None else version
    draft = draft or Draft(
        return_id=stored_id(ret.id), person_id=person_id, answers={}, saved_at=now, version=begun_from
    )
    draft.answers, draft.saved_at = answers, now
    draft.said, draft.before, draft.replaced = said, before, replaced or {}
    draft.offered = offered or {}
    draft.version = draft.version if version is None else version
    session.add(draft)
    return draft


def take_back_words(session: Session, person_id: int, words: str) -> bool:
    """Put the person's drafts back to what they were before these words were said to them; whether there were any."""
    drafts = session.exec(select(Draft).where(Draft.person_id == person_id, Draft.said == words)).all()
    for draft in drafts if words else ():
        if draft.before is None:
            session.delete(draft)
        else:
            draft.answers, draft.said, draft.replaced, draft.offered = draft.before, "", {}, {}
    session.flush()
    return bool(words and drafts)


def drop_draft(session: Session, ret: Return, person_id: int) -> None:
    draft = draft_of(session, ret, person_id)
    if draft is not None:
        session.delete(draft)
