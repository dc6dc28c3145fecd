"""How often each method may be called: a minute's tiers, a channel's one a second, a workspace's budget."""

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute; a method of no tier is not counted."""


@dataclass
class Bucket:
    """Holds `size`, fills by `rate` a second; times are seconds of any one clock."""

    size: float
    rate: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more may be taken; nought: now."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 - self.level) / self.rate)


class Limits:
    """Each call over a limit is refused, and counted in `violations` by method."""

    def __init__(
        self,
        per_channel: float = 1.0,
        burst: int = 3,
        workspace_a_minute: int = 300,
        tiers: bool = True,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.per_channel = per_channel
        self.burst = burst
        self.workspace_a_minute = workspace_a_minute
        self.tiers = tiers
        self.seconds = seconds
        self.buckets: dict[str, Bucket] = {}
        self.violations: Counter[str] = Counter()

    def take(self, method: str, tier: int | None, channel: str) -> int | None:
        """Seconds to wait where this call is one too many."""
        buckets = self._buckets(method, tier, channel)
        wait = max((bucket.wait(self.seconds()) for bucket in buckets), default=0.0)
        if wait > 1e-9:
            self.violations[method] += 1
            return math.ceil(wait)
        for bucket in buckets:
            bucket.level -= 1
        return None

    def _buckets(self, method: str, tier: int | None, channel: str) -> list[Bucket]:
        if method == "chat.postMessage":
            budget = self.workspace_a_minute
            return [
                self._bucket(f"in {channel}", self.burst, self.per_channel),
                self._bucket("everywhere", budget, budget / 60),
            ]
        if tier is None or not self.tiers:
            return []
        return [self._bucket(method, TIERS[tier], TIERS[tier] / 60)]

    def _bucket(self, name: str, size: float, rate: float) -> Bucket:
        if name not in self.buckets:
            self.buckets[name] = Bucket(size, rate, size, self.seconds())
        return self.buckets[name]
