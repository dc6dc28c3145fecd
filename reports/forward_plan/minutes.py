"""Collects a board's recorded remarks for its forward plan and its next agenda pack."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingNote, MeetingNoteKind, MeetingState
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.working_time import local_day


@dataclass(frozen=True)
class Said:
    """A remark at the meeting on a day, about an item or in general."""

    on: date
    text: str
    item: ForwardPlanItem | None


def said_lately(session: Session, board: Board, now: datetime, of: Collection[int] = ()) -> list[Said]:
    """Return the remarks since the board's last meeting, and all remarks on the items `of` (ids), oldest first."""
    held = (Meeting.board_id == board.id, Meeting.state == MeetingState.SCHEDULED, col(Meeting.starts_at) <= now)
    last = session.exec(select(Meeting.starts_at).where(*held).order_by(col(Meeting.starts_at).desc())).first()
    if last is None:
        return []
    query = (
        select(MeetingNote, Meeting.starts_at, ForwardPlanItem)
        .join(Meeting, col(Meeting.id) == MeetingNote.meeting_id)
        .outerjoin(ForwardPlanItem, col(ForwardPlanItem.id) == MeetingNote.plan_item_id)
        .where(
            Meeting.board_id == board.id,
            MeetingNote.kind == MeetingNoteKind.SAID,
            or_(col(MeetingNote.at) >= last, col(MeetingNote.plan_item_id).in_(of)),
        )
        .order_by(col(MeetingNote.id))
    )
    zone = organisation(session).time_zone
    return [Said(local_day(at, zone), note.text, item) for note, at, item in session.exec(query)]
