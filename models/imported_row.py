"""The rows last imported from the folder or a committee system: the base version of the three-way merge."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class ImportedRow(SQLModel, table=True):
    """One row as its source last gave it: `values` by column, with references as names.

    `name` identifies the row within its `model`; for a committee system's decision it is the system's key and the
    decision's number there. A value that has not changed since the last import does not overwrite a change in chat.
    """

    __tablename__ = "folder_word"
    __table_args__ = (UniqueConstraint("model", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    model: str
    name: str
    values: dict[str, Any] = Field(sa_type=JSON)
