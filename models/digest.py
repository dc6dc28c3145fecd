"""Digests: the reports to a board or a secretary, kept as they were sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class DigestKind(StrEnum):
    PROGRESS = "progress"
    CLOSE = "close"
    ADDENDUM = "addendum"
    LOCK = "lock"


class DigestState(StrEnum):
    """The life of a digest: a draft posts when it is due, a held one when its secretary releases it.

    A posted digest never changes. A draft is superseded by another when its window gets new dates; it is withheld, and
    never posted, when it falls due during a pilot.
    """

    DRAFT = "draft"
    HELD = "held"
    POSTED = "posted"
    SUPERSEDED = "superseded"
    WITHHELD = "withheld"


class Digest(SQLModel, table=True):
    """One report on a window; `slot` tells digests of one kind apart, by step, day or revision, and by board.

    `board_id` is the board that receives the digest, about its own slice of the items; without one the digest is a
    secretary's progress digest, or the record of all figures at the lock. `due_at` is when an addendum is due; other
    digests follow the window's times. `figures` are the figures that the text was written from. `told` maps each item's
    ref to the number of the answer that the digest reported, and to -1 once an item that was left out is put back.
    `text` is the Markdown as posted. `covering_note` is the secretary's. `left_out` maps the ref of each item that the
    secretary leaves out to the reason.
    """

    __table_args__ = (UniqueConstraint("window_id", "kind", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="window.id", index=True)
    board_id: int | None = Field(default=None, foreign_key="board.id")
    kind: DigestKind
    slot: str
    state: DigestState = DigestState.POSTED
    made_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(sa_type=JSON)
    told: dict[str, int] = Field(sa_type=JSON)
    text: str
    covering_note: str = ""
    left_out: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
