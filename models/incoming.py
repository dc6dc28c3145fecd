"""The inbox: events from chat platforms, which are stored before they are acknowledged, and forms that are open."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime


class EventState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class IncomingEvent(SQLModel, table=True):
    """One event from a platform: a message, a press of a button, a command or a submission.

    `key` is the platform's own id of the event, and `body` the payload as delivered. Events of one `lane`, such as one
    person's, are handled one after the other. A worker leases an event until `leased_until`; `attempts` counts the
    attempts, and `problem` is how the last one failed. A failed event is kept for an operator and not tried again.
    """

    __tablename__ = "incoming_event"
    __table_args__ = (UniqueConstraint("platform", "key"), Index("ix_incoming_event_state_id", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    key: str
    lane: str = ""
    body: dict[str, Any] = Field(sa_type=JSON)
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: EventState = Field(default=EventState.WAITING, sa_type=Enum(EventState, name="heardstate"))
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    problem: str | None = None


class OpenForm(SQLModel, table=True):
    """A form that a person has open on a platform, with the values typed so far on all its pages.

    `token` identifies the form in the platform's payloads; `form` is a `models.message.Form` as JSON; `page` counts
    from 0. `view` is the platform's own id of the open view, once it is known.
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
