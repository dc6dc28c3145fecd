"""Measures how densely events come in, so that background work can wait while they are recorded.

A platform waits for each event to be recorded; one that waits too long sends it again, which adds to the load.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

RUSH_EVENTS, RUSH_SECONDS = 4, 0.04
"""A rush is this many events within this many seconds."""
LONGEST_RUSH = 10.0
"""Seconds after which a rush is ignored: a load that lasts is the normal state."""
CHECK_SECONDS = 0.02
"""Seconds between two checks for the end of a rush; also the wait after one event, which may be the first of many."""


class Traffic:
    """Counts the incoming events of one platform. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=RUSH_EVENTS)
        self._rush_began: float | None = None

    def count_event(self) -> None:
        """Count an event that is to be acknowledged."""
        now = self._clock()
        self._times.append(now)
        if self._rush_began is None or not self._is_dense():
            self._rush_began = now if self._is_dense() else None

    @property
    def is_rush(self) -> bool:
        """Whether a rush is on that has not yet lasted too long."""
        return self._is_dense() and self._rush_began is not None and self._clock() - self._rush_began < LONGEST_RUSH

    async def wait_out_rush(self) -> None:
        """Wait until no rush is on, or until it has lasted too long."""
        if self._times and self._clock() - self._times[-1] < CHECK_SECONDS:
            await asyncio.sleep(CHECK_SECONDS)
        while self.is_rush:
            await asyncio.sleep(CHECK_SECONDS)

    def _is_dense(self) -> bool:
        return len(self._times) == RUSH_EVENTS and self._clock() - self._times[0] <= RUSH_SECONDS
