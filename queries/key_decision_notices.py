"""Queries for key decisions: whether the published notice is in time, and which routes are left without it."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from remembrancer.models import Board, ForwardPlanItem, Meeting
from remembrancer.queries.deadline_rules import rules_of
from remembrancer.queries.organisation import organisation
from remembrancer.rules.calendar.day_counting import Counted
from remembrancer.rules.calendar.deadline_rules import DeadlineRule
from remembrancer.rules.calendar.deadlines import day_of
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.forward_plan.key_decisions import Route, earliest_decision, routes
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.organisation import OrganisationSpec


def late_notices(session: Session, now: datetime) -> Callable[[ForwardPlanItem, Board, Meeting], date | None]:
    """Return a function that gives the first day on which an item's notice allows the decision.

    The function returns None where that day is not after the meeting, or no notice is published or needed.
    """
    spec = organisation(session)

    def decide_from(item: ForwardPlanItem, board: Board, meeting: Meeting) -> date | None:
        found = _earliest_decision(spec, item, board, now) if item.key_decision else None
        late = found is not None and found.raw > day_of(meeting.starts_at, spec.working_time)
        return found.date if found and late else None

    return decide_from


def earliest_by_notice(session: Session, paper: Paper, now: datetime) -> date | None:
    """Return the first day on which the paper's notice allows the decision; None where none is published or needed."""
    found = _earliest_decision(organisation(session), paper.item, paper.board, now)
    return found.date if found else None


def _earliest_decision(spec: OrganisationSpec, item: ForwardPlanItem, board: Board, now: datetime) -> Counted | None:
    if item.notice_published_on is None:
        return None
    announced = spec.announced_until(local_day(now, spec.time_zone))
    return earliest_decision(_rules(spec, board), item.notice_published_on, spec.working_time, announced)


def ways_left(session: Session, paper: Paper, now: datetime) -> list[Route]:
    """Return the routes to the decision that are left today; none while there is time for a notice."""
    spec = organisation(session)
    today = local_day(now, spec.time_zone)
    rules, announced = _rules(spec, paper.board), spec.announced_until(today)
    return routes(rules, paper.meeting.starts_at, today, spec.working_time, announced)


def _rules(spec: OrganisationSpec, board: Board) -> list[DeadlineRule]:
    return list(rules_of(spec, next(each for each in spec.boards if each.key == board.key)))
