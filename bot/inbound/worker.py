"""Handles the events of the inbox: after each new record, at the start, and every few seconds for what a crash left."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import DATABASE_AWAY, PLATFORM_AWAY, LeasedEvent, Outage
from remembrancer.clock import Clock
from remembrancer.models.database import is_connection_lost
from remembrancer.scheduler.outbox.transport import SendError, Trouble

log = structlog.get_logger()
CONCURRENT_EVENTS = 4  # how many events, each of another lane, are handled at the same time
POLL_SECONDS = 5.0  # seconds
DRAIN_SECONDS = 20.0  # seconds that events in progress have to end when the service stops
UNAVAILABLE = frozenset({Trouble.AGAIN, Trouble.STOPPED})
"""Platform errors that say nothing about the event: nothing was done, and a later attempt may succeed."""
Handle = Callable[[LeasedEvent], Awaitable[None]]
GiveUp = Callable[[LeasedEvent], Coroutine[Any, Any, None]]


class Tasks:
    """Holds references to running tasks, which the event loop does not, and waits for them at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait for the running tasks; one that outlasts `seconds` is left to its lease."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)


class Worker:
    """Handles the events of one platform.

    `handle` raises where an event is to be tried again; `give_up` is called after the last failed attempt.
    """

    def __init__(self, engine: Engine, platform: str, handle: Handle, give_up: GiveUp, clock: Clock) -> None:
        self._engine, self._platform, self._clock = engine, platform, clock
        self._handle, self._give_up = handle, give_up
        self._wake_up, self._stopping = asyncio.Event(), False
        self._slots = asyncio.Semaphore(CONCURRENT_EVENTS)
        self._tasks = Tasks()
        self._loop_task: asyncio.Task[None] | None = None
        self._is_failing = False

    def start(self) -> None:
        self._loop_task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Make the worker check the inbox now."""
        self._wake_up.set()

    async def stop(self) -> None:
        """Take no more events, and wait for those that are being handled."""
        self._stopping = True
        self.wake()
        if self._loop_task is not None:
            await self._loop_task
        await self._tasks.drain()

    async def _run(self) -> None:
        while not self._stopping:
            self._wake_up.clear()
            if not await self._take():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake_up.wait(), POLL_SECONDS)

    async def _take(self) -> bool:
        """Start to handle the next event and return whether there was one."""
        await self._slots.acquire()
        leased = None
        try:
            leased = await asyncio.to_thread(inbox.lease_next, self._engine, self._platform, self._clock.now())
        except Exception:  # the edge: an outage of the database must not end the worker
            # The inbox is looked at every few seconds, so an outage is logged at its beginning and its end.
            if not self._is_failing:
                log.exception("inbox not read", platform=self._platform)
            self._is_failing = True
        else:
            if self._is_failing:
                log.info("inbox read again", platform=self._platform)
            self._is_failing = False
        if leased is None:
            self._slots.release()
            return False
        self._tasks.start(self._handle_one(leased))
        return True

    async def _handle_one(self, leased: LeasedEvent) -> None:
        try:
            await self._handle(leased)
            await asyncio.to_thread(inbox.mark_done, self._engine, leased, self._clock.now())
        except Exception as error:  # the edge: the event is tried again, and the person is told of the last failure
            if outage := _outage(error):
                await self._postpone(leased, outage, error)
            else:
                log.exception("event not handled", key=leased.key, attempts=leased.attempts)
                await self._record_failure(leased, f"{type(error).__name__}: {error}")
        finally:
            self._slots.release()
            self.wake()

    async def _postpone(self, leased: LeasedEvent, outage: Outage, error: Exception) -> None:
        """Put the event off without counting an attempt, because the outage is not its fault."""
        reason = error.reason if isinstance(error, SendError) else f"{type(error).__name__}: {error}"
        log.warning("event put off", key=leased.key, reason=reason)
        now = self._clock.now()
        try:
            is_put_off = await asyncio.to_thread(inbox.postpone, self._engine, leased, outage, reason, now)
        except Exception:  # the edge: the lease expires, and the event is tried again
            log.exception("event not put off", key=leased.key)
        else:
            if not is_put_off:
                await self._record_failure(leased, reason)

    async def _record_failure(self, leased: LeasedEvent, problem: str) -> None:
        try:
            await asyncio.to_thread(inbox.mark_failed, self._engine, leased, problem, self._clock.now())
            if leased.is_last_attempt:
                await self._give_up(leased)
        except Exception:  # the edge: the lease expires, and the event is tried again
            log.exception("failure not recorded", key=leased.key)


def _outage(error: Exception) -> Outage | None:
    """Return the outage that an error comes from; None for an error that the event itself may have caused."""
    if isinstance(error, SendError):
        return PLATFORM_AWAY if error.trouble in UNAVAILABLE else None
    return DATABASE_AWAY if is_connection_lost(error) else None
