"""Computes what posted replies that are kept up to date should show (see cards/live_replies.py)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from remembrancer.cards.live_replies import SHOWN_ONCE, current_card
from remembrancer.models import OutgoingMessage, Person, Prompt
from remembrancer.models.message import Message
from remembrancer.queries.batches import chunks
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context

UPDATED_REPLIES = and_(
    col(OutgoingMessage.kind).in_(("reply", "disowned")),
    col(OutgoingMessage.digest_id).is_(None),
    col(OutgoingMessage.person_id).is_not(None),
    col(OutgoingMessage.showing).is_not(None),
    col(OutgoingMessage.id).not_in(select(Prompt.message_id)),
)
"""Selects the replies that are kept up to date; cards of prompts and of digest drafts are handled elsewhere."""


def current_replies(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Yield each card with its current content for its addressee, and whether that is final."""
    facts, bodies = load_facts(session) if rows else None, _bodies(session, [stored_id(row.id) for row in rows])
    newest = _newest(session, {row.person_id for row in rows if row.person_id is not None})
    for row in rows:
        if facts is not None:
            person, posted = session.get_one(Person, row.person_id), Message.model_validate(bodies[stored_id(row.id)])
            context = Context(session=session, person=person, now=now, event="", facts=facts)
            is_newest = newest.get((row.person_id, posted.follows), row.id) == row.id
            yield row, *current_card(context, posted, is_newest)


def _newest(session: Session, people: Collection[int]) -> dict[tuple[int | None, str], int | None]:
    """Return the id of the newest reply to each of these people that shows a draft or a preview, by what it follows."""
    follows = col(OutgoingMessage.body)["follows"].as_string()
    shows_one = or_(*(follows.startswith(f"{name} ") for name in SHOWN_ONCE))
    found: dict[tuple[int | None, str], int | None] = {}
    for some in chunks(sorted(people)):
        query = select(OutgoingMessage.person_id, follows, func.max(OutgoingMessage.id))
        is_live = (col(OutgoingMessage.kind) == "reply", col(OutgoingMessage.settled).is_(False))
        query = query.where(col(OutgoingMessage.person_id).in_(some), *is_live, shows_one)
        rows = session.exec(query.group_by(col(OutgoingMessage.person_id), follows))
        found |= {(person_id, each): newest for person_id, each, newest in rows}
    return found


def _bodies(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Return the stored content of these messages by id, loaded in batches."""
    found: dict[int, Any] = {}
    for some in chunks(ids):
        query = select(OutgoingMessage.id, OutgoingMessage.body).where(col(OutgoingMessage.id).in_(some))
        found |= {stored_id(id): body for id, body in session.exec(query)}
    return found
