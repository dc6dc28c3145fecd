"""Keeping to Slack's limits: so many calls a minute of each method, and one message a second in each channel."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bot.transport import SendError, Trouble

MINUTE = 60.0
PATIENCE = 3.0
"""Seconds that somebody waits for their turn; longer waits are for the next look."""

POST = "chat.postMessage"

A_MINUTE: Mapping[str, int] = {
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
"""How often each method may be called in a minute: Slack's tiers 2 to 4."""


class Pace:
    """Says when a call may be made. For several threads of one process.

    A call counts from its end: Slack may have counted it at any moment until then.
    """

    def __init__(
        self,
        per_channel_seconds: float = 1.0,
        a_minute: int = 240,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._between = per_channel_seconds
        self._budgets = {**A_MINUTE, POST: a_minute}
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {method: deque(maxlen=most) for method, most in self._budgets.items()}
        self._last_in: dict[str, float] = {}
        self._held: dict[str, float] = {}

    @contextmanager
    def turn(self, method: str, channel: str = "", patience: float = PATIENCE) -> Iterator[None]:
        """Wait for one's turn, and hold it while the call is made. Raises SendError where the wait is too long."""
        began = self._wait(method, channel, patience)
        try:
            yield
        finally:
            with self._lock:
                self._ended(method, channel, began)

    def hold(self, method: str, seconds: float) -> None:
        """Slack says that the method must not be called for so long."""
        with self._lock:
            self._held[method] = max(self._held.get(method, 0.0), self._clock() + seconds)

    def _wait(self, method: str, channel: str, patience: float) -> float:
        while True:
            with self._lock:
                now = self._clock()
                of_all, of_channel = self._free_for_all(method), self._free_in(method, channel)
                wait = max(of_all, of_channel) - now
                if wait <= 0:
                    self._begun(method, channel, now)
                    return now
            if wait > patience:
                raise SendError(Trouble.AGAIN, "ratelimited", wait, of_all=of_all - now > patience)
            self._sleep(wait)

    def _free_for_all(self, method: str) -> float:
        calls = self._calls.get(method)
        full = calls[0] + MINUTE if calls and len(calls) == calls.maxlen else 0.0
        return max(full, self._held.get(method, 0.0))

    def _free_in(self, method: str, channel: str) -> float:
        return self._last_in.get(channel, -self._between) + self._between if method == POST and channel else 0.0

    def _begun(self, method: str, channel: str, now: float) -> None:
        if method in self._calls:
            self._calls[method].append(now)
        if method == POST and channel:
            self._forget(now)
            self._last_in[channel] = now

    def _ended(self, method: str, channel: str, began: float) -> None:
        now = self._clock()
        if method in self._calls:
            self._calls[method].remove(began)
            self._calls[method].append(now)
        if method == POST and channel:
            self._last_in[channel] = now

    def _forget(self, now: float) -> None:
        """Channels in which nothing was said lately, once there are many."""
        if len(self._last_in) > 1000:
            self._last_in = {channel: last for channel, last in self._last_in.items() if last + self._between > now}
