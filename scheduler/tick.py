"""One tick of the scheduler: everything that is due is done, and nothing twice."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.scheduler.digests.draft_cards import mention_held
from remembrancer.scheduler.digests.writer import write_digests
from remembrancer.scheduler.message_kinds import CARD_SOURCES, recheck
from remembrancer.scheduler.notices.meeting_date_changes import tell_of_meetings
from remembrancer.scheduler.notices.suspension_reviews import mention_reviews
from remembrancer.scheduler.notices.unreachable import tell_of_unreachable
from remembrancer.scheduler.notices.window_changes import tell_news
from remembrancer.scheduler.notices.window_date_changes import correct
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.deliver import Transports, Way, deliver_due
from remembrancer.scheduler.placings import place_items
from remembrancer.scheduler.prompts.planner import facts_now, plan_due
from remembrancer.scheduler.windows import move_on
from remembrancer.services.sending import sending_now


def tick(engine: Engine, transports: Transports, now: datetime, way: Way = Way()) -> None:
    """Do all that is due now. A second tick at once does nothing more; a missed tick loses nothing."""
    with Session(engine) as session:
        paused = sending_now(session).paused_at is not None
    while move_on(engine, now):
        write_digests(engine, now)
    place_items(engine, now)
    facts = facts_now(engine)
    if facts is not None:
        plan_due(engine, facts, now)
        tell_of_unreachable(engine, facts, now)
    write_digests(engine, now, facts)
    if facts is not None:
        tell_of_meetings(engine, facts, now)
    tell_news(engine, now)
    correct(engine, now)
    mention_held(engine, now)
    mention_reviews(engine, now)
    deliver_due(engine, transports, recheck, now, way, paused)
    refresh_cards(engine, transports, CARD_SOURCES, now)
