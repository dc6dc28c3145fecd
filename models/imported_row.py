"""What the folder or a committee system said last, so that its next word can be told from what was said in chat."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class FolderWord(SQLModel, table=True):
    """One row of the store as its source last gave it: `values` by column, by the names that people use.

    `name` is the row's, or for a committee system's decision the system's key and its own number for it. A value
    that is the same next time is not news: what was decided in chat since then stands.
    """

    __tablename__ = "folder_word"
    __table_args__ = (UniqueConstraint("model", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    model: str
    name: str
    values: dict[str, Any] = Field(sa_type=JSON)
