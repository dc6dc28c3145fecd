"""Records incoming events before they are acknowledged, and lets a request that submits a form wait for the outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.dispatch import PlatformEvent
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.inbound.worker import Tasks
from remembrancer.clock import Clock

log = structlog.get_logger()
E = TypeVar("E", bound=PlatformEvent)
BATCH_SIZE = 100
Response = Mapping[str, Any]
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
            # One by one, so that one bad event does not keep out the others.
            for each in batch if len(batch) > 1 else ():
                await self._write_batch([each])
            if len(batch) == 1 and not batch[0][1].done():
                batch[0][1].set_exception(error)
        else:
            for (_, recorded), is_new in zip(batch, are_new, strict=True):
                if not recorded.done():
                    recorded.set_result(is_new)


class PendingSubmissions:
    """Lets requests wait for the outcome of a submission, by its key, so that the acknowledgement can carry it.

    For one event loop.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Future[Response]]] = {}

    def expect(self, key: str) -> asyncio.Future[Response]:
        """Return a future for the outcome. Call this before the submission is recorded, as a worker may be quick."""
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        return future

    def forget(self, key: str, future: asyncio.Future[Response]) -> None:
        """Stop waiting for a submission's outcome."""
        waiting = self._waiting.get(key, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(key, None)

    @contextmanager
    def answering(self, key: str, broken: Response) -> Iterator[Callable[[Response], bool]]:
        """Yield a function that answers the waiting requests and returns whether there were any.

        If the block raises, the waiting requests get `broken`.
        """
        try:
            yield lambda answer: self._answer(key, answer)
        except Exception:
            self._answer(key, broken)
            raise

    def _answer(self, key: str, answer: Response) -> bool:
        # A future that was cancelled just now may not be removed yet.
        waiting = [future for future in self._waiting.pop(key, []) if not future.done()]
        for future in waiting:
            future.set_result(answer)
        return bool(waiting)


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
