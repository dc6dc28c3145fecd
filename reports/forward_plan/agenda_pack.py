"""Builds the agenda-setting pack of a meeting: the items due, and those that slipped, returned or wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting, MeetingNote, MeetingNoteKind, Person, Placing
from remembrancer.queries.expected_reports import reconciled
from remembrancer.reports.forward_plan.minutes import said_lately
from remembrancer.reports.forward_plan.work_programme import Row, work_programme
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import stored_id
from remembrancer.wording import render


@dataclass(frozen=True)
class Slip:
    """An item that was moved from an earlier meeting (`since`), by whom and why."""

    row: Row
    since: date
    by: str
    reason: str


@dataclass(frozen=True)
class Waiting:
    """An item that comes to no known meeting; where it was withdrawn, from which meeting, by whom and why."""

    item: ForwardPlanItem
    since: date | None
    by: str
    reason: str


def pack_text(session: Session, board: Board, meeting: Meeting, now: datetime) -> str:
    """Return the pack for setting the agenda of a board's future meeting, as Markdown."""
    programme = work_programme(session, board, now)
    zone, sitting = programme.zone, next(each for each in programme.sittings if each.meeting.id == meeting.id)
    pack = {
        "board": board,
        "sitting": sitting,
        "slipped": [_slip(session, row) for row in sitting.rows if row.moved_from is not None],
        "returned": _returned(session, sitting.rows, zone),
        "said": said_lately(session, board, now, [stored_id(row.paper.item.id) for row in sitting.rows]),
        "waiting": [_waiting(session, item, zone) for item in programme.waiting],
        "on_hold": programme.on_hold,
        "without_lead": [row for row in sitting.rows if not row.lead and row.paper.item.recurrence != "standing"],
        "reconciled": reconciled(session, board, zone, now),
    }
    return render("plan/pack.md", pack=pack, zone=zone)


def _slip(session: Session, row: Row) -> Slip:
    """Return who moved an item from its original meeting and why; both are empty where that was cancelled."""
    query = select(Placing).where(
        Placing.plan_item_id == row.paper.item.id, Placing.meeting_id == row.paper.placing.was_id
    )
    was = session.exec(query).first()
    by = session.get(Person, was.decided_by_id) if was and was.decided_by_id else None
    return Slip(row, row.moved_from or date.min, by.name if by else "", was.reason if was else "")


def _waiting(session: Session, item: ForwardPlanItem, zone: str) -> Waiting:
    """Return a waiting item with the latest decision that withdrew it from a meeting."""
    query = select(Placing, Meeting).join(Meeting, col(Meeting.id) == Placing.meeting_id)
    query = query.where(Placing.plan_item_id == item.id, Placing.fate == Fate.WITHDRAWN)
    found = session.exec(query.order_by(col(Placing.decided_at).desc())).first()
    if found is None:
        return Waiting(item, None, "", "")
    was, meeting = found
    by = session.get(Person, was.decided_by_id) if was.decided_by_id else None
    return Waiting(item, local_day(meeting.starts_at, zone), by.name if by else "", was.reason)


def _returned(session: Session, rows: Sequence[Row], zone: str) -> list[tuple[Row, MeetingNote, date]]:
    """Return the items that the board asked for at an earlier meeting, with the note and the day."""
    by_item = {stored_id(row.paper.item.id): row for row in rows}
    query = (
        select(MeetingNote, Meeting)
        .join(Meeting, col(Meeting.id) == MeetingNote.meeting_id)
        .where(col(MeetingNote.brings_id).in_(by_item), MeetingNote.kind == MeetingNoteKind.ACTION)
    )
    found = session.exec(query.order_by(col(MeetingNote.id))).all()
    return [(by_item[note.brings_id], note, local_day(m.starts_at, zone)) for note, m in found if note.brings_id]
