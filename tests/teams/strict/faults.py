"""What goes wrong, on purpose: at random by a seed, or by a script, one call after the other. Each class is counted."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

BEFORE = ("dropped before", "500 before", "503 before", "412", "429")
ODD = ("nameless", "garbled", "cut short")
AFTER = ("dropped after", "hung", "500 after", "502 after", "504 after", *ODD)
CALLS = (*BEFORE, *AFTER)
"""What can strike a call. Of AFTER it was done, and the answer says otherwise, is not what it should be (ODD), or never
comes."""

TOLD = ("412", "429")
"""Of these the caller can tell that nothing was done."""

REFUSALS = ("403", "404")
"""From then on somebody blocks us, or a channel has us no more; or Teams does not know the conversation."""

SLOW = "slow"
"""It is done, and said so, after a while."""

OF_A_CALL = (*CALLS, *REFUSALS, SLOW)

DELIVERIES = ("repeated", "reordered", "late", "answer lost")
"""What can strike a delivery to the bot: it comes twice at once; after the one that follows it; much later; or the bot
has it, and its answer does not come back."""


class Faults:
    """`rates`: how likely each class is, between 0 and 1, at each call. `only` names the kinds of call to strike.

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
        unknown = set(self.rates) - {*OF_A_CALL, *DELIVERIES}
        if unknown:
            raise ValueError(f"no such faults: {sorted(unknown)}")
        # Apart, so that what strikes calls does not hang on how many deliveries ran beside them.
        self.dice, self.of_deliveries = random.Random(seed), random.Random(f"deliveries {seed}")
        self.only, self.most = only, most
        self.counts: Counter[str] = Counter()
        self.script: defaultdict[str, list[str]] = defaultdict(list)

    def arm(self, kind: str, faults: Sequence[str]) -> None:
        """The next calls of this kind are struck by these, in order; 'no fault' lets one pass."""
        unknown = set(faults) - {*OF_A_CALL, "no fault"}
        if unknown:
            raise ValueError(f"no such faults: {sorted(unknown)}")
        self.script[kind] += faults

    def strike(self, kind: str) -> str | None:
        if self.script[kind]:
            fault = self.script[kind].pop(0)
            return None if fault == "no fault" else self._count(fault)
        if self.only is not None and kind not in self.only:
            return None
        return self._roll(self.dice, OF_A_CALL if kind in ("post", "update") else (*CALLS, SLOW))

    def strike_delivery(self, possible: Sequence[str]) -> str | None:
        """`possible`: the classes that can befall this one."""
        return self._roll(self.of_deliveries, possible)

    def _roll(self, dice: random.Random, classes: Sequence[str]) -> str | None:
        """At most one strikes; none goes before another."""
        for fault in dice.sample(classes, len(classes)):
            strikes = dice.random() < self.rates.get(fault, 0.0)
            if strikes and (self.most is None or self.counts[fault] < self.most):
                return self._count(fault)
        return None

    def _count(self, fault: str) -> str:
        self.counts[fault] += 1
        return fault
