"""Meetings_of, items_of, boards_with_plan."""

from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingState


def meetings_of(session: Session, board_id: int, after: datetime | None = None) -> list[Meeting]:
    """The board's meetings that are or were held, in order; those after a moment where one is given."""
    query = select(Meeting).where(Meeting.board_id == board_id, Meeting.state == MeetingState.SCHEDULED)
    if after is not None:
        query = query.where(col(Meeting.starts_at) > after)
    return list(session.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id))))


def next_meeting(session: Session, meeting: Meeting) -> Meeting | None:
    """The board's next meeting after this one."""
    following = meetings_of(session, meeting.board_id, meeting.starts_at)
    return following[0] if following else None


def boards_with_plan(session: Session) -> list[Board]:
    """The boards with a forward plan or meetings, in order."""
    has = {*session.exec(select(ForwardPlanItem.board_id)), *session.exec(select(Meeting.board_id))}
    return [board for board in session.exec(select(Board).order_by(col(Board.id))) if board.id in has]


def items_of(session: Session, board_id: int) -> list[ForwardPlanItem]:
    query = select(ForwardPlanItem).where(ForwardPlanItem.board_id == board_id)
    return list(session.exec(query.order_by(col(ForwardPlanItem.position), col(ForwardPlanItem.id))))
