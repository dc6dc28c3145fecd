"""What a board or a secretary was told, frozen as it was told."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime


class DigestKind(StrEnum):
    PROGRESS = "progress"
    CLOSE = "close"
    ADDENDUM = "addendum"
    LOCK = "lock"


class Digest(SQLModel, table=True):
    """`slot` tells digests of one kind apart: the step, the day or the revision they belong to.

    `figures` are the figures it was made from; `told` maps each item's ref to the version number it told of;
    `text` is the Markdown as posted.
    """

    __table_args__ = (UniqueConstraint("window_id", "kind", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    window_id: int = Field(foreign_key="window.id", index=True)
    kind: DigestKind
    slot: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    figures: dict[str, Any] = Field(sa_type=JSON)
    told: dict[str, int] = Field(sa_type=JSON)
    text: str
