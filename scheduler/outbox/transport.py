"""What a platform can do for the sender."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from remembrancer.models.message import Message


@dataclass(frozen=True)
class Sent:
    """Where a message ended up: the platform's own name for it, and the key under which it was sent, where known."""

    remote_id: str
    key: str = ""


class Trouble(StrEnum):
    """AGAIN: nothing was sent, try later. DOUBT: it may have been sent. BROKEN: this address cannot be reached.
    STOPPED: nothing can be sent to anybody, until an admin has put the installation right. OURS: the platform refuses
    what we made of it."""

    AGAIN = "again"
    DOUBT = "doubt"
    BROKEN = "broken"
    STOPPED = "stopped"
    OURS = "ours"


class SendError(Exception):
    """The platform did not take a message. `retry_after` is in seconds, where the platform says so.

    `of_all`: whatever else were sent there now would fare the same. `in_part`: some of the message is there. `is_gone`:
    what was to be updated is there no more, or cannot be changed any more; its address may well be reached.
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
    """Only some of a message arrived: sending it again completes it."""


class Transport(Protocol):
    """One platform. Calls block; they raise SendError, and nothing else that a platform can cause."""

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        """Post it under the delivery's own key. `perhaps_again`: say that it may be a repeat.

        `since`: nothing of it was posted before that moment, which is how far back anybody need look.
        """

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        """The message that was posted under this key since a moment, None where there is none.

        Raises CannotKnowError, InPartError.
        """

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        """Replace what a posted message shows; what it is called since, if that is another name."""
