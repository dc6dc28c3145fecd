"""Boards of a programme, boards on a platform, hearings."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from remembrancer.models import Board, ProgrammeBoard
from remembrancer.rules.facts import known
from remembrancer.rules.programmes.slices import Hearing


def boards_of(session: Session, programme_id: int) -> Sequence[Board]:
    """The boards that hear a programme."""
    query = (
        select(Board).join(ProgrammeBoard).where(ProgrammeBoard.programme_id == programme_id).order_by(col(Board.id))
    )
    return session.exec(query).all()


def boards_on(session: Session, platform: str) -> Sequence[Board]:
    """The boards that hear something, and hear it on this platform: by their own word, or by nobody's."""
    query = select(Board).where(col(Board.id).in_(select(ProgrammeBoard.board_id)))
    here = query.where(or_(Board.platform == platform, col(Board.platform).is_(None)))
    return session.exec(here.order_by(col(Board.id))).all()


def hearings_of(session: Session, programme_id: int) -> list[Hearing]:
    """The boards that hear a programme, each with its slice."""
    query = select(ProgrammeBoard, Board).join(Board).where(ProgrammeBoard.programme_id == programme_id)
    return [
        Hearing(known(board.id), board.secretary_post_id, link.hears)
        for link, board in session.exec(query.order_by(col(Board.id)))
    ]
