"""Handles what is in the inbox: woken by each record, at the start, and every few seconds for what a crash left."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import Kept
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import SendError, Trouble

log = structlog.get_logger()
HANDS = 4  # how many events, each of another lane, are handled at once
LOOK_AGAIN = 5.0  # seconds
DRAIN = 20.0  # seconds that what is being handled has to end, when the service stops
AWAY = frozenset({Trouble.AGAIN, Trouble.STOPPED})
"""What says nothing of the event: nothing was done, and it may well be done later."""
Handle = Callable[[Kept], Awaitable[None]]
GiveUp = Callable[[Kept], Awaitable[None]]


class Tasks:
    """Tasks that are held on to until they end, and waited for at the end: the loop itself keeps none of them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self, seconds: float = DRAIN) -> None:
        """Wait for all that runs; what has not ended by then is left to its lease."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)


class Worker:
    """One platform's. `handle` raises where an event is to be tried again; `give_up` is told of the last time."""

    def __init__(self, engine: Engine, platform: str, handle: Handle, give_up: GiveUp, clock: Clock) -> None:
        self._engine, self._platform, self._clock = engine, platform, clock
        self._handle, self._give_up = handle, give_up
        self._awake, self._stopping = asyncio.Event(), False
        self._hands = asyncio.Semaphore(HANDS)
        self._tasks = Tasks()
        self._pump: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._pump = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look whether there is something to handle."""
        self._awake.set()

    async def stop(self) -> None:
        """Take nothing new, and wait for what is being handled."""
        self._stopping = True
        self.wake()
        if self._pump is not None:
            await self._pump
        await self._tasks.drain()

    async def _run(self) -> None:
        while not self._stopping:
            self._awake.clear()
            if not await self._take():
                await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), LOOK_AGAIN)
        except TimeoutError:
            return

    async def _take(self) -> bool:
        """Begin to handle the next event; whether there was one."""
        await self._hands.acquire()
        kept = None
        try:
            kept = await asyncio.to_thread(inbox.lease_next, self._engine, self._platform, self._clock.now())
        except Exception:  # the edge: a database that is away for a while must not end the worker
            log.exception("inbox not read", platform=self._platform)
        if kept is None:
            self._hands.release()
            return False
        self._tasks.start(self._handle_one(kept))
        return True

    async def _handle_one(self, kept: Kept) -> None:
        try:
            await self._handle(kept)
            await asyncio.to_thread(inbox.done, self._engine, kept, self._clock.now())
        except Exception as error:  # the edge: tried again, and at last the person is told
            if isinstance(error, SendError) and error.trouble in AWAY:
                await self._away(kept, error)
            else:
                log.exception("event not handled", key=kept.key, attempts=kept.attempts)
                await self._failed(kept, f"{type(error).__name__}: {error}")
        finally:
            self._hands.release()
            self.wake()

    async def _away(self, kept: Kept, error: SendError) -> None:
        """What the platform is asked for in vain is no fault of the event's."""
        log.warning("platform away", key=kept.key, trouble=error.trouble, reason=error.reason)
        try:
            is_put_off = await asyncio.to_thread(inbox.put_off, self._engine, kept, error.reason, self._clock.now())
        except Exception:  # the edge: its lease runs out, and it is tried again
            log.exception("event not put off", key=kept.key)
        else:
            if not is_put_off:
                await self._failed(kept, error.reason)

    async def _failed(self, kept: Kept, problem: str) -> None:
        try:
            await asyncio.to_thread(inbox.failed, self._engine, kept, problem, self._clock.now())
            if kept.is_last_attempt:
                await self._give_up(kept)
        except Exception:  # the edge: its lease runs out, and it is tried again
            log.exception("failure not recorded", key=kept.key)
