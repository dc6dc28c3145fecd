"""The interface between the outbox and the platforms."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from remembrancer.models.message import Message


@dataclass(frozen=True)
class Sent:
    """A message that was sent: the platform's own id of it, and the key under which it was sent, where known."""

    remote_id: str
    key: str = ""


class Trouble(StrEnum):
    """Why a message was not sent.

    AGAIN: nothing was sent, try later. DOUBT: it may have been sent. BROKEN: this address cannot be reached.
    STOPPED: nothing can be sent to anybody until an admin fixes the installation. OURS: the platform refuses the
    content that we built.
    """

    AGAIN = "again"
    DOUBT = "doubt"
    BROKEN = "broken"
    STOPPED = "stopped"
    OURS = "ours"


class SendError(Exception):
    """The platform did not accept a message; `retry_after` is in seconds, where the platform gives it.

    `of_all`: all other messages to the platform would fail now too. `in_part`: a part of the message was posted.
    `is_gone`: the message to update no longer exists or can no longer be changed, but its address may work.
    """

    def __init__(
        self, trouble: Trouble, reason: str, retry_after: float | None = None, of_all: bool | None = None
    ) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason
        self.retry_after = retry_after
        self.of_all = trouble == Trouble.STOPPED if of_all is None else of_all
        self.in_part = self.is_gone = False


class CannotKnowError(Exception):
    """The platform gives no way to find out whether a message arrived."""


class InPartError(Exception):
    """Only a part of a message arrived, and sending it again completes it."""


class Transport(Protocol):
    """One platform; its methods block, and raise only SendError for whatever a platform can cause."""

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        """Post a message under its key; `perhaps_again` adds that it may be a repeat.

        `since` is a moment before which nothing of the message was posted, so that a search need not go further back.
        """

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        """Return the message that was posted under this key since a moment; None where there is none.

        Raises CannotKnowError, InPartError.
        """

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        """Replace the content of a posted message, and return its id, which may be a new one."""
