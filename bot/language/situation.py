"""What a message is read against, and what a reading of it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from remembrancer.bot.language.acts import Act
from remembrancer.bot.language.requests import Role
from remembrancer.rules.programmes.spec import Programme


@dataclass(frozen=True)
class AskedItem:
    """An item that the person is asked for, or may answer. Answers are by field: 'milestones.go_live'."""

    ref: str
    title: str
    programme: Programme
    last: Mapping[str, Any] = field(default_factory=dict)
    is_stored: bool = False


@dataclass(frozen=True)
class OpenDraft:
    """An answer that was read back and is not sent; `offered` are values that were offered and not taken."""

    ref: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    offered: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """Who writes, on what day, about which items; `lacking` is the field that the draft was said to lack.

    `items` may be named; `wanted` are the refs of those that are meant without a name, all of them by default. `recent`
    is the item of which this person last stored an answer.
    """

    today: date
    items: Sequence[AskedItem] = ()
    wanted: Sequence[str] | None = None
    recent: str | None = None
    role: Role = "lead"
    draft: OpenDraft | None = None
    lacking: str | None = None

    @property
    def asked(self) -> Sequence[AskedItem]:
        """The items that 'both' and 'all' mean."""
        return self.items if self.wanted is None else [item for item in self.items if item.ref in self.wanted]

    def item(self, ref: str | None) -> AskedItem | None:
        """The item with this ref; without one, the only one that is asked for."""
        if ref is None:
            return self.asked[0] if len(self.asked) == 1 else None
        return next((item for item in self.items if item.ref.casefold() == ref.casefold()), None)


@dataclass
class ItemReading:
    """What is said of one item: values that are set, values to be offered, and the words that stay.

    `ref` is None where it is not said which item is meant.
    """

    ref: str | None
    values: dict[str, Any] = field(default_factory=dict)
    offered: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    words: dict[str, str] = field(default_factory=dict)
    """The words that set each value, where they do not stand in the text."""


@dataclass
class Reading:
    """What a message says of items, and what it asks for; with `ask` the person is asked which is meant first.

    `unsure` are the sentences about which alone is asked: what else was said is plain. `beside` are words that came
    with a request, and are most likely its reason.
    """

    items: list[ItemReading] = field(default_factory=list)
    act: Act | None = None
    ask: bool = False
    unsure: list[str] = field(default_factory=list)
    beside: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.act and not self.ask and not any(i.values or i.offered or i.text for i in self.items)
