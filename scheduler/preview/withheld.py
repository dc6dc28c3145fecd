"""What a pilot withheld: when, from whom, what it was about and why. Never its words: they may tell of answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from remembrancer.models import ForwardPlanItem, Item, OutgoingMessage, PaperPrompt, Placing, Prompt, Return, SendState
from remembrancer.models.message import Message
from remembrancer.models.outgoing import KIND as PAPERS
from remembrancer.reports.forward_plan.paper_status import open_title
from remembrancer.scheduler.preview.describe import because, steps_of, what
from remembrancer.scheduler.preview.filters import address, addressee


@dataclass(frozen=True)
class Withheld:
    """One message that was written and not sent. `to` is an e-mail address or a channel; `refs` are items."""

    at: datetime
    to: str
    name: str
    kind: str
    what: str
    refs: tuple[str, ...]
    because: str

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "to": self.to,
            "name": self.name,
            "kind": self.kind,
            "items": list(self.refs),
            "because": self.because,
        }


def count_withheld(session: Session) -> int:
    query = select(func.count()).where(OutgoingMessage.state == SendState.WITHHELD)
    return session.exec(query).one()


def withheld(session: Session, most: int | None = None) -> list[Withheld]:
    """The newest first; all of them, or so many."""
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
        refs=tuple(_titles(session, row) if row.kind == PAPERS else _refs(session, row)),
        because="; ".join(because(session, row, steps)),
    )


def _titles(session: Session, row: OutgoingMessage) -> list[str]:
    """The papers that it asks about; where its prompts are gone, by its buttons."""
    found = session.exec(select(PaperPrompt.placing_id).where(PaperPrompt.message_id == row.id)).all()
    buttons = [button for part in Message.model_validate(row.body).parts for button in part.buttons]
    ids = found or [int(button.value.partition(".")[0]) for button in buttons]
    query = select(ForwardPlanItem).join(Placing).where(col(Placing.id).in_(ids))
    return [open_title(item) for item in session.exec(query.order_by(col(ForwardPlanItem.position)))]


def _refs(session: Session, row: OutgoingMessage) -> list[str]:
    """The items that it asks about; where its prompts are gone, because they were asked after all, by its buttons."""
    query = select(Item.ref).join(Return).join(Prompt).where(Prompt.message_id == row.id).order_by(col(Item.position))
    refs = list(session.exec(query))
    if refs:
        return refs
    buttons = [button for part in Message.model_validate(row.body).parts for button in part.buttons]
    ids = {int(button.value) for button in buttons if button.action == "answer" and button.value.isdecimal()}
    query = select(Item.ref).join(Return).where(col(Return.id).in_(ids)).order_by(col(Item.position))
    return list(session.exec(query))
