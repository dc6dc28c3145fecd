"""Applies Slack's rate limits: calls per minute of each method, and one message per second in each channel."""

import time
from collections.abc import Callable, Mapping, Sequence

from remembrancer.bot.platform.rate_limit import Limit, RateLimiter, Window

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


class SlackRateLimiter(RateLimiter):
    """The rate limiter for Slack's methods, each within a channel. Thread-safe within one process."""

    def __init__(
        self,
        per_channel_seconds: float = 1.0,
        a_minute: int = 240,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__(clock, sleep)
        self._in_a_channel = (Window(1, per_channel_seconds),)
        self._budgets = {**CALLS_A_MINUTE, POST_MESSAGE: a_minute}

    def limits(self, name: str, within: str) -> Sequence[Limit]:
        windows = (Window(self._budgets[name], MINUTE),) if name in self._budgets else ()
        in_channel = [Limit(f"in {within}", self._in_a_channel)] if name == POST_MESSAGE and within else []
        return [Limit(name, windows, of_all=True), *in_channel]
