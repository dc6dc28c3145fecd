"""Submissions whose acknowledgement waits for what becomes of them, for as long as a platform lets it."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Answer = Mapping[str, Any]


class Submissions:
    """Who waits for which submission, by its key. To be used from one loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Future[Answer]]] = {}

    def expect(self, key: str) -> asyncio.Future[Answer]:
        """To be called before the submission is recorded: it may be handled at once."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        return future

    def forget(self, key: str, future: asyncio.Future[Answer]) -> None:
        waiting = self._waiting.get(key, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(key, None)

    @contextmanager
    def answering(self, key: str, broken: Answer) -> Iterator[Callable[[Answer], bool]]:
        """Gives what answers those who wait; whether anybody did. Where an exception ends it, they get `broken`."""
        try:
            yield lambda answer: self._answer(key, answer)
        except Exception:
            self._answer(key, broken)
            raise

    def _answer(self, key: str, answer: Answer) -> bool:
        # Whoever has just stopped to wait may not have been forgotten yet.
        waiting = [future for future in self._waiting.pop(key, []) if not future.done()]
        for future in waiting:
            future.set_result(answer)
        return bool(waiting)


async def answer_of(future: asyncio.Future[Answer], patience: float) -> Answer | None:
    """What to acknowledge with; None where it takes longer than `patience`, in seconds."""
    done, _ = await asyncio.wait([future], timeout=patience)
    return future.result() if done else None
