"""Is the notice in time, which routes are left."""

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
    """Finds the day from which an item may be decided by its notice, where that is later than the meeting."""
    spec = organisation(session)

    def decide_from(item: ForwardPlanItem, board: Board, meeting: Meeting) -> date | None:
        found = _earliest(spec, item, board, now) if item.key_decision else None
        late = found is not None and found.raw > day_of(meeting.starts_at, spec.working_time)
        return found.date if found and late else None

    return decide_from


def earliest_by_notice(session: Session, paper: Paper, now: datetime) -> date | None:
    """The first day on which the paper may be decided by its notice; None where none is published, or asked for."""
    found = _earliest(organisation(session), paper.item, paper.board, now)
    return found.date if found else None


def _earliest(spec: OrganisationSpec, item: ForwardPlanItem, board: Board, now: datetime) -> Counted | None:
    if item.notice_published_on is None:
        return None
    announced = spec.announced_until(local_day(now, spec.time_zone))
    return earliest_decision(_rules(spec, board), item.notice_published_on, spec.working_time, announced)


def ways_left(session: Session, paper: Paper, now: datetime) -> list[Route]:
    """The ways to the decision that are left today; none while there is time for a notice."""
    spec = organisation(session)
    today = local_day(now, spec.time_zone)
    rules, announced = _rules(spec, paper.board), spec.announced_until(today)
    return routes(rules, paper.meeting.starts_at, today, spec.working_time, announced)


def _rules(spec: OrganisationSpec, board: Board) -> list[DeadlineRule]:
    return list(rules_of(spec, next(each for each in spec.boards if each.key == board.key)))
