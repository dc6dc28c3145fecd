"""Records incoming events before they are acknowledged, and lets a request that submits a form wait for the outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.dispatch import PlatformEvent
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.inbound.pending_submissions import PendingSubmissions, Response
from remembrancer.bot.inbound.worker import Tasks
from remembrancer.clock import Clock

log = structlog.get_logger()
E = TypeVar("E", bound=PlatformEvent)
BATCH_SIZE = 100
_Pending = tuple[NewEvent, asyncio.Future[bool]]


class BatchWriter:
    """Records the events of one platform in batches, one transaction each, in one event loop.

    A thread of its own does it, so that no other work delays an acknowledgement and one person's events keep their
    order. `on_recorded` is called after each event that is in the inbox, whether it is new or was there before.
    """

    def __init__(self, engine: Engine, platform: str, on_recorded: Callable[[], None]) -> None:
        self._engine, self._platform, self._on_recorded = engine, platform, on_recorded
        self._thread = ThreadPoolExecutor(1, f"{platform} recording")
        self._pending: list[_Pending] = []
        self._recording: asyncio.Task[None] | None = None

    async def record(self, delivered: NewEvent) -> bool:
        """Record an event and return whether it is new.

        Raises what the database raises; the platform then has to deliver the event again.
        """
        recorded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._pending.append((delivered, recorded))
        if self._recording is None or self._recording.done():
            self._recording = asyncio.create_task(self._write_pending())
        is_new = await recorded
        self._on_recorded()
        return is_new

    async def stop(self) -> None:
        """Finish the recording in progress and end the thread."""
        if self._recording is not None:
            await self._recording
        self._thread.shutdown(wait=True)

    async def _write_pending(self) -> None:
        while self._pending:
            batch, self._pending = self._pending[:BATCH_SIZE], self._pending[BATCH_SIZE:]
            await self._write_batch(batch)

    async def _write_batch(self, batch: Sequence[_Pending]) -> None:
        loop, new_events = asyncio.get_running_loop(), [new_event for new_event, _ in batch]
        try:
            are_new = await loop.run_in_executor(self._thread, inbox.record, self._engine, self._platform, new_events)
        except Exception as error:  # the edge: the callers get the error, and the next batch is recorded
            log.exception("not recorded", platform=self._platform, together=len(batch))
            await self._record_one_by_one(batch, error)
        else:
            for (_, recorded), is_new in zip(batch, are_new, strict=True):
                if not recorded.done():
                    recorded.set_result(is_new)

    async def _record_one_by_one(self, batch: Sequence[_Pending], error: Exception) -> None:
        """Record the events of a failed batch one by one, so that one bad event does not keep out the others."""
        if len(batch) > 1:
            for one in batch:
                await self._write_batch([one])
        elif not batch[0][1].done():
            batch[0][1].set_exception(error)


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
