"""Lists the messages that a pilot withheld, without their text, which may contain answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from remembrancer.cards.prompts.kinds import KINDS
from remembrancer.models import OutgoingMessage, SendState
from remembrancer.models.message import Message, refs_of
from remembrancer.scheduler.preview.describe import because, steps_of, what
from remembrancer.scheduler.preview.filters import address, addressee


@dataclass(frozen=True)
class Withheld:
    """One withheld message; `to` is an e-mail address or a channel, and `refs` are those of its items."""

    at: datetime
    to: str
    name: str
    kind: str
    what: str
    refs: tuple[str, ...]
    because: str

    def as_json(self) -> dict[str, Any]:
        """Return the message for JSON; whoever prints it chooses the clock of its moment."""
        return {
            "at": self.at,
            "to": self.to,
            "name": self.name,
            "kind": self.kind,
            "items": list(self.refs),
            "because": self.because,
        }


def count_withheld(session: Session) -> int:
    """Return the number of messages that were withheld."""
    query = select(func.count()).where(OutgoingMessage.state == SendState.WITHHELD)
    return session.exec(query).one()


def withheld(session: Session, most: int | None = None) -> list[Withheld]:
    """Return the withheld messages, the newest first; at most `most`, if given."""
    query = select(OutgoingMessage).where(OutgoingMessage.state == SendState.WITHHELD)
    rows = session.exec(
        query.order_by(
            col(OutgoingMessage.created_at).desc(),
            OutgoingMessage.kind,
            OutgoingMessage.because,
            col(OutgoingMessage.id),
        ).limit(most)
    )
    return [_withheld(session, row) for row in rows.all()]


def _withheld(session: Session, row: OutgoingMessage) -> Withheld:
    steps = steps_of(session, row)
    to, name = address(addressee(session, row))
    return Withheld(
        at=row.created_at,
        to=to,
        name=name,
        kind=row.kind,
        what=what(row.kind, steps),
        refs=_refs(session, row),
        because="; ".join(because(session, row, steps)),
    )


def _refs(session: Session, row: OutgoingMessage) -> tuple[str, ...]:
    """Return the refs and titles of what a message is about; of one from before these were stored, by its buttons."""
    if row.about:
        return refs_of(row.items)
    buttons = [button for part in Message.model_validate(row.body).parts for button in part.buttons]
    return tuple(label for kind in KINDS.values() for label in kind.labels_of_buttons(session, buttons))
