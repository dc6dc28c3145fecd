"""Tells the secretary what a lead decides about a paper, and the people asked what the secretary decides."""

from collections.abc import Iterable

from sqlmodel import col, select

from remembrancer.models import Meeting, OutgoingMessage, Person, Prompt, SendState
from remembrancer.models.message import message
from remembrancer.reports.message_items import of_paper
from remembrancer.rules.forward_plan.papers import Paper, keeps, secretary
from remembrancer.services.context import Context
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render


def tell_secretary(context: Context, paper: Paper, what: str, words: str, to: Meeting | None = None) -> None:
    """Tell the secretary who keeps the plan, unless they did it themselves."""
    if not keeps(context.facts, context.person, paper.plan_board, context.now):
        found = secretary(context.facts, paper.plan_board, context.now)
        _tell(context, (person for person, _ in found), paper, what, words, to)


def tell_asked(context: Context, paper: Paper, what: str, words: str, to: Meeting | None = None) -> None:
    """Tell everybody who was asked about the paper, except the person who did it."""
    asked = (
        select(Prompt.person_id)
        .join(OutgoingMessage, col(OutgoingMessage.id) == Prompt.message_id)
        .where(
            Prompt.placing_id == paper.placing.id,
            Prompt.to == "lead",
            OutgoingMessage.state == SendState.SENT,
        )
    )
    query = select(Person).where(col(Person.id).in_(asked), Person.active, Person.id != context.person.id)
    _tell(context, context.session.exec(query).all(), paper, what, words, to)


def _tell(context: Context, people: Iterable[Person], paper: Paper, what: str, words: str, to: Meeting | None) -> None:
    for person in people:
        text = render(
            "messages/paper_changed.md",
            what=what,
            by=context.person,
            paper=paper,
            words=words,
            to=to,
            zone=person.time_zone,
        )
        enqueue(
            context.session,
            person,
            message(text),
            key=f"paper-{what}-{paper.placing.id}-{context.event}-{person.id}",
            kind="paper_changed",
            because="paper_changed",
            now=context.now,
            not_before=context.facts.time_of(person).next_in_hours(context.now),
            items=[of_paper(context.session, paper)],
        )
