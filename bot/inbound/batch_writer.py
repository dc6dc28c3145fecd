"""Records incoming events in batches, one transaction each, before they are acknowledged.

A thread of its own does it, so that no other work delays an acknowledgement and one person's events keep their order.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import Engine

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.inbox import NewEvent

log = structlog.get_logger()
BATCH_SIZE = 100
_Pending = tuple[NewEvent, asyncio.Future[bool]]


class BatchWriter:
    """Records the events of one platform, in one event loop.

    `on_recorded` is called after each event that is in the inbox, whether it is new or was there before.
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
