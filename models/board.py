"""Boards hear of items; they meet on days."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Board(SQLModel, table=True):
    """Who hears it. `kind` groups boards in figures; `channel` is where its digests are posted."""

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
    """One meeting of a board, as its source gives it; it keeps its row when it moves, and when it is cancelled.

    `source` is which calendar or committee system it comes from (CalendarSpec.key). `moved_from` is the date that it
    had before, if it moved; `revision` grows with every move, cancelling and reinstatement, so that people can be told.
    Of a `whole_day` meeting the source gave no hour.
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
