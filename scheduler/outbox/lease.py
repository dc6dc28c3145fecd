"""Taking rows of the outbox: each by one process at a time, looked at again before it goes, and where it goes."""

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
from remembrancer.rules.facts import known
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.rules.prompts.returns import is_settled
from remembrancer.services.sending import sending_now

log = structlog.get_logger()
BATCH = 100
WITHOUT_ACCOUNT = timedelta(minutes=15)
Recheck = Callable[[Session, OutgoingMessage, datetime], bool]
"""Brings a message that has not gone out up to date; False where there is nothing left to say."""


@dataclass(frozen=True)
class Leased:
    """What one delivery needs, read while the row was leased."""

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
    """The next few that are ready, replies first; those to one person or board together, in order.

    Leasing decides who sends which.
    """
    with Session(engine) as session:
        paused = paused or sending_now(session).paused_at is not None
        query = (
            select(OutgoingMessage.id, OutgoingMessage.person_id, OutgoingMessage.board_id)
            .where(_ready(now, paused))
            .order_by(col(OutgoingMessage.immediate).desc(), col(OutgoingMessage.not_before), col(OutgoingMessage.id))
        )
        found: dict[tuple[int | None, int | None], list[int]] = {}
        for row_id, *whose in session.exec(query.limit(BATCH)):
            found.setdefault((whose[0], whose[1]), []).append(known(row_id))
        return list(found.values())


def lease(engine: Engine, row_id: int, recheck: Recheck, now: datetime, span: timedelta, paused: bool) -> Leased | None:
    """Take the row for ourselves, unless another did, it is stale, it must wait, or it is withheld."""
    with Session(engine) as session:
        # Shared, so that once a pause is stored nothing more is leased.
        sending = sending_now(session, share=True)
        ready = _ready(now, paused or sending.paused_at is not None)
        query = select(OutgoingMessage).where(OutgoingMessage.id == row_id, ready)
        row = session.exec(query.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        in_doubt = row.in_doubt or row.state == SendState.SENDING
        leased = None
        if in_doubt or _may_go(session, row, recheck, now, sending.pilot):
            leased = _take(session, row, now, span, in_doubt)
        session.commit()
        return leased


def _may_go(
    session: Session, row: OutgoingMessage, recheck: Recheck, now: datetime, pilot: Collection[int] | None
) -> bool:
    """Whether it still says what is so, may go to them at all, and at this hour.

    Not asked of what is in doubt: that may have gone already, and is settled first.
    """
    settled = settles_at(session, row, now)
    if settled is not None:
        row.state, row.not_before, row.leased_until = SendState.PENDING, settled, None
        return False
    if not recheck(session, row, now):
        row.state = SendState.DROPPED
        return False
    if not row.immediate and is_outside(pilot, row.person_id):
        row.state = SendState.WITHHELD
        if row.board_id is not None and row.digest_id is not None:
            # What never reached the board was not told: its next digest tells it all.
            session.get_one(Digest, row.digest_id).state = DigestState.WITHHELD
        return False
    if row.immediate or row.person_id is None:
        return True
    person = session.get_one(Person, row.person_id)
    time = organisation(session).working_time
    opens = time.next_in_hours(now, person.time_zone)
    if opens == now or (row.expires_at is not None and opens >= row.expires_at):
        return True
    row.state, row.not_before = SendState.PENDING, opens
    return False


def _take(session: Session, row: OutgoingMessage, now: datetime, lease: timedelta, in_doubt: bool) -> Leased | None:
    row.in_doubt = in_doubt
    where = _address(session, row)
    if where is None:
        row.state, row.leased_until = SendState.PENDING, None
        row.not_before, row.problem = now + WITHOUT_ACCOUNT, NO_ACCOUNT
        return None
    row.state, row.leased_until = SendState.SENDING, now + lease
    row.attempts += 1
    row.platform, row.conversation = where
    message = Message.model_validate(row.body)
    return Leased(known(row.id), row.key, row.attempts, in_doubt, row.perhaps_again, row.created_at, *where, message)


def _address(session: Session, row: OutgoingMessage) -> tuple[str, str] | None:
    """Where it goes: the person's chat account or the board's channel, as they are now."""
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
    """The row, to be changed, if the lease is still ours: whoever outlived theirs has no say any more."""
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


def settles_at(session: Session, row: OutgoingMessage, now: datetime) -> datetime | None:
    """When every window that the message speaks of has settled; None where all have, or it answers somebody."""
    if row.immediate:
        return None
    of_prompts = select(Window).join(Return).join(Prompt).where(Prompt.message_id == row.id).distinct()
    windows = list(session.exec(of_prompts))
    if row.window_id is not None:
        windows.append(session.get_one(Window, row.window_id))
    return max((w.settles_at for w in windows if w.settles_at and not is_settled(w, now)), default=None)
