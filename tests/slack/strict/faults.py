"""What goes wrong, on purpose: by a seeded plan, or armed one by one. Each class is counted."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping

CALLS = (
    "dropped before",
    "dropped after",
    "hung",
    "500 before",
    "500 after",
    "429",
    "internal_error after",
    "fatal_error after",
)
"""What can strike a Web API call. 'after': it was done, and the answer says otherwise or never comes; so too 'hung'."""

DELIVERIES = ("repeated", "reordered", "late", "socket disconnect", "socket abrupt")
"""What can strike a delivery. The last two need a socket; 'reordered' and 'late' befall events alone."""


class Faults:
    """`rates`: how likely each class is, between 0 and 1, at each call or delivery. `only` names methods to strike.

    `most` of one class strike in all, so that a story ends.
    """

    def __init__(
        self,
        seed: int = 0,
        rates: Mapping[str, float] | None = None,
        only: frozenset[str] | None = None,
        most: int | None = None,
    ) -> None:
        self.rates = dict(rates or {})
        unknown = set(self.rates) - {*CALLS, *DELIVERIES}
        if unknown:
            raise ValueError(f"no such faults: {sorted(unknown)}")
        # Apart, so that what strikes calls does not hang on how many deliveries ran beside them.
        self.dice = {CALLS: random.Random(f"calls {seed}"), DELIVERIES: random.Random(f"deliveries {seed}")}
        self.only = only
        self.most = most
        self.counts: Counter[str] = Counter()
        self.armed: defaultdict[str, list[str]] = defaultdict(list)

    def arm(self, at: str, fault: str) -> None:
        """The next call of this method, or the next delivery of this kind ('delivery' for any), is struck."""
        if fault not in (*CALLS, *DELIVERIES):
            raise ValueError(f"no such fault: {fault}")
        self.armed[at].append(fault)

    def strike_call(self, method: str) -> str | None:
        if self.armed[method]:
            return self._count(self.armed[method].pop(0))
        if self.only is not None and method not in self.only:
            return None
        return self._roll(self.dice[CALLS], CALLS)

    def strike_delivery(self, kind: str, possible: tuple[str, ...]) -> str | None:
        """`possible`: the classes that can befall this one, here and now."""
        for at in (kind, "delivery"):
            if self.armed[at] and self.armed[at][0] in possible:
                return self._count(self.armed[at].pop(0))
        return self._roll(self.dice[DELIVERIES], possible)

    def _roll(self, dice: random.Random, classes: tuple[str, ...]) -> str | None:
        """At most one strikes; none goes before another."""
        for fault in dice.sample(classes, len(classes)):
            strikes = dice.random() < self.rates.get(fault, 0.0)
            if strikes and (self.most is None or self.counts[fault] < self.most):
                return self._count(fault)
        return None

    def _count(self, fault: str) -> str:
        self.counts[fault] += 1
        return fault
