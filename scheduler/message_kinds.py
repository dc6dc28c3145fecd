"""Registers for each kind of message how it is rechecked before sending, and how its posted card is updated."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from remembrancer.models import (
    OutgoingMessage,
    SendState,
)
from remembrancer.queries.message_recipients import CORRECTION, WINDOW_NOTICE
from remembrancer.scheduler.digests.draft_cards import KIND as DRAFTS
from remembrancer.scheduler.digests.draft_cards import current_drafts
from remembrancer.scheduler.live_replies import UPDATED_REPLIES, current_replies
from remembrancer.scheduler.notices.window_corrections import is_newest_correction
from remembrancer.scheduler.outbox.card_updates import Source, cards_of, recheck_card
from remembrancer.scheduler.prompts.posted_cards import stale_prompt_cards
from remembrancer.scheduler.prompts.recheck import recheck_prompts


def recheck(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Update a message before it is sent; return False where it is no longer needed."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    return _RECHECKS.get(row.kind, recheck_prompts)(session, row, now)


def _is_newest(session: Session, row: OutgoingMessage, _now: datetime) -> bool:
    """Tell whether no later message of the kind to the same person about the same window exists."""
    query = select(OutgoingMessage.id).where(
        OutgoingMessage.kind == row.kind,
        OutgoingMessage.person_id == row.person_id,
        OutgoingMessage.window_id == row.window_id,
        OutgoingMessage.state != SendState.WITHHELD,
        col(OutgoingMessage.id) > row.id,
    )
    return session.exec(query).first() is None


CARD_SOURCES: Sequence[Source] = (
    stale_prompt_cards,
    cards_of(
        current_drafts,
        and_(col(OutgoingMessage.kind).in_((DRAFTS, "reply")), col(OutgoingMessage.digest_id).is_not(None)),
    ),
    cards_of(current_replies, UPDATED_REPLIES),
)
"""The functions that find posted cards to update."""
_RECHECKS: Mapping[str, Callable[[Session, OutgoingMessage, datetime], bool]] = {
    DRAFTS: recheck_card(current_drafts),
    CORRECTION: is_newest_correction,
    "digest_progress": _is_newest,
    WINDOW_NOTICE: _is_newest,
}
"""The recheck of each kind of message; all other kinds carry prompts, or need no recheck."""
