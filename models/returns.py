"""Returns, every version of their answers, drafts and snoozes."""

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
    """The report on one item in one window; the set of returns is fixed when the window opens.

    Nobody is asked for a return that is withdrawn or suspended, and no figure counts it; `set_aside_reason` is shown
    with the figures. `chased_at` is when the secretary last sent the lead a reminder by hand. `disowned_by_id` is the
    person who claims that the return is not theirs, and `disowned_to_id` the post that they suggest, until the
    secretary decides.
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
    """One version of a return's answers, never overwritten (see rules/programmes/answers.py).

    `answers` maps question keys to values: an absent key was not recorded, an empty value means 'nothing'.
    `restated_reason` is why answers were changed after the window was locked.
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
    """An unfinished answer, which is offered again until the person submits or discards it.

    `version` is the number of the newest submitted version when the draft was begun. `said` are the words that were
    last said to it, empty after a form; `before` its answers before them, None where they began it, and `replaced` the
    old values that they took the place of, last time's among them, by question key. `not_taken` are words that came
    after and were asked about, so that they are in no answer. `offered` is what the words mention and do not
    set, by field.
    """

    __table_args__ = (UniqueConstraint("return_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id")
    person_id: int = Field(foreign_key="person.id")
    answers: dict[str, Any] = Field(sa_type=JSON)
    version: int = 0
    saved_at: datetime = Field(sa_type=UtcDateTime)
    said: str = ""
    not_taken: str = ""
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    replaced: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    offered: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Snooze(SQLModel, table=True):
    """A person's wish not to be asked for a return before `until`, valid for one revision of the window's schedule."""

    __table_args__ = (UniqueConstraint("return_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id")
    person_id: int = Field(foreign_key="person.id")
    until: datetime = Field(sa_type=UtcDateTime)
    revision: int
