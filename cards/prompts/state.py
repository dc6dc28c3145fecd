"""The state of a prompt: whether it may still be sent, and what its posted card should show."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from remembrancer.models import Window
from remembrancer.models.message import MessageItem


class Verdict(StrEnum):
    """Whether an unsent prompt is still to be sent.

    `NOT_THEIRS`: somebody else is asked now. The prompt is then forgotten, so that its person can be asked again.
    """

    RIGHT = "right"
    OVER = "over"
    NOT_THEIRS = "not theirs"


@dataclass(frozen=True)
class CardState:
    """What a posted card should show; `name` is a hash of it.

    `settled`: it can no longer change. `waits`: the last change can still be undone.
    """

    name: str
    settled: bool
    waits: bool = False


@dataclass(frozen=True)
class Occasion:
    """What people are asked together: the returns of a window, or the papers of a meeting.

    `name` is its key, `head` its heading. `told` maps each person (id) who learns of unreachable people to those people
    (ids) and the labels of what they are asked, as the reader may see them; `admins` are the admins among the readers.
    `items` is what each unreachable person (id) is asked about.
    """

    name: str
    head: str
    expires_at: datetime
    told: Mapping[int, Mapping[int, Sequence[str]]]
    admins: Collection[int]
    items: Mapping[int, Sequence[MessageItem]]
    window: Window | None = None
    of_papers: bool = False


def combine_states(states: Iterable[CardState]) -> CardState:
    """The state of a card with parts of several kinds."""
    found = list(states)
    name = found[0].name if len(found) == 1 else hash_of(state.name for state in found)
    return CardState(name, all(state.settled for state in found), any(state.waits for state in found))


def hash_of(states: Iterable[str]) -> str:
    """One hash for several states, in any order."""
    return hashlib.sha256("\n".join(sorted(states)).encode()).hexdigest()[:16]
