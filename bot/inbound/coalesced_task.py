"""Runs background work on request; requests that arrive while it runs become one more run.

A run is put off while many events come in.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class CoalescedTask:
    """Runs one piece of work in a task of its own. A failure is logged, and the next request tries again."""

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
