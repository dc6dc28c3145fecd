"""One look: bring the windows on, write down what is due, send it, and put right what was posted."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from acts.sending import sending_now
from scheduler.deliver import Transports, Way, deliver_due
from scheduler.digests import write_digests
from scheduler.freshness import LIVE, refresh_cards
from scheduler.live import refresh_live
from scheduler.notes import write_notes
from scheduler.papers import look_at_papers
from scheduler.plan_due import facts_now, plan_due
from scheduler.transitions import move_on
from scheduler.unreachable import tell_of_unreachable


def look(engine: Engine, transports: Transports, now: datetime, way: Way = Way()) -> None:
    """Do all that is right now. Looking again at once does nothing more; a missed look loses nothing."""
    with Session(engine) as session:
        paused = sending_now(session).paused_at is not None
    while move_on(engine, now):
        write_digests(engine, now)
    facts = facts_now(engine)
    if facts is not None:
        plan_due(engine, facts, now)
        tell_of_unreachable(engine, facts, now)
    write_digests(engine, now, facts)
    look_at_papers(engine, now)
    write_notes(engine, now)
    deliver_due(engine, transports, now, way, paused)
    refresh_cards(engine, transports, now)
    refresh_live(engine, transports, LIVE, now)
