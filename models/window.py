"""Windows: one collection of returns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class WindowState(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"


class Window(SQLModel, table=True):
    """One collection: opens, closes, takes late answers until, locks.

    `revision` grows whenever the schedule changes after opening, so that people can be asked again.
    `edition` grows with every change whatsoever, so that nobody changes a window that is no longer as they saw it.
    What follows from an admin's act waits until `settles_at`, so that it can be undone.
    `calendar_opens_at` and `calendar_closes_at` are what the calendar last said; `set_by_hand` keeps an
    admin's own dates when the calendar is read again. `source` is which calendar it comes from (CalendarSpec.key).
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
    edition: int = 1
    settles_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    source: str = ""


class WindowChange(SQLModel, table=True):
    """One act of an admin on a window: who, when, and how everything stood before, so that it can be undone.

    `edition` is the window's after the act; `before` holds the columns of the window that the act changed, and the
    states of the returns that it changed, by id.
    """

    __tablename__ = "window_change"
    __table_args__ = (UniqueConstraint("window_id", "edition"),)

    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="window.id")
    edition: int
    act: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    before: dict[str, Any] = Field(sa_type=JSON)
    undone: bool = False
