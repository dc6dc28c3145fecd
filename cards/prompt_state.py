"""How a prompt stands now: whether it may still be sent, and what a posted card of it should show."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from remembrancer.models import Window


class Verdict(StrEnum):
    """Whether a prompt that has not gone out is still to be sent.

    One that is `NOT_THEIRS`, because somebody else is asked by now, counts as never planned: should its person be asked
    again, they are told again.
    """

    RIGHT = "right"
    OVER = "over"
    NOT_THEIRS = "not theirs"


@dataclass(frozen=True)
class CardState:
    """What a posted card should show, by a name that is the same as long as it should show the same.

    `settled`: nothing about it can change any more. `waits`: what changed can still be undone.
    """

    name: str
    settled: bool
    waits: bool = False


@dataclass(frozen=True)
class Occasion:
    """What people are asked for together: the returns of a window, the papers of a meeting.

    `name` tells it from others, `head` is said above it. `told` are those (ids) who are to know who cannot be reached:
    for each of them, who that is (ids) and what they are asked for, as the one who is told may read it; `admins` are
    those of them who are told as admins.
    """

    name: str
    head: str
    expires_at: datetime
    told: Mapping[int, Mapping[int, Sequence[str]]]
    admins: Collection[int]
    window: Window | None = None
    of_papers: bool = False


def together(states: Iterable[CardState]) -> CardState:
    """The state of a card that has parts of several kinds."""
    found = list(states)
    name = found[0].name if len(found) == 1 else named(state.name for state in found)
    return CardState(name, all(state.settled for state in found), any(state.waits for state in found))


def named(states: Iterable[str]) -> str:
    """One name for several states, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(states)).encode()).hexdigest()[:16]
