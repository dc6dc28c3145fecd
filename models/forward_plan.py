"""Forward plans: the items that come before a board, their meetings, and the answers about each paper."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Enum, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Fate(StrEnum):
    """A decision about an item at one meeting."""

    ADDED = "added"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


class PlanItemState(StrEnum):
    """The status of an item: on hold it stays in the plan but comes to no meeting; withdrawn it has left the plan."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"


class ForwardPlanItem(SQLModel, table=True):
    """One item of a board's forward plan, which comes before the board once or repeatedly.

    `key` names the item within its board's plan, and stays when its title changes. `recurrence` and `months` are the
    fields of a `rules.forward_plan.recurrence.Recurrence`. `first_on` is the day on which the item begins (for a
    one-off the day of its meeting), and `last_placed` the day of the last meeting before the plan was loaded.
    `lead_post_id` is the post that brings the paper, and `item_id` the monitored item that the paper is about, where
    there is one. `pathway` holds the keys of the boards that consider the paper before, in order. `decision_maker`,
    `maker_title` (title or members), `documents` (one a line) and `documents_at` are what the notice of a key decision
    must state (rules/forward_plan/key_decisions.py). `source` is where the item came from: folder, chat, meeting, or
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
    standing: PlanItemState = Field(default=PlanItemState.ACTIVE, sa_type=Enum(PlanItemState, name="planstanding"))
    standing_reason: str = ""
    source: str = "folder"
    position: int = 0


class Placing(SQLModel, table=True):
    """An item at a meeting: computed from the recurrence, and stored so that answers and decisions can refer to it.

    `on` is true while the item is to come to the meeting; a placing that is off keeps the decision about it (`fate`,
    `to_id`, `reason`, `decided_by_id`). `was_id` is the meeting from which the item was moved to this one.
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
    """One answer about a paper at one stage: done (`is_so`), or not yet and why (`words`); the newest counts.

    `meeting_id` is the meeting that the answer is about: the placing's own, or one of an earlier pathway stage.
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
    """The kind of a note: what a board said about an item, or an action that it asked for."""

    SAID = "said"
    ACTION = "action"


class MeetingNote(SQLModel, table=True):
    """A note from a meeting: a remark on an item, or an action; `brings_id` is the plan item that the action became."""

    __tablename__ = "meeting_note"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    plan_item_id: int | None = Field(default=None, foreign_key="forward_plan_item.id", index=True)
    kind: MeetingNoteKind
    text: str
    brings_id: int | None = Field(default=None, foreign_key="forward_plan_item.id")
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
