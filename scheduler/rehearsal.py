"""Rehearses the next message that a person would get, so that an admin can be sent it as a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import cast

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import build_cards
from remembrancer.models import (
    ForwardPlanItem,
    OutgoingMessage,
    PaperAnswer,
    Person,
    Placing,
    Programme,
    Return,
    ReturnVersion,
    SendState,
    Window,
)
from remembrancer.models.message import Message, Part
from remembrancer.queries.message_recipients import CORRECTION, WINDOW_NOTICE
from remembrancer.queries.organisation import definition
from remembrancer.queries.prompt_kinds import prompts_of
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.meeting_notices import NoticeKind
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.preview.filters import UNSENT, Wanted, address, outlook
from remembrancer.scheduler.preview.types import Planned
from remembrancer.scheduler.tick import write_due
from remembrancer.services.audit import record_event
from remembrancer.services.people import subject
from remembrancer.services.sending import current_sending
from remembrancer.wording import phrase, render

DAYS = (14, 92, 366)
"""How far ahead the next message is looked for, the nearest days first, because most are near and a year takes long."""
TEST_BUTTON = "test_button"
"""The action of every button of a test, which does nothing but say so."""
WITHOUT_ANSWERS = (CORRECTION, WINDOW_NOTICE, NoticeKind.PUBLISH, NoticeKind.PRIVATE)
"""The kinds of messages without prompts that hold nothing but names, states and dates."""


@dataclass(frozen=True)
class Rehearsed:
    """The next message to a person, as it would be sent if nothing else changed until then."""

    planned: Planned
    content: Message


def rehearse(session: Session, of: Person, now: datetime, day: date | None = None) -> Rehearsed | None:
    """Return the next message that the person would get, of one day if it is given; None where there is none.

    Nothing is stored.
    """
    for days in DAYS if day is None else DAYS[:1]:
        planned = outlook(session, now, Wanted(days, day, frozenset({address(of)})))
        if planned:
            content = _as_written(session, of, planned[0])
            return Rehearsed(planned[0], content) if content else None
    return None


def _as_written(session: Session, of: Person, planned: Planned) -> Message | None:
    """Write all that is due at the message's moment within a savepoint, and take the message before it is undone."""
    with session.begin_nested() as trial:
        current_sending(session).paused_at = None
        session.flush()
        # A session takes a connection for an engine, and then works within the transaction that has begun.
        write_due(cast(Engine, session.connection()), planned.at)
        rows = list(_rows(session, of, planned))
        row = next((row for row in rows if recheck(session, row, planned.at)), None)
        content = _without_answers(session, of, row, planned.at) if row else None
        trial.rollback()
    return content


def _without_answers(session: Session, of: Person, row: OutgoingMessage, at: datetime) -> Message:
    """Return a message as an admin may read it: without answers, their words and exempt titles.

    Of a card the buttons stay as they are. What else may hold such things is left out as a whole.
    """
    written, prompts = Message.model_validate(row.body), prompts_of(session, [stored_id(row.id)])
    if not prompts:
        text = phrase("sending.left_out_of_test", name=of.name)
        return written if row.kind in WITHOUT_ANSWERS else Message(parts=(Part(text=text),))
    _leave_out_answers(session)
    [card] = build_cards(session, [(of, prompts)], at)
    pairs = zip(card.content.parts, written.parts, strict=True)
    return Message(parts=tuple(told.model_copy(update={"buttons": part.buttons}) for told, part in pairs))


def _leave_out_answers(session: Session) -> None:
    """Put words in the place of everything in the database that an admin may not read; for a savepoint alone."""
    left_out = phrase("sending.left_out")
    for programme in session.exec(select(Programme)):
        in_programme = select(Return.id).join(Window).where(Window.programme_id == programme.id)
        answers = {definition(programme).status.key: left_out}
        of_programme = col(ReturnVersion.return_id).in_(in_programme)
        session.exec(update(ReturnVersion).where(of_programme).values(answers=answers))
    session.exec(update(Return).values(returned_reason=left_out, set_aside_reason=left_out))
    session.exec(update(PaperAnswer).values(words=left_out))
    session.exec(update(Placing).values(reason=left_out))
    exempt = col(ForwardPlanItem.confidential)
    session.exec(update(ForwardPlanItem).where(exempt).values(title=phrase("plan.exempt")))
    session.expire_all()


def _rows(session: Session, of: Person, planned: Planned) -> Iterator[OutgoingMessage]:
    """Yield the messages of this kind that wait for the person or are withheld, the newest moment first."""
    query = select(OutgoingMessage).where(
        OutgoingMessage.person_id == of.id,
        OutgoingMessage.kind == planned.kind,
        col(OutgoingMessage.immediate).is_(False),
        col(OutgoingMessage.state).in_((*UNSENT, SendState.WITHHELD)),
    )
    yield from session.exec(query.order_by(col(OutgoingMessage.created_at).desc(), col(OutgoingMessage.id)))


def as_test(session: Session, rehearsed: Rehearsed, of: Person, to: Person, now: datetime, by: int | None) -> Message:
    """Return the message as an admin gets it, marked as a test and with buttons that do nothing; record that."""
    planned, number = rehearsed.planned, count()
    record_event(session, now, by, "test_sent", subject(of), to=to.email, kind=planned.kind, at=planned.at.isoformat())
    head = render("messages/test.md", of=of, planned=planned, zone=to.time_zone)
    parts = [
        part.model_copy(
            update={
                "buttons": tuple(
                    button.model_copy(update={"action": TEST_BUTTON, "value": str(next(number)), "about": ""})
                    for button in part.buttons
                )
            }
        )
        for part in rehearsed.content.parts
    ]
    return Message(parts=(Part(text=head), *parts))
