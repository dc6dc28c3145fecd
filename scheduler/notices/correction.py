"""A correction: a message that a date which somebody was told has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from remembrancer.models import Board, Person, Prompt, Window
from remembrancer.models.message import MessageItem
from remembrancer.rules.calendar.deadlines import Deadline


@dataclass(frozen=True)
class Correction:
    """A correction to one person or board, and the prompts that record what they now know; they are stored with it.

    `items` are what it speaks of.
    """

    to: Person | Board
    key: str
    kind: str
    text: str
    not_before: datetime | None = None
    expires_at: datetime | None = None
    window: Window | None = None
    prompts: Sequence[Prompt] = ()
    items: Sequence[MessageItem] = ()


@dataclass(frozen=True)
class Changed:
    """A deadline's day before and now; None where the deadline did not exist or does not any more."""

    name: str
    was: date | None
    now: date | None


def changed(was: Sequence[Deadline], now: Sequence[Deadline]) -> list[Changed]:
    """Return the deadlines that were added, removed or moved to another day."""
    before, then = ({each.key: each for each in found} for found in (was, now))
    found = [
        Changed(
            (then.get(key) or before[key]).name,
            before[key].counted.date if key in before else None,
            then[key].counted.date if key in then else None,
        )
        for key in dict.fromkeys([*before, *then])
    ]
    return [each for each in found if each.was != each.now]
