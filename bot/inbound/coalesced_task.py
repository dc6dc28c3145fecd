"""Work that is done again whenever it is asked for: asked for many times while it is done, it is done once more."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Round:
    """One such work, in a task of its own. What goes wrong is logged, and tried when it is asked for again."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._name, self._work = name, work
        self._awake, self._is_asked, self._stopping = asyncio.Event(), False, False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def ask(self) -> None:
        self._is_asked = True
        self._awake.set()

    async def stop(self) -> None:
        """What was asked for is still done."""
        self._stopping = True
        self._awake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._is_asked or not self._stopping:
            self._awake.clear()
            if not self._is_asked:
                await self._awake.wait()
                continue
            self._is_asked = False
            try:
                await self._work()
            except Exception:  # the edge: the next look does what was left
                log.exception("round failed", name=self._name)
