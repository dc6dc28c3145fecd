"""Decides when to tick: at the next moment at which something may be due, and soon after each change."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock
from time import monotonic

import structlog
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from remembrancer.clock import Clock
from remembrancer.logs import reported
from remembrancer.models import Digest, OutgoingMessage
from remembrancer.scheduler.next_moment import next_moment

log = structlog.get_logger()
SHORTEST_REST = 1.0
"""Seconds between a tick and the next that only a change asks for."""
LONGEST_REST = 10.0
"""Seconds."""
RESTS = 4
"""How many times its own length a tick is followed by rest: many changes take a fifth of a processor at most."""
LONGEST_WAIT = timedelta(minutes=15)
"""After this a tick runs in any case, so that what no moment was foreseen for is late by no more."""
Schedule = Callable[[float], object]
"""Runs `TickLoop.look` after so many seconds, in place of an earlier order."""


class TickLoop:
    """Ticks when something may be due or has been changed; any other look costs next to nothing. Thread-safe.

    `tick` does everything that is due and returns whether something is to be tried again soon: after `retry`.
    """

    def __init__(
        self, engine: Engine, tick: Callable[[datetime], bool], clock: Clock, retry: timedelta, schedule: Schedule
    ) -> None:
        self._engine, self._tick, self._clock = engine, tick, clock
        # A look at which nothing is due says nothing of whether ticks work.
        self._run = reported("tick", self._run_tick)
        self._retry, self._schedule = retry, schedule
        self._next: datetime | None = None  # None until the first tick
        self._is_foreseen = True
        self._changed, self._rest_until = Event(), 0.0
        self._running, self._scheduling, self._is_stopped = Lock(), Lock(), False

    def look(self) -> None:
        """Tick if it is time to; what `tick` raises is raised, and the tick is tried again after `retry`."""
        if not self._running.acquire(blocking=False):
            return
        try:
            now = self._clock.now()
            if self._is_due(now) or (self._changed.is_set() and monotonic() >= self._rest_until):
                self._run(now)
        finally:
            self._running.release()
            self._schedule_next()

    def wake(self) -> None:
        """Have a tick soon, because something was changed."""
        self._changed.set()
        if not self._running.locked():
            self._schedule_next()

    def stop(self) -> None:
        """Schedule nothing more from now on."""
        with self._scheduling:
            self._is_stopped = True

    def _is_due(self, now: datetime) -> bool:
        return self._next is None or self._next <= now

    def _run_tick(self, now: datetime) -> None:
        is_expected = self._is_foreseen or self._changed.is_set()
        self._changed.clear()
        began = monotonic()
        try:
            before = self._newest_rows()
            is_unfinished = self._tick(now)
            if not is_expected and self._newest_rows() != before:
                log.error("tick too late", reason="no moment was foreseen for what it did")
            soonest = now + (self._retry if is_unfinished else LONGEST_WAIT)
            foreseen = next_moment(self._engine, now, soonest, self._retry)
            self._next, self._is_foreseen = foreseen or soonest, is_unfinished or foreseen is not None
        except Exception:
            self._next, self._is_foreseen = now + self._retry, True
            raise
        finally:
            took = monotonic() - began
            self._rest_until = monotonic() + min(max(RESTS * took, SHORTEST_REST), LONGEST_REST)
        if took >= self._retry.total_seconds():
            self._next = now  # each tick sends for so long at most, and the next one goes on

    def _newest_rows(self) -> tuple[int | None, ...]:
        with Session(self._engine) as session:
            newest = select(func.max(col(OutgoingMessage.id)), select(func.max(col(Digest.id))).scalar_subquery())
            return tuple(session.exec(newest).one())

    def _schedule_next(self) -> None:
        with self._scheduling:
            waits = [max((self._next - self._clock.now()).total_seconds(), 0.0)] if self._next else [0.0]
            if self._changed.is_set():
                waits.append(max(self._rest_until - monotonic(), 0.0))
            if not self._is_stopped:
                self._schedule(min(waits))
