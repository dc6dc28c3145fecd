"""Delivers replies and refreshes posted cards at once after somebody did something."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from threading import Event

import structlog
from sqlalchemy import Engine

from remembrancer.clock import Clock
from remembrancer.scheduler.message_kinds import CARD_SOURCES, recheck
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.scheduler.outbox.transport import Transport

log = structlog.get_logger()


class CoalescedTask:
    """Runs one piece of work in a task of its own; requests that arrive while it runs become one more run.

    A run is put off while many events come in. A failure is logged, and the next request tries again.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._name, self._work = name, work
        self._wake_up, self._is_requested, self._stopping = asyncio.Event(), False, False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def request(self) -> None:
        """Request a run of the work."""
        self._is_requested = True
        self._wake_up.set()

    async def stop(self) -> None:
        """Stop, after all requested work is done."""
        self._stopping = True
        self._wake_up.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._is_requested or not self._stopping:
            self._wake_up.clear()
            if not self._is_requested:
                await self._wake_up.wait()
                continue
            self._is_requested = False
            try:
                await self._work()
            except Exception:  # the edge: the next tick does the rest
                log.exception("round failed", name=self._name)


class ImmediateDelivery:
    """Delivers and refreshes in the background from start() to stop(), in one event loop.

    `lease`: how long other workers leave alone a message that is being sent.
    """

    def __init__(self, engine: Engine, transports: Mapping[str, Transport], clock: Clock, lease: timedelta) -> None:
        self._engine, self._transports, self._clock, self._lease = engine, transports, clock, lease
        self._stopping = Event()
        self._tasks = (CoalescedTask("deliver", self._deliver), CoalescedTask("refresh", self._refresh))

    def start(self) -> None:
        for each in self._tasks:
            each.start()

    def request(self) -> None:
        """Request a delivery of replies and a refresh of cards, because somebody did something."""
        for each in self._tasks:
            each.request()

    async def stop(self) -> None:
        """Stop after what is in flight; what is not begun goes out when the service starts again."""
        self._stopping.set()
        for each in self._tasks:
            await each.stop()

    async def _deliver(self) -> None:
        # Only immediate replies: the tick sends all other messages, however many wait.
        now, options = self._clock.now(), DeliveryOptions(self._lease, stopping=self._stopping)
        await asyncio.to_thread(deliver_due, self._engine, self._transports, recheck, now, options, paused=True)

    async def _refresh(self) -> None:
        now = self._clock.now()
        await asyncio.to_thread(refresh_cards, self._engine, self._transports, CARD_SOURCES, now, self._stopping)
