"""What a platform delivered: kept before it is acknowledged, and handled once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class HeardState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class IncomingEvent(SQLModel, table=True):
    """One event, press, command or submission, as the platform gave it (`body`), under the platform's own name for it.

    Events of one `lane`, such as one person's, are handled one after the other. Each is handled by whoever has it until
    `leased_until`; `attempts` says how often that was tried, `problem` how the last attempt ended. One that `failed` is
    kept for an operator and is not tried again.
    """

    __tablename__ = "incoming_event"
    __table_args__ = (UniqueConstraint("platform", "key"), Index("ix_incoming_event_state_id", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    key: str
    lane: str = ""
    body: dict[str, Any] = Field(sa_type=JSON)
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: HeardState = HeardState.WAITING
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    problem: str | None = None


class OpenForm(SQLModel, table=True):
    """A form that somebody has open on a platform, with what is on all its pages, so that none of it is lost.

    `token` is its name, which the platform gives back; `form` is a bot.message.Form as JSON, its values as last
    typed; `page` counts from nought. `view` is the platform's own name of what shows it, once that is known.
    """

    __tablename__ = "open_form"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    platform: str
    person_id: int = Field(foreign_key="person.id", index=True)
    form: dict[str, Any] = Field(sa_type=JSON)
    page: int = 0
    view: str = ""
    opened_at: datetime = Field(sa_type=UtcDateTime)
