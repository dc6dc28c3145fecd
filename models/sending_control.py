"""Whether anything is sent at all, and to whom: one row."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class Sending(SQLModel, table=True):
    """Paused since `paused_at`, nothing is sent but replies. In a pilot only these people (`pilot`, ids) are messaged.

    No row, or None in a column, is the ordinary state: everybody is messaged.
    """

    id: int = Field(default=1, primary_key=True)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_by_id: int | None = Field(default=None, foreign_key="person.id")
    pilot: list[int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
