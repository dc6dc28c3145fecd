"""One tick of the scheduler, which does everything that is due."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.rules.forward_plan.paper_prompts import final_papers
from remembrancer.scheduler.digests.draft_cards import send_held_notices
from remembrancer.scheduler.digests.due_digests import write_digests
from remembrancer.scheduler.message_kinds import CARD_SOURCES, recheck
from remembrancer.scheduler.notices.corrections import send_corrections
from remembrancer.scheduler.notices.meeting_notices import send_meeting_notices
from remembrancer.scheduler.notices.suspension_reviews import send_review_notices
from remembrancer.scheduler.notices.unreachable import NotLookedUp, nobody, send_unreachable_notices
from remembrancer.scheduler.notices.window_changes import send_window_notices
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, Transports, deliver_due
from remembrancer.scheduler.placings import place_items
from remembrancer.scheduler.prompts.planner import load_subjects, plan_due
from remembrancer.scheduler.windows import advance_windows
from remembrancer.services.sending import current_sending


def tick(
    engine: Engine,
    transports: Transports,
    now: datetime,
    options: DeliveryOptions = DeliveryOptions(),
    not_looked_up: NotLookedUp = nobody,
) -> bool:
    """Do everything that is due now; repeating a tick does nothing more, and missing one loses nothing.

    Returns whether something is to be tried again soon: cards that could not be brought up to date, or people who are
    still looked up.
    """
    with Session(engine) as session:
        paused = current_sending(session).paused_at is not None
        # Asked before the notice that waits for them: they may all have been looked up by the end of the tick.
        is_waiting = bool(not_looked_up(session))
    write_due(engine, now, not_looked_up)
    deliver_due(engine, transports, recheck, now, options, paused)
    refreshed = refresh_cards(engine, transports, CARD_SOURCES, now, options.stopping)
    return is_waiting or bool(refreshed.left)


def write_due(engine: Engine, now: datetime, not_looked_up: NotLookedUp = nobody) -> None:
    """Write every message that is due into the outbox, after moving windows and placing items."""
    while advance_windows(engine, now):
        write_digests(engine, now)
    place_items(engine, now)
    loaded = load_subjects(engine, now)
    if loaded is not None:
        facts, subjects = loaded
        plan_due(engine, facts, subjects, now)
        send_unreachable_notices(engine, facts, now, not_looked_up)
    write_digests(engine, now, loaded[0] if loaded else None)
    send_window_notices(engine, now)
    send_corrections(engine, loaded, now)
    if loaded is not None:
        send_meeting_notices(engine, facts, final_papers(subjects), now)
    send_held_notices(engine, now)
    send_review_notices(engine, now)
