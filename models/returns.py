"""Returns and every version of every answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class ReturnState(StrEnum):
    AWAITING = "awaiting"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NO_UPDATE = "no_update"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"


class Return(SQLModel, table=True):
    """One item in one window. The set of returns is fixed when the window opens.

    A return that is withdrawn or suspended is asked of nobody and counts in no figure; `set_aside_reason` says why,
    wherever figures are told. `chased_at` is when the secretary last had the lead asked by hand. `disowned_by_id`
    said that it is not theirs and who should be asked (`disowned_to_id`, a post), until the secretary decides.
    """

    __table_args__ = (UniqueConstraint("window_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="window.id", index=True)
    item_id: int = Field(foreign_key="item.id")
    state: ReturnState = ReturnState.AWAITING
    versions: int = 0
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    returned_reason: str | None = None
    delegate_id: int | None = Field(default=None, foreign_key="person.id")
    set_aside_reason: str | None = None
    chased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disowned_by_id: int | None = Field(default=None, foreign_key="person.id")
    disowned_to_id: int | None = Field(default=None, foreign_key="post.id")
    disowned_reason: str | None = None


class ReturnVersion(SQLModel, table=True):
    """One answer to a return; never overwritten. `answers` maps question key to value (see rules.answers).

    A key that is absent was not recorded; an empty value means 'nothing'. `restated_reason` is why a value of a
    window that was locked already is given anew.
    """

    __tablename__ = "return_version"
    __table_args__ = (UniqueConstraint("return_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    number: int
    answers: dict[str, Any] = Field(sa_type=JSON)
    given_by_id: int | None = Field(default=None, foreign_key="person.id")
    on_behalf_of_id: int | None = Field(default=None, foreign_key="person.id")
    given_at: datetime = Field(sa_type=UtcDateTime)
    came_from: str
    restated_reason: str | None = None


class Draft(SQLModel, table=True):
    """A half-finished answer: kept, and offered again, until it is sent or thrown away.

    `version` is the number of the answer that was in when it was begun.
    """

    __table_args__ = (UniqueConstraint("return_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id")
    person_id: int = Field(foreign_key="person.id")
    answers: dict[str, Any] = Field(sa_type=JSON)
    version: int = 0
    saved_at: datetime = Field(sa_type=UtcDateTime)


class Snooze(SQLModel, table=True):
    """'Ask me again then': one person's wish about one return, in one revision of its window's schedule."""

    __table_args__ = (UniqueConstraint("return_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id")
    person_id: int = Field(foreign_key="person.id")
    until: datetime = Field(sa_type=UtcDateTime)
    revision: int
