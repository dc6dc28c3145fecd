"""One look: bring the windows on, write down what is due, send it, and put right what was posted."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.scheduler.digests.draft_cards import mention_held
from remembrancer.scheduler.digests.writer import write_digests
from remembrancer.scheduler.message_kinds import LIVE, recheck
from remembrancer.scheduler.notices.suspension_reviews import mention_reviews
from remembrancer.scheduler.notices.unreachable import tell_of_unreachable
from remembrancer.scheduler.notices.window_changes import tell_news
from remembrancer.scheduler.notices.window_date_changes import correct
from remembrancer.scheduler.outbox.card_updates import refresh_live
from remembrancer.scheduler.outbox.deliver import Transports, Way, deliver_due
from remembrancer.scheduler.papers import look_at_papers
from remembrancer.scheduler.prompts.planner import facts_now, plan_due
from remembrancer.scheduler.prompts.posted_cards import refresh_cards
from remembrancer.scheduler.windows import move_on
from remembrancer.services.sending import sending_now


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
    deliver_due(engine, transports, recheck, now, way, paused)
    refresh_cards(engine, transports, now)
    refresh_live(engine, transports, LIVE, now)


def write_notes(engine: Engine, now: datetime) -> None:
    """What admins did, corrections of dates, digests held past their time, suspensions to be looked at again."""
    tell_news(engine, now)
    correct(engine, now)
    mention_held(engine, now)
    mention_reviews(engine, now)
