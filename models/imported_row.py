"""What the folder last said, so that its next word can be told from what was said in chat since."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class FolderWord(SQLModel, table=True):
    """One row of the store as the folder last gave it: `values` by column, by the names that people use.

    A value that is the same at the next load is not news: what was decided in chat since then stands.
    """

    __tablename__ = "folder_word"
    __table_args__ = (UniqueConstraint("model", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    model: str
    name: str
    values: dict[str, Any] = Field(sa_type=JSON)
