"""The organisation itself: one row."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Organisation(SQLModel, table=True):
    """`definition` is the checked content of organisation.yaml (see intake.organisation);
    `fingerprint` tells one definition from another."""

    id: int = Field(default=1, primary_key=True)
    name: str
    definition: dict[str, Any] = Field(sa_type=JSON)
    fingerprint: str
