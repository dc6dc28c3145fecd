"""Queries for forward plans: a board's meetings and items, and the boards that have a plan."""

from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Board, ForwardPlanItem, Meeting, MeetingState


def meetings_of(session: Session, board_id: int, after: datetime) -> list[Meeting]:
    """Return the board's meetings that start after a moment, in order, without cancelled ones."""
    scheduled = (Meeting.board_id == board_id, Meeting.state == MeetingState.SCHEDULED)
    query = select(Meeting).where(*scheduled, col(Meeting.starts_at) > after)
    return list(session.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id))))


def last_meeting_before(session: Session, board_id: int, moment: datetime) -> Meeting | None:
    """Return the board's last meeting that had begun by a moment; None where there was none."""
    held = (Meeting.board_id == board_id, Meeting.state == MeetingState.SCHEDULED)
    query = select(Meeting).where(*held, col(Meeting.starts_at) <= moment)
    return session.exec(query.order_by(col(Meeting.starts_at).desc()).limit(1)).first()


def boards_with_plan(session: Session) -> list[Board]:
    """Return the boards that have plan items or meetings, in order."""
    ids = {*session.exec(select(ForwardPlanItem.board_id)), *session.exec(select(Meeting.board_id))}
    return [board for board in session.exec(select(Board).order_by(col(Board.id))) if board.id in ids]


def items_of(session: Session, board_id: int) -> list[ForwardPlanItem]:
    """Return the items of a board's forward plan, in the plan's order."""
    query = select(ForwardPlanItem).where(ForwardPlanItem.board_id == board_id)
    return list(session.exec(query.order_by(col(ForwardPlanItem.position), col(ForwardPlanItem.id))))
