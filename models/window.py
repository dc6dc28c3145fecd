"""Windows, each of which collects one round of returns, and the history of their changes."""

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
    """One round of returns: it opens, closes, accepts late answers until `late_until`, and then locks.

    `revision` grows whenever the schedule changes after opening, so that people can be asked again. `edition` grows
    with every change and is checked before the next one (optimistic locking). Until `settles_at`, the end of the undo
    grace period, nothing that follows from an admin's change is sent. `calendar_opens_at` and `calendar_closes_at` are
    the dates last read from the calendar; `set_by_hand` keeps an admin's own dates when the calendar is read again.
    `source` is the key of the calendar that the window comes from (CalendarSpec.key).
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
    """One change of a window by an admin, with the values before, so that it can be undone.

    `edition` is the window's edition after the change; `before` holds the former values of the columns of the window
    and of the returns (by id) that the change set.
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
