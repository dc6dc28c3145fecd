"""Delivers the messages of the outbox: leased, sent outside any transaction, and recorded.

A crash between sending and recording leaves a row leased. When the lease expires, the platform is asked whether the
message arrived: if found, it is recorded as sent; if absent, it is sent; if the platform cannot tell, it is sent with a
remark that it may be a repeat.

While sending is paused only replies are sent, and all other rows stay as they are. During a pilot, messages to people
outside it are withheld.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import structlog
from sqlalchemy import Engine

from remembrancer.models import SendState
from remembrancer.queries.chat_accounts import NO_ACCOUNT
from remembrancer.scheduler.outbox.lease import ACCOUNT_RETRY, Leased, Recheck, lease, next_ready, own_row
from remembrancer.scheduler.outbox.refused_addresses import mark_account_refused, report_refused_channel
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Transport, Trouble

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
Transports = Mapping[str, Transport]


@dataclass(frozen=True)
class DeliveryOptions:
    """The options of a delivery run.

    `lease` is how long other processes leave a row alone once it is leased. No message is begun after `at_most`; None
    sends all. `together` is the number of addressees to whom messages are sent at the same time, in threads. Once
    `stopping` is set, no message and no update of a card is begun; what is in flight is recorded.
    """

    lease: timedelta = LEASE
    at_most: timedelta | None = None
    together: int = 1
    stopping: Event = field(default_factory=Event, compare=False)


@dataclass
class _DeliveryRun:
    """One delivery run; `blocked` are the platforms that accept nothing more for now."""

    engine: Engine
    transports: Transports
    recheck: Recheck
    now: datetime
    paused: bool
    options: DeliveryOptions
    began: float = field(default_factory=monotonic)
    blocked: set[str] = field(default_factory=set)

    @property
    def elapsed(self) -> timedelta:
        return timedelta(seconds=monotonic() - self.began)

    @property
    def is_over(self) -> bool:
        is_late = self.options.at_most is not None and self.elapsed >= self.options.at_most
        all_blocked = bool(self.blocked) and self.blocked >= set(self.transports)
        return is_late or all_blocked or self.options.stopping.is_set()

    def send(self, row_ids: Sequence[int]) -> int:
        """Send messages one after the other, and return the number sent."""
        return sum(self._send_one(row_id) for row_id in row_ids if not self.is_over)

    def _send_one(self, row_id: int) -> bool:
        leased = lease(self.engine, row_id, self.recheck, self.now, self.options.lease + self.elapsed, self.paused)
        if leased is None:
            return False
        if leased.platform in self.transports:
            return _deliver(self.engine, self.transports[leased.platform], leased, self.now, self.blocked)
        reason = f"platform not configured: {leased.platform}"
        _retry_later(self.engine, leased, self.now, ACCOUNT_RETRY, reason, leased.in_doubt)
        return False


def deliver_due(
    engine: Engine,
    transports: Transports,
    recheck: Recheck,
    now: datetime,
    options: DeliveryOptions = DeliveryOptions(),
    paused: bool = False,
) -> int:
    """Send all messages that may be sent now, replies first, and return the number sent.

    `paused` is whether sending was paused when the tick began: after a pause, messages are only sent by a tick that has
    planned first. The run ends early once every platform is blocked.
    """
    sent, run = 0, _DeliveryRun(engine, transports, recheck, now, paused, options)
    with ThreadPoolExecutor(options.together) as pool:
        while not run.is_over and (ready := next_ready(engine, now, paused)):
            if options.together == 1:
                sent += sum(map(run.send, ready))
            else:
                sent += sum(pool.map(run.send, ready))
    return sent


def _deliver(engine: Engine, transport: Transport, leased: Leased, now: datetime, blocked: set[str]) -> bool:
    try:
        sent = _resolve_doubt(engine, transport, leased) if leased.in_doubt else _send(transport, leased)
    except SendError as error:
        _record_error(engine, leased, error, now)
        if error.of_all:
            blocked.add(leased.platform)
        return False
    if sent is None:
        return False
    with own_row(engine, leased) as row:
        if row is not None:
            row.state, row.sent_at, row.remote_id = SendState.SENT, now, sent.remote_id
            row.in_doubt, row.problem, row.leased_until = False, None, None
            log.info("sent", key=leased.key, platform=leased.platform)
    return True


def _send(transport: Transport, leased: Leased) -> Sent:
    return transport.send(leased.conversation, leased.key, leased.message, leased.perhaps_again, leased.since)


def _resolve_doubt(engine: Engine, transport: Transport, leased: Leased) -> Sent | None:
    """Look for a message in doubt on its platform; return None and make it pending again if it is not found."""
    try:
        found, perhaps_again = transport.find(leased.conversation, leased.key, leased.since), False
    except InPartError:
        # A message that can be seen in part must be completed, even if it would not be sent any more.
        return _send(transport, leased)
    except CannotKnowError:
        found, perhaps_again = None, True
    log.info("in doubt", key=leased.key, found=found is not None, perhaps_again=perhaps_again)
    if found is None:
        with own_row(engine, leased) as row:
            if row is not None:
                row.state, row.in_doubt, row.leased_until = SendState.PENDING, False, None
                row.perhaps_again = row.perhaps_again or perhaps_again
    return found


def _record_error(engine: Engine, leased: Leased, error: SendError, now: datetime) -> None:
    log.warning("not sent", key=leased.key, trouble=error.trouble, reason=error.reason, attempts=leased.attempts)
    wait = min(timedelta(seconds=15 * 2 ** min(leased.attempts, 10)), LONGEST_WAIT)
    if error.retry_after is not None:
        wait = max(timedelta(seconds=error.retry_after), SHORTEST_WAIT)
    if error.trouble == Trouble.STOPPED:
        log.error("platform stopped", platform=leased.platform, reason=error.reason)
        wait = ACCOUNT_RETRY
    if error.trouble == Trouble.OURS:
        _fail(engine, leased, error.reason)
    elif error.trouble == Trouble.BROKEN:
        _wait_for_other_address(engine, leased, error, now)
    else:
        # A failed attempt does not resolve an earlier doubt.
        in_doubt = error.trouble == Trouble.DOUBT or leased.in_doubt or error.in_part
        _retry_later(engine, leased, now, wait, error.reason, in_doubt)


def _fail(engine: Engine, leased: Leased, reason: str) -> None:
    with own_row(engine, leased) as row:
        if row is not None:
            row.state, row.problem = SendState.FAILED, reason


def _wait_for_other_address(engine: Engine, leased: Leased, error: SendError, now: datetime) -> None:
    """Make the message wait for another address, and report the refused one."""
    with own_row(engine, leased) as row:
        if row is None:
            return
        board_id, person_id = row.board_id, row.person_id
        row.state, row.leased_until = SendState.PENDING, None
        # A partly sent message is completed where possible. Otherwise it may have arrived at the refused address, so at
        # another address it may be a repeat.
        row.perhaps_again, row.in_doubt = row.perhaps_again or row.in_doubt, error.in_part and not row.in_doubt
        wait, row.problem = (ACCOUNT_RETRY, NO_ACCOUNT) if board_id is None else (LONGEST_WAIT, error.reason)
        row.not_before = now + wait
    if board_id is None:
        mark_account_refused(engine, person_id, (leased.platform, leased.conversation), error.reason, now)
    else:
        report_refused_channel(engine, board_id, error.reason, now)


def _retry_later(
    engine: Engine, leased: Leased, now: datetime, wait: timedelta, reason: str, in_doubt: bool = False
) -> None:
    with own_row(engine, leased) as row:
        if row is not None:
            row.state, row.not_before, row.problem = SendState.PENDING, now + wait, reason
            row.in_doubt, row.leased_until = in_doubt, None
