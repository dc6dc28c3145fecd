"""Programmes, the boards that receive their digests, and their monitored items."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, UniqueConstraint
from sqlmodel import Field, SQLModel


class Programme(SQLModel, table=True):
    """A programme of monitored work; `definition` is its checked file (see rules/programmes/spec.py).

    `fingerprint` is a hash of the definition.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    title: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    fingerprint: str


class ProgrammeBoard(SQLModel, table=True):
    """A board that hears a programme: its channel receives the digests, and its secretary manages the windows.

    `hears` is the board's slice: it maps a fact to the values of the items that the board hears; empty, it hears all.
    """

    __tablename__ = "programme_board"

    programme_id: int = Field(foreign_key="programme.id", primary_key=True)
    board_id: int = Field(foreign_key="board.id", primary_key=True)
    hears: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)


class ItemState(StrEnum):
    """The status of an item: reported on, withdrawn for good, or suspended until the suspension is lifted."""

    REPORTED = "reported"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"


class Item(SQLModel, table=True):
    """One monitored item; `facts` holds the programme's own columns of items.csv, with dates as ISO text.

    `active` is whether the folder names the item. `standing` is the item's status, set by a secretary for
    `standing_reason`; a suspension is reviewed on `review_on`.
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
    standing: ItemState = Field(default=ItemState.REPORTED, sa_type=Enum(ItemState, name="standing"))
    standing_reason: str | None = None
    review_on: date | None = None
