"""The papers that somebody is asked about now, on a card that is kept up to date like any other."""

from sqlmodel import select

from remembrancer.models import ForwardPlanItem, PlanStanding
from remembrancer.queries.papers import papers_to_come
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.forward_plan.papers import Paper, Stage, asked, leads, steps, with_legs
from remembrancer.rules.people.recipients import Because
from remembrancer.services.context import Context

Wanted = tuple[Paper, Stage, str, Because]


def wanted_papers(context: Context) -> list[Wanted]:
    """Papers of which something is to be said by this person, once it has been time to ask; at which stage, and why."""
    found = []
    for paper in with_legs(papers_to_come(context.session, context.now), context.now):
        for stage, deadline in _next(paper):
            to = "secretary" if stage == Stage.NOTICE else "lead"
            first = min(day for _, _, day in steps(context.facts, paper, stage, deadline))
            begun = at(first, context.facts.time.starts, context.person.time_zone) <= context.now
            because = [why for who, why in asked(context.facts, paper, to, context.now) if who.id == context.person.id]
            if begun and because:
                found.append((paper, stage, to, because[0]))
    return found


def _next(paper: Paper) -> list[tuple[Stage, Deadline]]:
    """The next stage of the paper's way, and its notice, which has a way of its own."""
    way = [each for each in paper.open_stages if each[0] != Stage.NOTICE]
    return [*way[:1], *(each for each in paper.open_stages if each[0] == Stage.NOTICE)]


def leads_papers(context: Context) -> bool:
    """Whether the person answers for any item of a forward plan."""
    items = context.session.exec(select(ForwardPlanItem).where(ForwardPlanItem.standing != PlanStanding.WITHDRAWN))
    return any(leads(context.facts, context.person, item, context.now) for item in items)
