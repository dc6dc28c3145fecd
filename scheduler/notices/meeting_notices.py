"""Sends secretaries agenda-setting packs, reminders to publish, and alarms about notices that are too late."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingState, OutgoingMessage
from remembrancer.models.database import write_once
from remembrancer.models.message import MessageItem, message
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import deadlines_by_rules
from remembrancer.reports.forward_plan.agenda_pack import pack_text
from remembrancer.reports.forward_plan.late_notice import late_notice_text
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.reports.message_items import of_meeting
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.key_decisions import too_late_from
from remembrancer.rules.forward_plan.meeting_notices import (
    NoticeKind,
    SecretaryNotice,
    is_due,
    notices_of_meeting,
    notices_of_paper,
)
from remembrancer.rules.forward_plan.papers import Paper, secretary
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render


def notices_to_come(
    session: Session, facts: Facts, papers: Sequence[Paper], now: datetime
) -> Iterator[SecretaryNotice]:
    """Yield all notices about future meetings, whether they were sent or not; none where no board has a plan."""
    if session.exec(select(ForwardPlanItem.id)).first() is None:
        return
    deadlines_of = deadlines_by_rules(session, now)
    query = select(Meeting, Board).join(Board).where(col(Meeting.starts_at) > now)
    held = query.where(Meeting.state == MeetingState.SCHEDULED).order_by(col(Meeting.starts_at), col(Meeting.id))
    for meeting, board in session.exec(held):
        yield from notices_of_meeting(facts.time, board, meeting, deadlines_of(board, meeting, False, False))
    late_from = _late_notice_days(session, facts, now)
    for paper in papers:
        yield from notices_of_paper(facts.time, paper, late_from(paper))


def _late_notice_days(session: Session, facts: Facts, now: datetime) -> Callable[[Paper], date | None]:
    """Return a function that gives the first day on which a paper's notice is too late; None where none is needed."""
    spec = organisation(session)
    announced = spec.announced_until(local_day(now, facts.time.zone))
    rules = {board.key: rules_of(spec, board) for board in spec.boards}

    def late_from(paper: Paper) -> date | None:
        if not paper.item.key_decision or paper.needs_no_notice:
            return None
        return too_late_from(rules[paper.board.key], paper.meeting.starts_at, facts.time, announced)

    return late_from


def sent_notice_keys(session: Session) -> set[str]:
    """Return the keys of the notices sent so far, without the ids of their recipients."""
    keys = session.exec(select(OutgoingMessage.key).where(col(OutgoingMessage.kind).in_(list(NoticeKind))))
    return {key.rpartition("-")[0] for key in keys}


def send_meeting_notices(engine: Engine, facts: Facts, papers: Sequence[Paper], now: datetime) -> None:
    """Send the notices that are due about the papers of future meetings, unless sending is paused.

    Repeating it is harmless.
    """
    if facts.paused:
        return
    with write_once(engine, notices="meetings") as session:
        sent = sent_notice_keys(session)
        for notice in notices_to_come(session, facts, papers, now):
            if is_due(notice, sent, now, facts.time.zone):
                _send(session, facts, notice, now)


def _send(session: Session, facts: Facts, note: SecretaryNotice, now: datetime) -> None:
    text = _text(session, facts, note, now)
    for person, because in secretary(facts, note.board, now):
        enqueue(
            session,
            person,
            message(text),
            key=f"{note.key}-{person.id}",
            kind=note.kind,
            because=f"{note.kind}: {because}",
            now=now,
            not_before=facts.time_of(person).fit(now, now, note.meeting.starts_at),
            expires_at=note.meeting.starts_at,
            items=[item_of(session, note)],
        )


def item_of(session: Session, note: SecretaryNotice) -> MessageItem:
    """Return what a notice is about: its paper, or else its meeting, with the deadline that it names."""
    due = note.deadline.due_at if note.deadline else None
    ref = public_title(note.paper.item) if note.paper else None
    return of_meeting(session, note.board, note.meeting, due, ref)


def _text(session: Session, facts: Facts, note: SecretaryNotice, now: datetime) -> str:
    if note.kind == NoticeKind.PACK:
        return pack_text(session, note.board, note.meeting, now)
    if note.kind == NoticeKind.ALARM and note.paper:
        return late_notice_text(session, note.paper, now)
    today, day = local_day(now, facts.time.zone), note.deadline.counted.date if note.deadline else None
    late = day is not None and day < today
    return render(f"messages/{note.kind}.md", note=note, late=late, zone=facts.time.zone)
