"""Sending what the outbox holds: leased, committed, sent outside any transaction, and recorded.

A crash between sending and recording leaves a row leased. When its lease runs out the platform is asked whether the
message arrived: found, it is adopted; absent, it is sent; where nobody can know, it is sent and says so.

While everything is paused only replies go: all else waits as it is, even what is in doubt. In a pilot, what is for
somebody outside it is withheld instead of being sent.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Engine

from remembrancer.models import SendState
from remembrancer.queries.chat_accounts import NO_ACCOUNT
from remembrancer.scheduler.outbox.lease import WITHOUT_ACCOUNT, Leased, Recheck, lease, next_ready, own_row
from remembrancer.scheduler.outbox.refused_addresses import account_broke, channel_broke
from remembrancer.scheduler.outbox.transport import CannotKnowError, InPartError, SendError, Sent, Transport, Trouble

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
Transports = Mapping[str, Transport]


@dataclass(frozen=True)
class Way:
    """How it is sent. `lease`: how long a row is left alone by others while it is sent, from when it is taken.

    `at_most`: what has not begun by then is for the next look; None: all goes. `together`: so many are sent at a
    time, each to somebody else, where the transports can be called by several threads.
    """

    lease: timedelta = LEASE
    at_most: timedelta | None = None
    together: int = 1


@dataclass
class _Round:
    """One sending of all that may go; `resting` are the platforms that take nothing more for now."""

    engine: Engine
    transports: Transports
    recheck: Recheck
    now: datetime
    paused: bool
    way: Way
    began: float = field(default_factory=monotonic)
    resting: set[str] = field(default_factory=set)

    @property
    def spent(self) -> timedelta:
        return timedelta(seconds=monotonic() - self.began)

    @property
    def is_over(self) -> bool:
        is_late = self.way.at_most is not None and self.spent >= self.way.at_most
        return is_late or (bool(self.resting) and self.resting >= set(self.transports))

    def send(self, row_ids: Sequence[int]) -> int:
        """One after the other; how many were sent."""
        return sum(self._send_one(row_id) for row_id in row_ids if not self.is_over)

    def _send_one(self, row_id: int) -> bool:
        leased = lease(self.engine, row_id, self.recheck, self.now, self.way.lease + self.spent, self.paused)
        if leased is None:
            return False
        if leased.platform in self.transports:
            return _deliver(self.engine, self.transports[leased.platform], leased, self.now, self.resting)
        reason = f"platform not configured: {leased.platform}"
        _put_off(self.engine, leased, self.now, WITHOUT_ACCOUNT, reason, leased.in_doubt)
        return False


def deliver_due(
    engine: Engine,
    transports: Transports,
    recheck: Recheck,
    now: datetime,
    way: Way = Way(),
    paused: bool = False,
) -> int:
    """Send all that may go now, replies before all else; how many were sent.

    `paused` is whether everything was when the look began: what waited is only sent once the plan was looked at
    again. Once every platform takes nothing more, the rest is for the next look.
    """
    sent, this = 0, _Round(engine, transports, recheck, now, paused, way)
    with ThreadPoolExecutor(way.together) as pool:
        while not this.is_over and (ready := next_ready(engine, now, paused)):
            if way.together == 1:
                sent += sum(map(this.send, ready))
            else:
                sent += sum(pool.map(this.send, ready))
    return sent


def _deliver(engine: Engine, transport: Transport, leased: Leased, now: datetime, resting: set[str]) -> bool:
    try:
        sent = _settle(engine, transport, leased) if leased.in_doubt else _send(transport, leased)
    except SendError as error:
        _record_trouble(engine, leased, error, now)
        if error.of_all:
            resting.add(leased.platform)
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


def _settle(engine: Engine, transport: Transport, leased: Leased) -> Sent | None:
    """What became of a message in doubt: where it is; or None, and it waits like a new one, to be sent if still so."""
    try:
        found, perhaps_again = transport.find(leased.conversation, leased.key, leased.since), False
    except InPartError:
        # What somebody can see already must be whole, even where it would not be said any more.
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


def _record_trouble(engine: Engine, leased: Leased, error: SendError, now: datetime) -> None:
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
        _wait_for_address(engine, leased, error, now)
    else:
        # What was in doubt before an attempt that reached nobody is in doubt still.
        in_doubt = error.trouble == Trouble.DOUBT or leased.in_doubt or error.in_part
        _put_off(engine, leased, now, wait, error.reason, in_doubt)


def _fail(engine: Engine, leased: Leased, reason: str) -> None:
    with own_row(engine, leased) as row:
        if row is not None:
            row.state, row.problem = SendState.FAILED, reason


def _wait_for_address(engine: Engine, leased: Leased, error: SendError, now: datetime) -> None:
    """What was to go to an address that is dead goes to the next that they have."""
    with own_row(engine, leased) as row:
        if row is None:
            return
        board_id, person_id = row.board_id, row.person_id
        row.state, row.leased_until = SendState.PENDING, None
        # What is there in part is completed, if it can be. Whatever else may have arrived there cannot be read:
        # elsewhere it is perhaps a repeat.
        row.perhaps_again, row.in_doubt = row.perhaps_again or row.in_doubt, error.in_part and not row.in_doubt
        wait, row.problem = (WITHOUT_ACCOUNT, NO_ACCOUNT) if board_id is None else (LONGEST_WAIT, error.reason)
        row.not_before = now + wait
    if board_id is None:
        account_broke(engine, person_id, (leased.platform, leased.conversation), error.reason, now)
    else:
        channel_broke(engine, board_id, error.reason, now)


def _put_off(
    engine: Engine, leased: Leased, now: datetime, wait: timedelta, reason: str, in_doubt: bool = False
) -> None:
    with own_row(engine, leased) as row:
        if row is not None:
            row.state, row.not_before, row.problem = SendState.PENDING, now + wait, reason
            row.in_doubt, row.leased_until = in_doubt, None
