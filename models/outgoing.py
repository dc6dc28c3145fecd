"""The outbox: messages to send, and the prompts that they carry."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from remembrancer.models.base import UtcDateTime
from remembrancer.models.message import MessageItem


class SendState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    WITHHELD = "withheld"


class OutgoingMessage(SQLModel, table=True):
    """One message of the outbox, which is leased, sent outside any transaction, and recorded.

    `key` makes the message unique, however often it is planned. `body` is a `models.message.Message` as JSON. The
    addressee is a person or a board's channel, never both. An `immediate` message is a reply and may be sent outside
    working hours; a message past `expires_at` is dropped. `showing` is the state hash of a posted card, which is
    updated when its wanted state differs, until the card is `settled`: its state can no longer change. A message in
    state `withheld` is for somebody outside the pilot: it records what would have been sent, and is never sent. `about`
    holds its `items` as JSON.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (Index("ix_outgoing_message_state_not_before", "state", "not_before"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    board_id: int | None = Field(default=None, foreign_key="board.id")
    window_id: int | None = Field(default=None, foreign_key="window.id", index=True)
    digest_id: int | None = Field(default=None, foreign_key="digest.id", index=True)
    body: dict[str, Any] = Field(sa_type=JSON)
    because: str
    state: SendState = SendState.PENDING
    created_at: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    immediate: bool = False
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    in_doubt: bool = False
    perhaps_again: bool = False
    problem: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    platform: str | None = None
    conversation: str | None = None
    remote_id: str | None = Field(default=None, index=True)
    showing: str | None = None
    settled: bool = False
    about: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)

    @property
    def items(self) -> tuple[MessageItem, ...]:
        """Return what the message is about."""
        return tuple(MessageItem.model_validate(each) for each in self.about)

    def set_items(self, items: Iterable[MessageItem]) -> None:
        """Store what the message is about, each once."""
        self.about = [each.model_dump(mode="json") for each in dict.fromkeys(items)]


class Prompt(SQLModel, table=True):
    """One prompt that was planned: a person is sent each step about a subject once in a revision of its schedule.

    `subject_kind` and `subject_name` identify the subject: a return by its id, a stage of a paper by placing, meeting
    and stage ('17.23.draft'). The ids of the rows behind the subject are stored too, for joins. `due_on` is the
    deadline that the message named, so that a later change can be corrected.
    """

    __table_args__ = (UniqueConstraint("subject_kind", "subject_name", "step", "person_id", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    subject_kind: str
    subject_name: str
    return_id: int | None = Field(default=None, foreign_key="return.id", index=True)
    placing_id: int | None = Field(default=None, foreign_key="placing.id", index=True)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    step: str
    person_id: int = Field(foreign_key="person.id")
    revision: int
    to: str
    because: str
    due_on: date | None = None
    message_id: int = Field(foreign_key="outgoing_message.id", index=True)


PAPERS = "papers"
"""The kind of a message whose prompts are all about papers."""
REROUTED = "rerouted_"
"""The prefix of steps that ask nothing: they tell that a paper goes to another meeting on its pathway."""
