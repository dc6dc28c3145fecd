"""Records incoming events, and lets a request that submits a form wait for the outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound.batch_writer import BatchWriter
from remembrancer.bot.inbound.dispatch import PlatformEvent
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.inbound.pending_submissions import PendingSubmissions, Response
from remembrancer.bot.inbound.worker import Tasks
from remembrancer.clock import Clock

log = structlog.get_logger()
E = TypeVar("E", bound=PlatformEvent)


class EventRecorder(Generic[E]):
    """Records the events of one platform, in one event loop.

    `on_recorded` is called after each event that is in the inbox; `submit` handles a submission that is delivered
    again, for the request that waits for its outcome.
    """

    def __init__(
        self,
        engine: Engine,
        platform: str,
        clock: Clock,
        on_recorded: Callable[[], None],
        submissions: PendingSubmissions,
        submit: Callable[[E], Awaitable[None]],
    ) -> None:
        self._clock, self._submissions, self._submit = clock, submissions, submit
        self._batch_writer = BatchWriter(engine, platform, on_recorded)
        self._tasks = Tasks()

    async def record(self, event: E, body: Mapping[str, Any]) -> bool:
        """Record an event and return whether it is new. Raises what the database raises."""
        return await self._batch_writer.record(NewEvent(event.key, body, self._clock.now(), event.lane))

    async def outcome_of(self, event: E, body: Mapping[str, Any], patience: float) -> Response | None:
        """Record a submission and return its outcome; None where it takes longer than `patience` seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        future = self._submissions.expect(event.key)
        try:
            if not await self.record(event, body):
                self._tasks.start(self._submit_again(event))
            done, _ = await asyncio.wait([future], timeout=max(0.0, until - loop.time()))
            return future.result() if done else None
        finally:
            self._submissions.forget(event.key, future)

    async def _submit_again(self, event: E) -> None:
        try:
            await self._submit(event)
        except Exception:  # the edge: the form stays open, and the worker handles the recorded event
            log.exception("submission not handled", key=event.key)

    async def stop(self) -> None:
        """Finish what is in progress."""
        await self._tasks.drain()
        await self._batch_writer.stop()
