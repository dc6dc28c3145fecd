"""Limits calls per time window, by method or by conversation, to what a platform allows."""

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from remembrancer.scheduler.outbox.transport import SendError, Trouble

PATIENCE = 3.0
"""Seconds that a call may wait for its turn; a call that would wait longer is left to the next tick."""
MAX_NAMES = 1000


@dataclass(frozen=True)
class Window:
    """At most `most` calls in any period of `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True)
class Limit:
    """The windows that all calls of one name share.

    `of_all`: where this limit is reached, any other call would have to wait too.
    """

    name: str
    windows: tuple[Window, ...] = ()
    of_all: bool = False


@dataclass
class _Calls:
    """The calls of one name: the end times of the latest, and the number in progress."""

    ended: deque[float]
    longest: float
    in_progress: int = 0
    blocked_until: float = field(default=float("-inf"))

    def free_at(self, windows: Sequence[Window], now: float) -> float:
        return max([self.blocked_until, *(self._free_at(window, now) for window in windows)])

    def _free_at(self, window: Window, now: float) -> float:
        free = window.most - self.in_progress
        if free <= 0:
            return now + window.seconds
        return self.ended[-free] + window.seconds if len(self.ended) >= free else now

    def is_idle(self, now: float) -> bool:
        lately = self.ended[-1] + self.longest if self.ended else now
        return not self.in_progress and max(lately, self.blocked_until) <= now


class RateLimiter(ABC):
    """A sliding-window rate limiter. Thread-safe within one process.

    A call counts while it is in progress and from its end on: the platform may count it at any moment until then.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._calls: dict[str, _Calls] = {}

    @abstractmethod
    def limits(self, name: str, within: str) -> Sequence[Limit]:
        """Return the limits of a call; the first is the one that the platform may block, and needs its name alone."""

    @contextmanager
    def acquire(self, name: str, within: str = "", patience: float = PATIENCE) -> Iterator[None]:
        """Wait until the call is allowed, and count it while the block runs.

        Raises SendError where the wait is too long.
        """
        limits = self.limits(name, within)
        self._wait(limits, patience)
        try:
            yield
        finally:
            with self._lock:
                for limit in limits:
                    calls = self._calls_of(limit)
                    calls.in_progress -= 1
                    calls.ended.append(self._clock())

    def block(self, name: str, seconds: float) -> None:
        """Block the calls of this name for so many seconds, because the platform says so."""
        with self._lock:
            calls = self._calls_of(self.limits(name, "")[0])
            calls.blocked_until = max(calls.blocked_until, self._clock() + seconds)

    def _wait(self, limits: Sequence[Limit], patience: float) -> None:
        until = self._clock() + patience
        while True:
            with self._lock:
                now = self._clock()
                free_at = {limit: self._calls_of(limit).free_at(limit.windows, now) for limit in limits}
                wait = max(free_at.values()) - now
                if wait <= 0:
                    if len(self._calls) > MAX_NAMES:
                        self._calls = {name: calls for name, calls in self._calls.items() if not calls.is_idle(now)}
                    for limit in limits:
                        self._calls_of(limit).in_progress += 1
                    return
            if now + wait > until:
                of_all = any(limit.of_all and free > until for limit, free in free_at.items())
                raise SendError(Trouble.AGAIN, "ratelimited", wait, of_all=of_all)
            self._sleep(wait)

    def _calls_of(self, limit: Limit) -> _Calls:
        if limit.name not in self._calls:
            most = max((window.most for window in limit.windows), default=0)
            longest = max((window.seconds for window in limit.windows), default=0.0)
            self._calls[limit.name] = _Calls(deque(maxlen=most), longest)
        return self._calls[limit.name]
