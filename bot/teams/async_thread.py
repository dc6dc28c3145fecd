"""A thread in which asynchronous clients live, so that what blocks can call them from any other."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")
GRACE = 1.0
"""Seconds beyond its time that a call may take to be broken off."""


class NotRunningError(RuntimeError):
    """Nothing was begun."""


class Loop:
    """`with Loop(name) as loop:` or start() and stop(), once. For several threads; never called from its own."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """What is under way is broken off. Stopping twice is harmless."""
        if self.runs:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def call(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What the work gives or raises.

        Raises TimeoutError where it takes longer, CancelledError (of concurrent.futures) where it is broken off, and
        NotRunningError where the loop is not there.
        """
        if not self.runs:
            work.close()
            raise NotRunningError(f"{self._thread.name} does not run")
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
        try:
            return future.result(seconds + GRACE)
        finally:
            future.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._break_off()
        finally:
            self._loop.close()

    def _break_off(self) -> None:
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
