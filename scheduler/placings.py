"""Updates the placings of forward-plan items at meetings."""

from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from remembrancer.models import ForwardPlanItem
from remembrancer.queries.organisation import organisation
from remembrancer.services.forward_plan import boards_with_outdated_placings, place_board

log = structlog.get_logger()


def place_items_in(session: Session, now: datetime) -> None:
    """Update all placings within the session's transaction."""
    zone = organisation(session).time_zone
    for board_id in boards_with_outdated_placings(session, zone, now):
        place_board(session, board_id, zone, now)


def place_items(engine: Engine, now: datetime) -> None:
    """Update the placings of each board in a transaction of its own; repeating it is harmless."""
    with Session(engine) as session:
        if session.exec(select(ForwardPlanItem.id)).first() is None:
            return
        zone = organisation(session).time_zone
        boards = boards_with_outdated_placings(session, zone, now)
    for board_id in boards:
        with Session(engine) as session:
            try:
                place_board(session, board_id, zone, now)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("placed elsewhere", board=board_id)
