"""Submissions whose acknowledgement waits for what becomes of them, for as long as Slack lets it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.slack.hearing import Heard
from wording import say

PATIENCE = 2.3
"""Seconds that an answer has: Slack waits for three, and the way there and back takes some."""

Answer = dict[str, Any]
CLOSED: Answer = {}
"""Closes what is shown: the rest is said in a message."""


class Submissions:
    """Who waits for which submission. To be used from one loop."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Future[Answer]]] = {}

    def expect(self, heard: Heard) -> asyncio.Future[Answer]:
        """To be called before the submission is recorded: it may be handled at once."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(heard.key, []).append(future)
        return future

    def forget(self, heard: Heard, future: asyncio.Future[Answer]) -> None:
        waiting = self._waiting.get(heard.key, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(heard.key, None)

    @contextmanager
    def answering(self, heard: Heard) -> Iterator[Callable[[Answer | None], bool]]:
        """Gives what answers those who wait; whether anybody did. Where an exception ends it, they keep the form."""
        try:
            yield lambda answer: self._answer(heard, answer or CLOSED)
        except Exception:
            self._answer(heard, _stay_open(heard))
            raise

    def _answer(self, heard: Heard, answer: Answer) -> bool:
        waiting = self._waiting.pop(heard.key, [])
        for future in waiting:
            future.set_result(answer)
        return bool(waiting)


async def answer_of(future: asyncio.Future[Answer], patience: float) -> Answer | None:
    """What to acknowledge with; None where it takes longer than Slack waits."""
    done, _ = await asyncio.wait([future], timeout=patience)
    return future.result() if done else None


def _stay_open(heard: Heard) -> Answer:
    """The form stays with all that was typed, and says beside its first field that it is to be sent again."""
    inputs = [block["block_id"] for block in heard.view.get("blocks", ()) if block.get("type") == "input"]
    return {"response_action": "errors", "errors": {inputs[0]: say("slack.try_again")}} if inputs else CLOSED
