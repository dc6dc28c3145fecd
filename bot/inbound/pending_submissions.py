"""Lets a request that submits a form wait for the outcome, so that the acknowledgement can carry it."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Response = Mapping[str, Any]


class PendingSubmissions:
    """The waiting requests, by the key of their submission. For one event loop."""

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
