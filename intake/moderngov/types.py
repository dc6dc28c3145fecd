"""The content of a committee system as plain values, without anything that it marks as restricted."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal


@dataclass(frozen=True)
class Committee:
    """A committee; one that is deleted or expired no longer meets."""

    id: int
    title: str
    category: str = ""
    deleted: bool = False
    expired: bool = False

    @property
    def meets(self) -> bool:
        return not (self.deleted or self.expired)


@dataclass(frozen=True)
class Status:
    """The status of a meeting; `moved_from` is its former day.

    A meeting is `cancelled` where it does not take place on its day: cancelled, postponed, or moved to another day.
    """

    text: str = ""
    cancelled: bool = False
    moved_from: date | None = None


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting in a list of meetings; `starts` is local time, None where the source gives none."""

    id: int
    committee: int
    day: date
    starts: time | None
    status: Status


@dataclass(frozen=True)
class LinkedDocument:
    """A public document of an agenda item; `address` is empty where the source gives no http or https URL."""

    title: str
    address: str


@dataclass(frozen=True)
class AgendaItem:
    """An item of an agenda; a restricted one has a number, but neither title nor documents.

    `number` is 0 for a heading and for an item without a number; `sub_number` is like '1' or 'a', or empty.
    """

    id: int
    number: int
    sub_number: str
    title: str
    restricted: bool
    documents: tuple[LinkedDocument, ...] = ()

    @property
    def heading(self) -> bool:
        return self.number == 0


@dataclass(frozen=True)
class Meeting:
    """One meeting with its agenda."""

    id: int
    day: date
    starts: time | None
    status: Status
    place: str = ""
    agenda: tuple[AgendaItem, ...] = ()


@dataclass(frozen=True)
class ForwardPlan:
    """An edition of a forward plan: its date, and the last day that it covers.

    `id` is the PlanId and `parent` the RP in its page's address; None where the page does not give them.
    """

    dated: date
    last_day: date
    body: str
    id: int | None = None
    parent: int | None = None


@dataclass(frozen=True)
class Due:
    """When a decision is due, as in the plan's `text`; `day` is None where the text names no day ('Autumn 2022')."""

    text: str
    kind: Literal["on", "not_before", "before", "unclear"]
    day: date | None


@dataclass(frozen=True)
class ForwardPlanEntry:
    """A future decision; `row` is its position on the page.

    `reference` is like '22/00089', or empty; `issue` is the system's own number, from the address of its page.
    It is `exempt` where the page anticipates any restriction, also in words that are unknown. `decision` is the text
    under 'Decision', which the system overwrites later: it is no day, and no period of notice may be derived from it.
    """

    row: int
    reference: str
    title: str
    issue: int | None
    decision_maker: str = ""
    due: Due | None = None
    decision: str = ""
    lead_officer: str = ""
    urgency: str = ""
    exempt: bool = False
