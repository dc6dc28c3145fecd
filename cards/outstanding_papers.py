"""The papers that somebody is asked about now, on a card that is kept up to date like any other."""

from collections.abc import Sequence

from sqlmodel import select

from remembrancer.cards.paper_card import Asked, paper_card
from remembrancer.models import ForwardPlanItem, OutgoingMessage, PaperPrompt, PlanStanding
from remembrancer.models.message import Message
from remembrancer.queries.papers import papers_to_come
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.papers import Paper, Stage, asked, leads, steps, with_legs
from remembrancer.rules.people.recipients import Because
from remembrancer.services.context import Context, reply_key

KIND = "papers"
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


def papers_card(context: Context, part: str) -> Message | None:
    """The card, written down with its prompts; None where nothing is wanted. `part` tells it from other replies."""
    wanted = wanted_papers(context)
    if not wanted:
        return None
    row = OutgoingMessage(
        key=reply_key(known(context.person.id), context.event, part),
        kind=KIND,
        person_id=known(context.person.id),
        body={},
        because="reply",
        created_at=context.now,
        not_before=context.now,
        immediate=True,
    )
    context.session.add(row)
    context.session.flush()
    cards = _asked(context, wanted, known(row.id))
    context.session.add_all([prompt for _, prompt in cards])
    content = paper_card(context.person, cards, context.facts.posts, context.now, again=False)
    row.body, row.showing = content.model_dump(mode="json"), content.mark
    context.session.flush()
    return content


def asked_papers(context: Context) -> list[Asked]:
    """The papers that are wanted now, as a card shows them, without writing it down."""
    return _asked(context, wanted_papers(context), 0)


def _asked(context: Context, wanted: Sequence[Wanted], message_id: int) -> list[Asked]:
    """Each with its prompt, not stored yet."""
    return [(paper, _prompt(context, message_id, paper, stage, to, because)) for paper, stage, to, because in wanted]


def _prompt(context: Context, message_id: int, paper: Paper, stage: Stage, to: str, because: Because) -> PaperPrompt:
    return PaperPrompt(
        placing_id=known(paper.placing.id),
        meeting_id=known(paper.meeting.id),
        stage=stage,
        step=f"requested_{context.event}",
        person_id=known(context.person.id),
        revision=paper.meeting.revision,
        to=to,
        because=because,
        due_on=next(deadline.counted.date for each, deadline in paper.stages if each == stage),
        message_id=message_id,
    )
