"""Leases rows of the outbox to one process at a time, rechecks them, and finds their address."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Engine, and_, or_
from sqlmodel import Session, col, select

from remembrancer.models import (
    Board,
    ChatAccount,
    Digest,
    DigestState,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    SendState,
    Window,
)
from remembrancer.models.message import Message
from remembrancer.queries.chat_accounts import NO_ACCOUNT, address
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import own_time, stored_id
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.services.sending import current_sending

log = structlog.get_logger()
BATCH = 100
ACCOUNT_RETRY = timedelta(minutes=15)
Recheck = Callable[[Session, OutgoingMessage, datetime], bool]
"""Updates a message before it is sent; returns False where it is no longer needed."""


@dataclass(frozen=True)
class Leased:
    """A message leased for one attempt of delivery."""

    id: int
    key: str
    attempts: int
    in_doubt: bool
    perhaps_again: bool
    since: datetime
    platform: str
    conversation: str
    message: Message


def _ready(now: datetime, paused: bool) -> ColumnElement[bool]:
    its_time = or_(
        and_(col(OutgoingMessage.state) == SendState.PENDING, col(OutgoingMessage.not_before) <= now),
        and_(col(OutgoingMessage.state) == SendState.SENDING, col(OutgoingMessage.leased_until) <= now),
    )
    return and_(its_time, col(OutgoingMessage.immediate)) if paused else its_time


def next_ready(engine: Engine, now: datetime, paused: bool) -> list[list[int]]:
    """Return the ids of the next messages that are ready, grouped by addressee, replies first.

    Several processes may get the same ids; the lease decides which of them sends a message.
    """
    with Session(engine) as session:
        paused = paused or current_sending(session).paused_at is not None
        query = (
            select(OutgoingMessage.id, OutgoingMessage.person_id, OutgoingMessage.board_id)
            .where(_ready(now, paused))
            .order_by(col(OutgoingMessage.immediate).desc(), col(OutgoingMessage.not_before), col(OutgoingMessage.id))
        )
        found: dict[tuple[int | None, int | None], list[int]] = {}
        for row_id, *addressee in session.exec(query.limit(BATCH)):
            found.setdefault((addressee[0], addressee[1]), []).append(stored_id(row_id))
        return list(found.values())


def lease(engine: Engine, row_id: int, recheck: Recheck, now: datetime, span: timedelta, paused: bool) -> Leased | None:
    """Lease a row; None where another process holds it, or it is stale, must wait, or is withheld."""
    with Session(engine) as session:
        # A shared lock, so that nothing is leased after a pause is stored.
        sending = current_sending(session, share=True)
        ready = _ready(now, paused or sending.paused_at is not None)
        query = select(OutgoingMessage).where(OutgoingMessage.id == row_id, ready)
        row = session.exec(query.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        in_doubt = row.in_doubt or row.state == SendState.SENDING
        leased = None
        if in_doubt or _may_send(session, row, recheck, now, sending.pilot):
            leased = _take(session, row, now, span, in_doubt)
        session.commit()
        return leased


def _may_send(
    session: Session, row: OutgoingMessage, recheck: Recheck, now: datetime, pilot: Collection[int] | None
) -> bool:
    """Tell whether a message is still right and may be sent to its addressee now; set its state where it may not.

    This is not asked of a message in doubt, which may have been sent already.
    """
    undo_until = undo_period_end(session, row, now)
    if undo_until is not None:
        row.state, row.not_before, row.leased_until = SendState.PENDING, undo_until, None
        return False
    if not recheck(session, row, now):
        row.state = SendState.DROPPED
        return False
    if not row.immediate and is_outside(pilot, row.person_id):
        row.state = SendState.WITHHELD
        if row.board_id is not None and row.digest_id is not None:
            # The board was never told, so its next digest must report everything.
            session.get_one(Digest, row.digest_id).state = DigestState.WITHHELD
        return False
    if row.immediate or row.person_id is None:
        return True
    person = session.get_one(Person, row.person_id)
    goes_at = own_time(organisation(session).working_time, person).waits_until(now, row.expires_at)
    if goes_at > now:
        row.state, row.not_before = SendState.PENDING, goes_at
    return goes_at == now


def _take(session: Session, row: OutgoingMessage, now: datetime, lease: timedelta, in_doubt: bool) -> Leased | None:
    row.in_doubt = in_doubt
    where = _address(session, row)
    if where is None:
        row.state, row.leased_until = SendState.PENDING, None
        row.not_before, row.problem = now + ACCOUNT_RETRY, NO_ACCOUNT
        return None
    row.state, row.leased_until = SendState.SENDING, now + lease
    row.attempts += 1
    row.platform, row.conversation = where
    message = Message.model_validate(row.body)
    return Leased(
        stored_id(row.id), row.key, row.attempts, in_doubt, row.perhaps_again, row.created_at, *where, message
    )


def _address(session: Session, row: OutgoingMessage) -> tuple[str, str] | None:
    """Return the platform and conversation of the addressee, or those of the last attempt if it is in doubt."""
    if row.in_doubt and row.platform and row.conversation:
        return row.platform, row.conversation
    if row.board_id is not None:
        board = session.get_one(Board, row.board_id)
        platform = board.platform or session.exec(select(ChatAccount.platform).limit(1)).first()
        return (platform, board.channel) if platform else None
    account = address(session, row.person_id)
    return (account.platform, account.conversation) if account else None


@contextmanager
def own_row(engine: Engine, leased: Leased) -> Iterator[OutgoingMessage | None]:
    """Yield the row for changes, or None if the lease was lost to another process; then commit."""
    with Session(engine) as session:
        query = select(OutgoingMessage).where(
            OutgoingMessage.id == leased.id,
            OutgoingMessage.state == SendState.SENDING,
            OutgoingMessage.attempts == leased.attempts,
        )
        row = session.exec(query.with_for_update()).first()
        if row is None:
            log.warning("lease lost", key=leased.key, attempts=leased.attempts)
        yield row
        session.commit()


def undo_period_end(session: Session, row: OutgoingMessage, now: datetime) -> datetime | None:
    """Return when the undo grace periods of the message's windows end; None where they are over, or for a reply."""
    if row.immediate:
        return None
    of_prompts = select(Window).join(Return).join(Prompt).where(Prompt.message_id == row.id).distinct()
    windows = list(session.exec(of_prompts))
    if row.window_id is not None:
        windows.append(session.get_one(Window, row.window_id))
    return max((w.settles_at for w in windows if w.settles_at and not is_settled(w, now)), default=None)
