"""Describes a key decision whose notice is too late for its meeting, with the routes that are left."""

from datetime import datetime

from sqlmodel import Session

from remembrancer.queries.key_decision_notices import ways_left
from remembrancer.queries.organisation import organisation
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.wording import render


def late_notice_text(session: Session, paper: Paper, now: datetime) -> str:
    """Return the alarm about a paper's late notice as Markdown."""
    routes, zone = ways_left(session, paper, now), organisation(session).time_zone
    return render("messages/notice_too_late.md", paper=paper, routes=routes, zone=zone)
