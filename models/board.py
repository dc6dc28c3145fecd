"""Boards hear of items; they meet on days."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime


class Board(SQLModel, table=True):
    """Who hears it. `kind` groups boards in figures; `channel` is where its digests are posted."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    kind: str
    platform: str | None = None
    channel: str
    secretary_post_id: int = Field(foreign_key="post.id")


class Meeting(SQLModel, table=True):
    """One meeting of a board, as the calendar gives it."""

    __table_args__ = (UniqueConstraint("board_id", "uid", "starts_at"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    uid: str
    starts_at: datetime = Field(sa_type=UtcDateTime)
