"""How much may be said: of one bot in one conversation, and of one app in all of a tenant."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable

CONVERSATION = ((7, 1), (8, 2), (60, 30), (1800, 3600))
TENANT = ((30, 1),)
"""So many calls in so many seconds."""


class Limits:
    """Each call over a limit is refused, and counted in `violations` by what it was in. Times are of any one clock."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self.taken: defaultdict[str, list[float]] = defaultdict(list)
        self.violations: Counter[str] = Counter()

    def take(self, conversation: str, tenant: str) -> int | None:
        """Seconds to wait where this call is one too many; else it is counted."""
        now = self.seconds()
        waits = {
            conversation: self._wait(self.taken[conversation], CONVERSATION, now),
            f"tenant {tenant}": self._wait(self.taken[f"tenant {tenant}"], TENANT, now),
        }
        over = [name for name, wait in waits.items() if wait > 0]
        if over:
            self.violations.update(over)
            return math.ceil(max(waits.values()))
        for name in waits:
            self.taken[name].append(now)
        return None

    def _wait(self, taken: list[float], windows: tuple[tuple[int, int], ...], now: float) -> float:
        full = [taken[-most] + seconds - now for most, seconds in windows if len(taken) >= most]
        return max(full, default=0.0)
