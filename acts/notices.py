"""Notices of key decisions: whether one that was published is in time, which ways are left, and which one is taken."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from acts.audit import note
from acts.forward_plan import subject
from acts.lookups import organisation
from intake.jurisdictions import rules_of
from intake.organisation import OrganisationSpec
from models import Board, ForwardPlanItem, Meeting, PaperAnswer
from rules.board_rules import DeadlineRule
from rules.counting import Counted
from rules.deadlines import day_of
from rules.key_decisions import Route, RouteKind, earliest_decision, routes
from rules.papers import Paper
from rules.working_time import local_day


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


def take_route(session: Session, paper: Paper, kind: RouteKind, words: str, now: datetime, by: int) -> None:
    """Record that a key decision is taken at this meeting without a notice in time, and who was told or agreed."""
    placing, meeting = paper.at
    answer = PaperAnswer(placing_id=placing, meeting_id=meeting, stage=kind, is_so=True, words=words, by_id=by, at=now)
    session.add(answer)
    session.flush()
    note(session, now, by, "notice_route_taken", subject(session, paper.item), route=kind, words=words)
