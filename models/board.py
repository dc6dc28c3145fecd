"""Boards, which receive the digests of programmes, and their meetings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Board(SQLModel, table=True):
    """A board, committee or cabinet; `kind` groups boards in figures, and `channel` is where its digests are posted."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    kind: str
    platform: str | None = None
    channel: str
    secretary_post_id: int = Field(foreign_key="post.id")


class MeetingState(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class Meeting(SQLModel, table=True):
    """One meeting of a board, as its source gives it; a meeting that moves or is cancelled keeps its row.

    `source` is the key of the calendar or committee system that the meeting comes from (CalendarSpec.key). `moved_from`
    is the start before the last move. `revision` grows with every move, cancellation and reinstatement, so that people
    can be told of each. A meeting is `whole_day` where its source gives no hour.
    """

    __table_args__ = (UniqueConstraint("board_id", "uid"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    uid: str
    starts_at: datetime = Field(sa_type=UtcDateTime)
    state: MeetingState = MeetingState.SCHEDULED
    sequence: int = 0
    source: str = ""
    place: str = ""
    whole_day: bool = False
    revision: int = 1
    moved_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
