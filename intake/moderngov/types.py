"""What a committee system says, in neutral shapes: no XML, no HTML, and nothing that it marks as restricted."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal


@dataclass(frozen=True)
class Committee:
    """A committee; one that is deleted or expired meets no more."""

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
    """What became of a meeting. `moved_from` is the day on which it should have been, `moved_to` where it went.

    A meeting that is `cancelled` does not take place on its day: cancelled, postponed, or moved to another day.
    """

    text: str = ""
    cancelled: bool = False
    moved_from: date | None = None
    moved_to: date | None = None


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting as a list of meetings has it; `starts` is by the body's clock, None where the source gives no time."""

    id: int
    committee: int
    day: date
    starts: time | None
    status: Status


@dataclass(frozen=True)
class LinkedDocument:
    """A public document of an agenda item; `address` is empty where it is none that a browser could open."""

    id: int
    title: str
    address: str
    published: date | None = None


@dataclass(frozen=True)
class AgendaItem:
    """An item of an agenda. Of a restricted one there is the number, and neither title nor documents.

    `number` is 0 for a heading and for an item without a number; `sub_number` is such as '1' or 'a', or empty.
    """

    meeting: int
    id: int
    number: int
    sub_number: str
    title: str
    restricted: bool
    decision: bool = False
    call_in: bool = False
    documents: tuple[LinkedDocument, ...] = ()

    @property
    def heading(self) -> bool:
        return self.number == 0


@dataclass(frozen=True)
class Meeting:
    """One meeting with its agenda; the three flags say what is published of it."""

    id: int
    day: date
    starts: time | None
    status: Status
    place: str = ""
    agenda_published: bool = False
    decisions_published: bool = False
    minutes_published: bool = False
    agenda: tuple[AgendaItem, ...] = ()


Restriction = Literal["open", "part_exempt", "fully_exempt", "unclear"]


@dataclass(frozen=True)
class ForwardPlan:
    """An edition of a forward plan: the day it is of, and the days it covers, both included.

    `id` is the PlanId and `parent` the RP of its page's address; None where the page does not say.
    """

    title: str
    dated: date
    first_day: date
    last_day: date
    body: str
    id: int | None = None
    parent: int | None = None


@dataclass(frozen=True)
class Due:
    """When a decision is due, as a plan words it; `day` is None where the words name no day ('Autumn 2022')."""

    text: str
    kind: Literal["on", "not_before", "before", "unclear"]
    day: date | None


@dataclass(frozen=True)
class ForwardPlanEntry:
    """A decision to come, in a row of the page (its position).

    `reference` is such as '22/00089', or empty; `issue` is the system's own number, from the address of its page.
    `restriction` is unclear where the page's words for it are not known.

    `decision` is what the page says under 'Decision'. The system overwrites that label later, so it is kept as
    words and not as a day: no period of notice may be derived from it.
    """

    row: int
    reference: str
    title: str
    issue: int | None
    new: bool = False
    decision_maker: str = ""
    due: Due | None = None
    decision: str = ""
    originally_due: Due | None = None
    lead_officer: str = ""
    status: str = ""
    first_published: date | None = None
    urgency: str = ""
    restriction: Restriction | None = None
