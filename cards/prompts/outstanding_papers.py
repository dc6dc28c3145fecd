"""The papers that a person is asked about now."""

from sqlmodel import select

from remembrancer.models import ForwardPlanItem, PlanItemState
from remembrancer.queries.papers import papers_to_come
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.forward_plan.papers import Paper, asked, leads, steps, with_earlier_papers
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.rules.people.recipients import Reason, with_sharers
from remembrancer.services.context import Context

WantedPaper = tuple[Paper, Stage, Reason]


def wanted_papers(context: Context) -> list[WantedPaper]:
    """The papers about which this person is to answer now: the stage and the reason of each."""
    found: list[WantedPaper] = []
    for paper in with_earlier_papers(papers_to_come(context.session, context.now), context.now):
        for stage, deadline in _next_stages(paper):
            first = min(day for _, _, day in steps(context.facts, stage, deadline))
            is_begun = context.own_time.start_of(first) <= context.now
            recipients = asked(context.facts, paper, stage.to, context.now)
            post_id = paper.item.lead_post_id if stage.to == "lead" else None
            recipients = with_sharers(context.facts, recipients, post_id, context.now)
            reasons = [because for person, because in recipients if person.id == context.person.id]
            if is_begun and reasons:
                found.append((paper, stage, reasons[0]))
    return found


def _next_stages(paper: Paper) -> list[tuple[Stage, Deadline]]:
    """The lead's next stage, and those that the secretary answers, which do not wait for it."""
    of_lead = [each for each in paper.open_stages if each[0].is_ordered]
    return [*of_lead[:1], *(each for each in paper.open_stages if not each[0].is_ordered)]


def leads_papers(context: Context) -> bool:
    """Whether the person leads any item of a forward plan."""
    items = context.session.exec(select(ForwardPlanItem).where(ForwardPlanItem.standing != PlanItemState.WITHDRAWN))
    return any(leads(context.facts, context.person, item, context.now) for item in items)
