"""Applies Slack's rate limits: calls per minute of each method, and one message per second in each channel."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from remembrancer.bot.platform import rate_limit
from remembrancer.bot.platform.rate_limit import PATIENCE, Limit, Window

MINUTE = 60.0
POST_MESSAGE = "chat.postMessage"
CALLS_A_MINUTE: Mapping[str, int] = {
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.list": 20,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.completeUploadExternal": 100,
    "files.getUploadURLExternal": 100,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
}
"""The calls per minute that Slack allows of each method (tiers 2 to 4)."""


class SlackRateLimiter:
    """The rate limiter for Slack's methods. Thread-safe within one process."""

    def __init__(
        self,
        per_channel_seconds: float = 1.0,
        a_minute: int = 240,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._in_a_channel = (Window(1, per_channel_seconds),)
        self._budgets = {**CALLS_A_MINUTE, POST_MESSAGE: a_minute}
        self._limiter = rate_limit.RateLimiter(clock, sleep)

    @contextmanager
    def acquire(self, method: str, channel: str = "", patience: float = PATIENCE) -> Iterator[None]:
        """Wait until the call is allowed, and count it while the block runs.

        Raises SendError where the wait is too long.
        """
        limits = [self._method_limit(method)]
        if method == POST_MESSAGE and channel:
            limits.append(Limit(f"in {channel}", self._in_a_channel))
        with self._limiter.acquire(limits, patience):
            yield

    def block(self, method: str, seconds: float) -> None:
        """Block the method for so many seconds, because Slack says so."""
        self._limiter.block(self._method_limit(method), seconds)

    def _method_limit(self, method: str) -> Limit:
        windows = (Window(self._budgets[method], MINUTE),) if method in self._budgets else ()
        return Limit(method, windows, of_all=True)
