"""Posted replies that follow what they show, as they should be: see bot.following."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, select

from remembrancer.cards.live_replies import as_it_is
from remembrancer.models import OutgoingMessage, Person, Prompt
from remembrancer.models.message import Message
from remembrancer.queries.batches import chunks
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import known
from remembrancer.services.context import Context

FOLLOWING = and_(
    col(OutgoingMessage.kind).in_(("reply", "disowned")),
    col(OutgoingMessage.digest_id).is_(None),
    col(OutgoingMessage.person_id).is_not(None),
    col(OutgoingMessage.showing).is_not(None),
    col(OutgoingMessage.id).not_in(select(Prompt.message_id)),
)
"""Cards of prompts and of drafts have ways of their own."""


def replies_now(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Each card as it should be for the person whose it is; over once nothing about it can change any more."""
    facts, bodies = load_facts(session) if rows else None, _bodies(session, [known(row.id) for row in rows])
    for row in rows:
        if facts is not None:
            person = session.get_one(Person, row.person_id)
            context = Context(session=session, person=person, now=now, event="", facts=facts)
            yield row, *as_it_is(context, Message.model_validate(bodies[known(row.id)]))


def _bodies(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """What each shows now, in few queries."""
    found: dict[int, Any] = {}
    for some in chunks(ids):
        query = select(OutgoingMessage.id, OutgoingMessage.body).where(col(OutgoingMessage.id).in_(some))
        found |= {known(id): body for id, body in session.exec(query)}
    return found
