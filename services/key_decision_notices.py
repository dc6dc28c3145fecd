"""Records the route by which a key decision is taken without a notice in time."""

from datetime import datetime

from sqlmodel import Session

from remembrancer.models import PaperAnswer
from remembrancer.rules.forward_plan.key_decisions import RouteKind
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.services.audit import record_event
from remembrancer.services.forward_plan import subject


def take_route(session: Session, paper: Paper, kind: RouteKind, words: str, now: datetime, by: int) -> None:
    """Record that a key decision is taken at this meeting without a notice in time, and who was told or agreed."""
    placing, meeting = paper.ids
    answer = PaperAnswer(placing_id=placing, meeting_id=meeting, stage=kind, is_so=True, words=words, by_id=by, at=now)
    session.add(answer)
    session.flush()
    record_event(session, now, by, "notice_route_taken", subject(session, paper.item), route=kind, words=words)
