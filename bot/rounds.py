"""Work that is done again whenever it is asked for: asked for many times while it is done, it is done once more."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Round:
    """One such work, in a task of its own. What goes wrong is logged, and tried when it is asked for again."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._name, self._work = name, work
        self._asked, self._stopping = asyncio.Event(), False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def ask(self) -> None:
        self._asked.set()

    async def stop(self) -> None:
        """What was asked for is still done."""
        self._stopping = True
        self._asked.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self._work()
            except Exception:  # the edge: the next look does what was left
                log.exception("round failed", name=self._name)
