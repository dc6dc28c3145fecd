"""Describes sent messages: to whom, what, and because of which rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Board, OutgoingMessage, Person, SendState, Window
from remembrancer.scheduler.preview.describe import because, steps_of, what


@dataclass(frozen=True)
class SentMessage:
    """A sent message. `href` is where to read it; `because` are the rules that sent it."""

    at: datetime
    to: str
    href: str
    what: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class SentGroup:
    """Messages of one kind that were sent at one moment for one reason."""

    at: datetime
    what: str
    because: tuple[str, ...]
    to: tuple[SentMessage, ...]


@dataclass(frozen=True)
class ClockMove:
    """What happened while the clock moved: the windows' new states, the number of answers, and the sent messages."""

    number: int
    to: datetime
    windows: tuple[tuple[str, str], ...]
    answers: int
    sent: tuple[SentGroup, ...]


def sent_messages(session: Session, after: datetime | None = None) -> list[SentMessage]:
    """Return the messages that were sent after a moment, or all, in order of time."""
    query = select(OutgoingMessage).where(OutgoingMessage.state == SendState.SENT)
    if after is not None:
        query = query.where(col(OutgoingMessage.sent_at) > after)
    rows = session.exec(query.order_by(col(OutgoingMessage.sent_at), col(OutgoingMessage.id))).all()
    return [_sent_message(session, row) for row in rows]


def _sent_message(session: Session, row: OutgoingMessage) -> SentMessage:
    if row.person_id is not None:
        to, page = session.get_one(Person, row.person_id).name, f"/people/{row.person_id}"
    else:
        board = session.get_one(Board, row.board_id)
        to, page = board.channel, f"/channels/{board.key}"
    steps = steps_of(session, row)
    return SentMessage(
        at=row.sent_at or row.created_at,
        to=to,
        href=f"{page}#post-{row.remote_id}",
        what=what(row.kind, steps),
        because=because(session, row, steps),
    )


def clock_move(session: Session, number: int, before: datetime, now: datetime) -> ClockMove:
    """Collect what happened while the clock moved from one moment to another."""
    query = select(AuditEvent).where(col(AuditEvent.at) > before, col(AuditEvent.at) <= now)
    events = session.exec(query.order_by(col(AuditEvent.at), col(AuditEvent.id))).all()
    titles = {f"window {window.key}": window.title for window in session.exec(select(Window))}
    return ClockMove(
        number=number,
        to=now,
        windows=tuple((titles[event.subject], event.act) for event in events if event.subject in titles),
        answers=sum(event.act == "answered" for event in events),
        sent=tuple(group_sent(sent_messages(session, before))),
    )


def group_sent(sent: Iterable[SentMessage]) -> list[SentGroup]:
    """Group messages by kind, moment and reason, in the order of the first of each group."""
    groups: dict[tuple[datetime, str, tuple[str, ...]], list[SentMessage]] = {}
    for sending in sent:
        groups.setdefault((sending.at, sending.what, sending.because), []).append(sending)
    return [SentGroup(at, what, because, tuple(to)) for (at, what, because), to in groups.items()]
