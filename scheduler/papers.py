"""What a tick does about forward plans: items are placed, people are asked, and are told of what changed."""

from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import ForwardPlanItem
from remembrancer.queries.facts import load_facts
from remembrancer.queries.papers import papers_to_come
from remembrancer.rules.forward_plan.papers import with_legs
from remembrancer.scheduler.notices.meeting_date_changes import tell_of_meetings
from remembrancer.scheduler.notices.unreachable_leads import tell_of_unreachable_leads
from remembrancer.scheduler.prompts.papers import place_items, plan_papers

log = structlog.get_logger()


def look_at_papers(engine: Engine, now: datetime) -> None:
    """All that is right now about forward plans, where there are any."""
    with Session(engine) as session:
        if session.exec(select(ForwardPlanItem.id)).first() is None:
            return
    place_items(engine, now)
    with Session(engine) as session:
        facts, to_come = load_facts(session), papers_to_come(session, now)
    asked = with_legs(to_come, now)
    plan_papers(engine, facts, asked, now)
    tell_of_meetings(engine, facts, to_come, now)
    tell_of_unreachable_leads(engine, facts, asked, now)
