"""Queries for boards: those of a programme, those on a platform, and their slices."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from remembrancer.models import Board, ProgrammeBoard
from remembrancer.rules.facts import stored_id
from remembrancer.rules.programmes.slices import Hearing


def boards_of(session: Session, programme_id: int) -> Sequence[Board]:
    """Return the boards that hear a programme."""
    query = (
        select(Board).join(ProgrammeBoard).where(ProgrammeBoard.programme_id == programme_id).order_by(col(Board.id))
    )
    return session.exec(query).all()


def boards_on(session: Session, platform: str) -> Sequence[Board]:
    """Return the boards that hear a programme and have this platform, or no platform, in organisation.yaml."""
    query = select(Board).where(col(Board.id).in_(select(ProgrammeBoard.board_id)))
    on_platform = query.where(or_(Board.platform == platform, col(Board.platform).is_(None)))
    return session.exec(on_platform.order_by(col(Board.id))).all()


def hearings_of(session: Session, programme_id: int) -> list[Hearing]:
    """Return the boards that hear a programme, each with its secretary's post and its slice."""
    query = select(ProgrammeBoard, Board).join(Board).where(ProgrammeBoard.programme_id == programme_id)
    return [
        Hearing(stored_id(board.id), board.secretary_post_id, link.hears)
        for link, board in session.exec(query.order_by(col(Board.id)))
    ]
