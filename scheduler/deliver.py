"""Sending what the outbox holds: leased, committed, sent outside any transaction, and recorded.

A crash between sending and recording leaves a row leased. When its lease runs out the platform is asked whether the
message arrived: found, it is adopted; absent, it is sent; where nobody can know, it is sent and says so.

While everything is paused only replies go: all else waits as it is, even what is in doubt. In a pilot, what is for
somebody outside it is withheld instead of being sent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import ColumnElement, Engine, and_, or_
from sqlmodel import Session, col, select

from acts.accounts import NO_ACCOUNT, address
from acts.lookups import organisation
from acts.sending import sending_now
from bot.message import Message
from bot.transport import CannotKnowError, SendError, Sent, Transport, Trouble
from models import Board, ChatAccount, Digest, DigestState, OutgoingMessage, Person, SendState
from rules.facts import known
from rules.sending import is_outside
from scheduler.broken import account_broke, channel_broke
from scheduler.freshness import freshen
from scheduler.settling import settles_at

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
BATCH = 100
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
WITHOUT_ACCOUNT = timedelta(minutes=15)

Transports = Mapping[str, Transport]


@dataclass(frozen=True)
class _Leased:
    """What one delivery needs, read while the row was leased."""

    id: int
    key: str
    attempts: int
    in_doubt: bool
    perhaps_again: bool
    platform: str
    conversation: str
    message: Message


def deliver_due(
    engine: Engine,
    transports: Transports,
    now: datetime,
    lease: timedelta = LEASE,
    paused: bool = False,
    for_at_most: timedelta | None = None,
) -> int:
    """Send all that may go now, replies before all else; how many were sent.

    Leases are counted from the time that each is taken, however long the others took to send. `paused` is whether
    everything was when the look began: what waited is only sent once the plan was looked at again. What is not
    begun after `for_at_most`, or once every platform takes nothing more for now, is for the next look.
    """
    sent, began = 0, monotonic()
    resting: set[str] = set()
    while ids := _next(engine, now, paused):
        for row_id in ids:
            spent = timedelta(seconds=monotonic() - began)
            if (for_at_most is not None and spent >= for_at_most) or (resting and resting >= set(transports)):
                return sent
            leased = _lease(engine, row_id, now, lease + spent, paused)
            if leased is not None and leased.platform in transports:
                sent += _deliver(engine, transports[leased.platform], leased, now, resting)
            elif leased is not None:
                reason = f"platform not configured: {leased.platform}"
                _put_off(engine, leased, now, WITHOUT_ACCOUNT, reason, leased.in_doubt)
    return sent


def _ready(now: datetime, paused: bool) -> ColumnElement[bool]:
    its_time = or_(
        and_(col(OutgoingMessage.state) == SendState.PENDING, col(OutgoingMessage.not_before) <= now),
        and_(col(OutgoingMessage.state) == SendState.SENDING, col(OutgoingMessage.leased_until) <= now),
    )
    return and_(its_time, col(OutgoingMessage.immediate)) if paused else its_time


def _next(engine: Engine, now: datetime, paused: bool) -> Sequence[int | None]:
    """The next few that are ready; leasing decides who sends which."""
    with Session(engine) as session:
        paused = paused or sending_now(session).paused_at is not None
        query = (
            select(OutgoingMessage.id)
            .where(_ready(now, paused))
            .order_by(col(OutgoingMessage.immediate).desc(), col(OutgoingMessage.not_before), col(OutgoingMessage.id))
        )
        return session.exec(query.limit(BATCH)).all()


def _lease(engine: Engine, row_id: int | None, now: datetime, lease: timedelta, paused: bool) -> _Leased | None:
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
        if in_doubt or _may_go(session, row, now, sending.pilot):
            leased = _take(session, row, now, lease, in_doubt)
        session.commit()
        return leased


def _may_go(session: Session, row: OutgoingMessage, now: datetime, pilot: Collection[int] | None) -> bool:
    """Whether it still says what is so, may go to them at all, and at this hour.

    Not asked of what is in doubt: that may have gone already, and is settled first.
    """
    settled = settles_at(session, row, now)
    if settled is not None:
        row.state, row.not_before, row.leased_until = SendState.PENDING, settled, None
        return False
    if not freshen(session, row, now):
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


def _take(session: Session, row: OutgoingMessage, now: datetime, lease: timedelta, in_doubt: bool) -> _Leased | None:
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
    return _Leased(known(row.id), row.key, row.attempts, in_doubt, row.perhaps_again, *where, message)


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


def _deliver(engine: Engine, transport: Transport, leased: _Leased, now: datetime, resting: set[str]) -> bool:
    try:
        sent = _settle(engine, transport, leased) if leased.in_doubt else _send(transport, leased)
    except SendError as error:
        _record_trouble(engine, leased, error, now)
        if error.of_all:
            resting.add(leased.platform)
        return False
    if sent is None:
        return False
    with _own_row(engine, leased) as row:
        if row is not None:
            row.state, row.sent_at, row.remote_id = SendState.SENT, now, sent.remote_id
            row.in_doubt, row.problem, row.leased_until = False, None, None
            log.info("sent", key=leased.key, platform=leased.platform)
    return True


@contextmanager
def _own_row(engine: Engine, leased: _Leased) -> Iterator[OutgoingMessage | None]:
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


def _send(transport: Transport, leased: _Leased) -> Sent:
    return transport.send(leased.conversation, leased.key, leased.message, leased.perhaps_again)


def _settle(engine: Engine, transport: Transport, leased: _Leased) -> Sent | None:
    """What became of a message in doubt: where it is; or None, and it waits like a new one, to be sent if still so."""
    try:
        found, perhaps_again = transport.find(leased.conversation, leased.key), False
    except CannotKnowError:
        found, perhaps_again = None, True
    log.info("in doubt", key=leased.key, found=found is not None, perhaps_again=perhaps_again)
    if found is None:
        with _own_row(engine, leased) as row:
            if row is not None:
                row.state, row.in_doubt, row.leased_until = SendState.PENDING, False, None
                row.perhaps_again = row.perhaps_again or perhaps_again
    return found


def _record_trouble(engine: Engine, leased: _Leased, error: SendError, now: datetime) -> None:
    log.warning("not sent", key=leased.key, trouble=error.trouble, reason=error.reason, attempts=leased.attempts)
    wait = min(timedelta(seconds=15 * 2 ** min(leased.attempts, 10)), LONGEST_WAIT)
    if error.retry_after is not None:
        wait = max(timedelta(seconds=error.retry_after), SHORTEST_WAIT)
    if error.trouble == Trouble.STOPPED:
        log.error("platform stopped", platform=leased.platform, reason=error.reason)
        wait = WITHOUT_ACCOUNT
    if error.trouble == Trouble.OURS:
        _fail(engine, leased, error.reason)
    elif error.trouble == Trouble.BROKEN:
        _wait_for_address(engine, leased, error.reason, now)
    else:
        # What was in doubt before an attempt that reached nobody is in doubt still.
        in_doubt = error.trouble == Trouble.DOUBT or leased.in_doubt
        _put_off(engine, leased, now, wait, error.reason, in_doubt)


def _fail(engine: Engine, leased: _Leased, reason: str) -> None:
    with _own_row(engine, leased) as row:
        if row is not None:
            row.state, row.problem = SendState.FAILED, reason


def _wait_for_address(engine: Engine, leased: _Leased, reason: str, now: datetime) -> None:
    """What was to go to an address that is dead goes to the next that they have."""
    with _own_row(engine, leased) as row:
        if row is None:
            return
        board_id, person_id = row.board_id, row.person_id
        row.state, row.leased_until = SendState.PENDING, None
        # Whatever may have arrived there cannot be read: elsewhere it is perhaps a repeat.
        row.perhaps_again, row.in_doubt = row.perhaps_again or row.in_doubt, False
        wait, row.problem = (WITHOUT_ACCOUNT, NO_ACCOUNT) if board_id is None else (LONGEST_WAIT, reason)
        row.not_before = now + wait
    if board_id is None:
        account_broke(engine, person_id, (leased.platform, leased.conversation), reason, now)
    else:
        channel_broke(engine, board_id, reason, now)


def _put_off(
    engine: Engine, leased: _Leased, now: datetime, wait: timedelta, reason: str, in_doubt: bool = False
) -> None:
    with _own_row(engine, leased) as row:
        if row is not None:
            row.state, row.not_before, row.problem = SendState.PENDING, now + wait, reason
            row.in_doubt, row.leased_until = in_doubt, None
