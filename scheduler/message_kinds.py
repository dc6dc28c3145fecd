"""What the outbox must ask of each kind of message: whether it is still right, and what its posted card should show."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from remembrancer.models import (
    OutgoingMessage,
    SendState,
)
from remembrancer.queries.message_recipients import CORRECTION, NEWS
from remembrancer.scheduler.digests.draft_cards import KIND as DRAFTS
from remembrancer.scheduler.digests.draft_cards import drafts_now
from remembrancer.scheduler.live_replies import FOLLOWING, replies_now
from remembrancer.scheduler.notices.window_date_changes import is_still_so
from remembrancer.scheduler.outbox.card_updates import Source, live_cards, recheck_card
from remembrancer.scheduler.prompts.posted_cards import stale_prompt_cards
from remembrancer.scheduler.prompts.recheck import recheck_prompts


def recheck(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a message that has not gone out up to date; False where there is nothing left to say."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    return _RECHECKS.get(row.kind, recheck_prompts)(session, row, now)


def _is_the_latest(session: Session, row: OutgoingMessage, _now: datetime) -> bool:
    """Whether no later message of the kind is on its way to the same person, about the same window."""
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
    live_cards(
        drafts_now,
        and_(col(OutgoingMessage.kind).in_((DRAFTS, "reply")), col(OutgoingMessage.digest_id).is_not(None)),
    ),
    live_cards(replies_now, FOLLOWING),
)
"""Everything that is posted and kept up to date."""
_RECHECKS: Mapping[str, Callable[[Session, OutgoingMessage, datetime], bool]] = {
    DRAFTS: recheck_card(drafts_now),
    CORRECTION: is_still_so,
    "digest_progress": _is_the_latest,
    NEWS: _is_the_latest,
}
"""By kind of message; the others carry prompts, or are notices that are always right."""
