"""Windows: one collection of returns."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime


class WindowState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"


class Window(SQLModel, table=True):
    """One collection: opens, closes, takes late answers until, locks.

    `revision` grows whenever the schedule changes after opening, so that people can be asked again.
    `calendar_opens_at` and `calendar_closes_at` are what the calendar last said; `set_by_hand` keeps an
    admin's own dates when the calendar is read again.
    """

    __table_args__ = (UniqueConstraint("programme_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    key: str
    title: str
    uid: str | None = None
    year: int
    state: WindowState = WindowState.SCHEDULED
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    late_until: datetime = Field(sa_type=UtcDateTime)
    calendar_opens_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    calendar_closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    set_by_hand: bool = False
    revision: int = 1
