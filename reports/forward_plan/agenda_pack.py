"""The agenda-setting pack: what is due at a meeting, what slipped and since when, what returned from earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting, MeetingNote, MeetingNoteKind, Person, Placing
from remembrancer.queries.expected_reports import reconciled
from remembrancer.reports.forward_plan.minutes import Said, said_lately
from remembrancer.reports.forward_plan.work_programme import Row, Sitting, work_programme
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.reconciliation import Reconciled
from remembrancer.wording import render


@dataclass(frozen=True)
class Slip:
    """An item that was to come earlier: since which meeting, whose word it was, and why."""

    row: Row
    since: date
    by: str
    reason: str


@dataclass(frozen=True)
class Waiting:
    """An item that comes to no meeting that is known: from which it was withdrawn, by whom and why, where it was."""

    item: ForwardPlanItem
    since: date | None
    by: str
    reason: str


@dataclass(frozen=True)
class Pack:
    board: Board
    sitting: Sitting
    slipped: Sequence[Slip]
    returned: Sequence[tuple[Row, MeetingNote, date]]
    said: Sequence[Said]
    waiting: Sequence[Waiting]
    on_hold: Sequence[ForwardPlanItem]
    without_lead: Sequence[Row]
    reconciled: Reconciled


def pack(session: Session, board: Board, meeting: Meeting, now: datetime) -> Pack:
    """What the people who set the agenda of a coming meeting need to have before them."""
    programme = work_programme(session, board, now)
    sitting = next(each for each in programme.sittings if each.meeting.id == meeting.id)
    return Pack(
        board=board,
        sitting=sitting,
        slipped=[_slip(session, row) for row in sitting.rows if row.moved_from is not None],
        returned=_returned(session, sitting.rows, programme.zone),
        said=said_lately(session, board, now, [known(row.paper.item.id) for row in sitting.rows]),
        waiting=[_waiting(session, item, programme.zone) for item in programme.waiting],
        on_hold=programme.on_hold,
        without_lead=[row for row in sitting.rows if not row.lead and row.paper.item.recurrence != "standing"],
        reconciled=reconciled(session, board, programme.zone, now),
    )


def _slip(session: Session, row: Row) -> Slip:
    """Who moved it away from where it was first, and why; nobody did where that meeting was cancelled."""
    query = select(Placing).where(
        Placing.plan_item_id == row.paper.item.id, Placing.meeting_id == row.paper.placing.was_id
    )
    was = session.exec(query).first()
    by = session.get(Person, was.decided_by_id) if was and was.decided_by_id else None
    return Slip(row, row.moved_from or date.min, by.name if by else "", was.reason if was else "")


def _waiting(session: Session, item: ForwardPlanItem, zone: str) -> Waiting:
    """With the latest word that withdrew it from a meeting."""
    query = select(Placing, Meeting).join(Meeting, col(Meeting.id) == Placing.meeting_id)
    query = query.where(Placing.plan_item_id == item.id, Placing.fate == Fate.WITHDRAWN)
    found = session.exec(query.order_by(col(Placing.decided_at).desc())).first()
    if found is None:
        return Waiting(item, None, "", "")
    was, meeting = found
    by = session.get(Person, was.decided_by_id) if was.decided_by_id else None
    return Waiting(item, local_day(meeting.starts_at, zone), by.name if by else "", was.reason)


def _returned(session: Session, rows: Sequence[Row], zone: str) -> list[tuple[Row, MeetingNote, date]]:
    """The items that a board asked for at an earlier meeting."""
    by_item = {known(row.paper.item.id): row for row in rows}
    query = (
        select(MeetingNote, Meeting)
        .join(Meeting, col(Meeting.id) == MeetingNote.meeting_id)
        .where(col(MeetingNote.brings_id).in_(by_item), MeetingNote.kind == MeetingNoteKind.ACTION)
    )
    found = session.exec(query.order_by(col(MeetingNote.id))).all()
    return [(by_item[note.brings_id], note, local_day(m.starts_at, zone)) for note, m in found if note.brings_id]


def pack_text(found: Pack, zone: str) -> str:
    return render("plan/pack.md", pack=found, zone=zone)
