"""Updates the placings of forward-plan items at meetings."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import ForwardPlanItem
from remembrancer.models.database import write_once
from remembrancer.queries.organisation import organisation
from remembrancer.services.forward_plan import boards_with_outdated_placings, place_board


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
        with write_once(engine, board=board_id) as session:
            place_board(session, board_id, zone, now)
