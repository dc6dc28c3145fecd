"""Telling secretaries and admins who is asked for a paper and cannot be reached: from the first day of asking."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.cards.paper_card import is_wanted
from remembrancer.models import OutgoingMessage, PaperPrompt, SendState
from remembrancer.models.message import message
from remembrancer.queries.returns import unreachable
from remembrancer.reports.forward_plan.paper_status import open_title
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.forward_plan.papers import Paper, secretary
from remembrancer.rules.people import recipients
from remembrancer.scheduler.notices.unreachable import told_already
from remembrancer.services.outbox import next_at_work, tell
from remembrancer.wording import moment, render

log = structlog.get_logger()
CutOff = Mapping[int, Sequence[Paper]]
"""The papers of one meeting for which somebody (id) is asked who cannot be reached."""


def tell_of_unreachable_leads(engine: Engine, facts: Facts, to_come: Sequence[Paper], now: datetime) -> None:
    """Tell of each person once who is asked for papers of a meeting and has no chat account."""
    if facts.paused:
        return
    with Session(engine) as session:
        try:
            for cut_off in _cut_off(session, to_come, now).values():
                _tell(session, facts, cut_off, now)
            session.commit()
        except IntegrityError:
            # Another replica was first; the next look sees what it wrote.
            session.rollback()
            log.info("told elsewhere")


def _cut_off(session: Session, to_come: Sequence[Paper], now: datetime) -> dict[tuple[int, int], CutOff]:
    """By meeting and by the board (ids) on whose plan it is: whose prompt, as the meeting stands, waits for an account
    that they do not have.
    """
    ids, papers = unreachable(session), {paper.at: paper for paper in to_come}
    query = (
        select(PaperPrompt)
        .join(OutgoingMessage)
        .where(
            PaperPrompt.to == "lead",
            col(PaperPrompt.person_id).in_(ids),
            OutgoingMessage.state == SendState.PENDING,
        )
    )
    found: dict[tuple[int, int], dict[int, list[Paper]]] = defaultdict(lambda: defaultdict(list))
    for prompt in session.exec(query.order_by(col(PaperPrompt.placing_id))) if ids else ():
        paper = papers.get((prompt.placing_id, prompt.meeting_id))
        if paper and prompt.revision == paper.meeting.revision and is_wanted(paper, prompt, now):
            of_person = found[known(paper.meeting.id), known(paper.plan_board.id)][prompt.person_id]
            of_person += [paper] if paper not in of_person else []
    return {key: dict(each) for key, each in found.items()}


def _tell(session: Session, facts: Facts, cut_off: CutOff, now: datetime) -> None:
    """The secretary who keeps the plan, and each admin, of all who are new to them."""
    paper = next(iter(cut_off.values()))[0]
    keepers = {
        known(who.id)
        for who, because in secretary(facts, paper.plan_board, now)
        if because != recipients.Because.NOBODY_ELSE
    }
    for recipient_id in sorted(keepers | {known(admin.id) for admin in recipients.admins(facts)}):
        prefix = f"unreachable-meeting-{paper.meeting.id}-r{paper.meeting.revision}-{recipient_id}-"
        new = sorted(set(cut_off) - told_already(session, prefix) - {recipient_id})
        if new:
            text = _text(facts, recipient_id in keepers, {key: cut_off[key] for key in new})
            tell(
                session,
                facts.people[recipient_id],
                message(text),
                key=prefix + ".".join(str(key) for key in new),
                kind="unreachable",
                because="unreachable",
                now=now,
                not_before=next_at_work(session, facts.people[recipient_id], now),
                expires_at=paper.meeting.starts_at,
            )


def _text(facts: Facts, keeps: bool, cut_off: CutOff) -> str:
    """Only whoever keeps the board's plan reads what its exempt items are called."""
    paper = next(iter(cut_off.values()))[0]
    return render(
        "messages/unreachable.md",
        head=f"{paper.board.name}, {moment(paper.meeting.starts_at, facts.time.zone)}",
        papers=True,
        rows=[
            (facts.people[key], [each.item.title if keeps else open_title(each.item) for each in papers])
            for key, papers in cut_off.items()
        ],
        admin=not keeps,
    )
