"""Computes what posted replies that are kept up to date should show (see cards/live_replies.py)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, select

from remembrancer.cards.live_replies import current_card
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
    for row in rows:
        if facts is not None:
            person = session.get_one(Person, row.person_id)
            context = Context(session=session, person=person, now=now, event="", facts=facts)
            yield row, *current_card(context, Message.model_validate(bodies[stored_id(row.id)]))


def _bodies(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Return the stored content of these messages by id, loaded in batches."""
    found: dict[int, Any] = {}
    for some in chunks(ids):
        query = select(OutgoingMessage.id, OutgoingMessage.body).where(col(OutgoingMessage.id).in_(some))
        found |= {stored_id(id): body for id, body in session.exec(query)}
    return found
