"""The organisation's own settings: one row."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Organisation(SQLModel, table=True):
    """The organisation; `definition` is the checked content of organisation.yaml (see rules/organisation.py).

    `fingerprint` is a hash of the definition.
    """

    id: int = Field(default=1, primary_key=True)
    name: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    fingerprint: str
