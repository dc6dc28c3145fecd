"""Programmes of monitored items."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class Programme(SQLModel, table=True):
    """A body of monitored work. `definition` is the checked programme file (see rules.programme);
    `fingerprint` tells one definition from another."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    fingerprint: str


class ProgrammeBoard(SQLModel, table=True):
    """A board that hears a programme: its channel gets the digests and its secretary looks after the windows.

    `hears` maps a fact to the values that the board hears of; empty, it hears of every item.
    """

    __tablename__ = "programme_board"

    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    board_id: int = Field(foreign_key="board.id", primary_key=True)
    hears: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)


class Standing(StrEnum):
    """Whether an item is reported on: yes; no more; or not until its suspension is lifted."""

    REPORTED = "reported"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"


class Item(SQLModel, table=True):
    """One monitored thing. `facts` holds the programme's own columns of items.csv; dates as ISO text.

    `active` is whether the folder names it; `standing` is what a secretary decided, and why; a suspension is looked
    at again on `review_on`.
    """

    __table_args__ = (UniqueConstraint("programme_id", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    ref: str
    title: str
    position: int
    lead_post_id: int = Field(foreign_key="post.id")
    contributing_post_ids: list[int] = Field(default_factory=list, sa_type=JSON)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    active: bool = True
    standing: Standing = Standing.REPORTED
    standing_reason: str | None = None
    review_on: date | None = None
