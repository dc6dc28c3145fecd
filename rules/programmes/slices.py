"""Slices: a part of a programme's items, by their facts. A board hears its own; a figure may be asked for any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Slice = Mapping[str, Sequence[str]]
"""A fact's name to the values that are in the slice; of several facts, all must hold. Empty: every item."""
EVERYTHING: Slice = {}
NOTHING: Slice = {"": ()}
"""No item is in it."""


def is_in(slice_: Slice, facts: Mapping[str, Any]) -> bool:
    """Whether an item with these facts is in the slice."""
    return all(str(facts.get(name) or "") in values for name, values in slice_.items())


@dataclass(frozen=True)
class Hearing:
    """A board that hears a programme, by ids, and the slice of the items that it hears of."""

    board_id: int
    secretary_post_id: int
    slice_: Slice = field(default_factory=dict)
