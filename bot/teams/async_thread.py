"""Runs an event loop in a thread, so that blocking code can call asynchronous clients."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
GRACE = 1.0
"""Seconds beyond its timeout that a call may take to be cancelled."""


class NotRunningError(RuntimeError):
    """The thread is not running, so nothing was started."""


class AsyncThread:
    """An event loop in a thread, from start() to stop(), once.

    Thread-safe; never call it from its own thread.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Cancel what is in progress and end the thread. Idempotent."""
        if self.is_running:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def call(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run a coroutine, and return its result or raise its exception.

        Raises TimeoutError after `seconds`, CancelledError (of concurrent.futures) where it is cancelled, and
        NotRunningError where the thread is not running.
        """
        if not self.is_running:
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
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()
