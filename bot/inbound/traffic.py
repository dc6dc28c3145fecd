"""How much comes in just now, so that what is not urgent can let it by.

Whoever sent it waits to hear that it is recorded; a platform that waits too long sends it again, and there is more.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

MANY, SPAN = 4, 0.04
"""So many within so many seconds are a rush."""
LONGEST = 10.0
"""Seconds that a rush is let by: one that still goes on is how things are."""
BREATH = 0.02
"""Seconds between two looks at whether the rush is over; and after one has come, to see whether it is the first."""


class Traffic:
    """Of one platform. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: deque[float] = deque(maxlen=MANY)
        self._began: float | None = None

    def came(self) -> None:
        """One more is to be acknowledged."""
        now = self._clock()
        self._last.append(now)
        if self._began is None or not self._is_dense():
            self._began = now if self._is_dense() else None

    @property
    def is_rush(self) -> bool:
        return self._is_dense() and self._began is not None and self._clock() - self._began < LONGEST

    async def let_by(self) -> None:
        """Return once no rush is on, or it has been let by for long."""
        if self._last and self._clock() - self._last[-1] < BREATH:
            await asyncio.sleep(BREATH)
        while self.is_rush:
            await asyncio.sleep(BREATH)

    def _is_dense(self) -> bool:
        return len(self._last) == MANY and self._clock() - self._last[0] <= SPAN
