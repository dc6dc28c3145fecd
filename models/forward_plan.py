"""Forward plans: what is to come before a board, at which of its meetings, and how each paper stands."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Fate(StrEnum):
    """What was decided about an item at one meeting."""

    ADDED = "added"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


class PlanStanding(StrEnum):
    """An item that is on hold keeps its place in the plan and comes to no meeting; a withdrawn one has left it."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"


class ForwardPlanItem(SQLModel, table=True):
    """One thing that comes before a board, once or again and again.

    `key` names it within its board's plan, and stays when its title changes. `recurrence` and `months` are a
    rules.recurrence.Recurrence; `first_on` is where it begins, for a one-off its meeting, and `last_placed` the last
    placing that the plan does not hold itself. `lead_post_id` is who brings it and `item_id` the monitored item that
    it belongs to, where there are such. `pathway` are the keys of the boards that a paper goes to before, in order.
    The notice of a key decision says who decides and their title or members, the documents, a line each, and where to
    get them (rules/forward_plan/key_decisions.py). `source` is where the item came from: folder, chat, meeting, or
    a committee system's key.
    """

    __tablename__ = "forward_plan_item"
    __table_args__ = (UniqueConstraint("board_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id", index=True)
    key: str
    title: str
    recurrence: str
    months: int = 0
    first_on: date | None = None
    last_placed: date | None = None
    decision_no: str = ""
    key_decision: bool = False
    confidential: bool = False
    decision_maker: str = ""
    maker_title: str = ""
    documents: str = ""
    documents_at: str = ""
    notice_published_on: date | None = None
    lead_post_id: int | None = Field(default=None, foreign_key="post.id")
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    pathway: list[str] = Field(default_factory=list, sa_type=JSON)
    requested_by: str = ""
    note: str = ""
    standing: PlanStanding = PlanStanding.ACTIVE
    standing_reason: str = ""
    source: str = "folder"
    position: int = 0


class Placing(SQLModel, table=True):
    """An item at a meeting: computed, and written down so that it can be asked about and keeps its history.

    `on` says that it is to come; one that is off any more keeps what was decided (`fate`, by whom and why). `was_id` is
    the meeting that it was to come to before it was moved here.
    """

    __table_args__ = (UniqueConstraint("plan_item_id", "meeting_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_item_id: int = Field(foreign_key="forward_plan_item.id", index=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    on: bool = True
    was_id: int | None = Field(default=None, foreign_key="meeting.id")
    fate: Fate | None = None
    to_id: int | None = Field(default=None, foreign_key="meeting.id")
    reason: str = ""
    decided_by_id: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PaperAnswer(SQLModel, table=True):
    """What was said of a paper at one stage: that it is so, or not yet and why. The newest of a stage counts.

    `meeting_id` is the meeting for which it was said: the placing's, or one on the way there.
    """

    __tablename__ = "paper_answer"

    id: int | None = Field(default=None, primary_key=True)
    placing_id: int = Field(foreign_key="placing.id", index=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    stage: str
    is_so: bool
    words: str = ""
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class MeetingNoteKind(StrEnum):
    """What a board said of an item, or what it asked for."""

    SAID = "said"
    ACTION = "action"


class MeetingNote(SQLModel, table=True):
    """What arose from a meeting: a board's words on an item, or an action or a request, and the item it became."""

    __tablename__ = "meeting_note"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    plan_item_id: int | None = Field(default=None, foreign_key="forward_plan_item.id", index=True)
    kind: MeetingNoteKind
    text: str
    brings_id: int | None = Field(default=None, foreign_key="forward_plan_item.id")
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
