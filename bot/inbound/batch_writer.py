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

    `recorded` is called after each event that is in the inbox, whether it is new or was there before.
    """

    def __init__(self, engine: Engine, platform: str, recorded: Callable[[], None]) -> None:
        self._engine, self._platform, self._on_recorded = engine, platform, recorded
        self._thread = ThreadPoolExecutor(1, f"{platform} recording")
        self._pending: list[_Pending] = []
        self._recording: asyncio.Task[None] | None = None

    async def record(self, delivered: NewEvent) -> bool:
        """Record an event and return whether it is new.

        Raises what the database raises; the platform then has to deliver the event again.
        """
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._pending.append((delivered, kept))
        if self._recording is None or self._recording.done():
            self._recording = asyncio.create_task(self._write_pending())
        is_new = await kept
        self._on_recorded()
        return is_new

    async def stop(self) -> None:
        """Finish the recording in progress and end the thread."""
        if self._recording is not None:
            await self._recording
        self._thread.shutdown(wait=True)

    async def _write_pending(self) -> None:
        while self._pending:
            some, self._pending = self._pending[:BATCH_SIZE], self._pending[BATCH_SIZE:]
            await self._write_batch(some)

    async def _write_batch(self, some: Sequence[_Pending]) -> None:
        try:
            found = await self._kept([delivered for delivered, _ in some])
        except Exception as error:  # the edge: the callers get the error, and the next batch is recorded
            log.exception("not recorded", platform=self._platform, together=len(some))
            await self._record_one_by_one(some, error)
        else:
            for (_, kept), is_new in zip(some, found, strict=True):
                if not kept.done():
                    kept.set_result(is_new)

    async def _record_one_by_one(self, some: Sequence[_Pending], error: Exception) -> None:
        """Record the events of a failed batch one by one, so that one bad event does not keep out the others."""
        if len(some) > 1:
            for one in some:
                await self._write_batch([one])
        elif not some[0][1].done():
            some[0][1].set_exception(error)

    async def _kept(self, delivered: Sequence[NewEvent]) -> Sequence[bool]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, inbox.record, self._engine, self._platform, delivered)
