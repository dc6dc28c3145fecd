"""The switch that pauses all sending, or limits it to a pilot group: one row."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class SendingState(SQLModel, table=True):
    """The sending switch: while `paused_at` is set, only replies are sent; while `pilot` is set, only to its people.

    `pilot` holds ids of people. Without a row, or with None in a column, everybody is messaged as usual.
    """

    __tablename__ = "sending"

    id: int = Field(default=1, primary_key=True)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_by_id: int | None = Field(default=None, foreign_key="person.id")
    pilot: list[int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
