"""What a board or a secretary was told, frozen as it was told."""

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
    """A draft posts when its time has come, a held one when its secretary says so. Posted, it is frozen.

    A draft whose window has new dates is superseded by another; one that fell due while only a pilot's people were
    messaged is withheld: its board was told nothing.
    """

    DRAFT = "draft"
    HELD = "held"
    POSTED = "posted"
    SUPERSEDED = "superseded"
    WITHHELD = "withheld"


class Digest(SQLModel, table=True):
    """`slot` tells digests of one kind apart: the step, the day or the revision they belong to, and the board.

    `board_id` is the board that is told, with its own slice of the items; without one it is a secretary's own
    progress digest, or the record of all figures at the lock. `due_at` is when an addendum is due; the others go by
    the window's times. `figures` are the figures it was made from; `told` maps each item's ref to the version number
    it told of, and to -1 where the item is put back since. `text` is the Markdown as posted. `covering_note` is the
    secretary's, and `left_out` maps the ref of each item that the secretary leaves out, until it is put back, to the
    reason.
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
