"""How much comes in just now, so that what is not urgent can let it by."""

import time
from collections import deque
from collections.abc import Callable

MANY, SPAN = 10, 0.1
"""So many within so many seconds are a rush."""


class Traffic:
    """Of one platform. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: deque[float] = deque(maxlen=MANY)

    def came(self) -> None:
        """One more is to be acknowledged."""
        self._last.append(self._clock())

    @property
    def is_rush(self) -> bool:
        return len(self._last) == MANY and self._clock() - self._last[0] <= SPAN
