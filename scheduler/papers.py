"""Papers at a look: items take their places at meetings, and whoever is to be asked about a paper is."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from acts.facts import load_facts
from acts.forward_plan import place_board
from acts.lookups import organisation
from acts.papers import papers_to_come, prompted
from bot.paper_cards import paper_card
from models import Board, ForwardPlanItem, OutgoingMessage, PaperPrompt
from rules.facts import Facts, known
from rules.papers import DuePaper, due
from scheduler.meetings import tell_of_meetings
from scheduler.paper_cards import KIND

log = structlog.get_logger()


def look_at_papers(engine: Engine, now: datetime) -> None:
    """All that is right now about forward plans, where there are any."""
    with Session(engine) as session:
        if session.exec(select(ForwardPlanItem.id)).first() is None:
            return
    place_items(engine, now)
    with Session(engine) as session:
        facts = load_facts(session)
    plan_papers(engine, facts, now)
    tell_of_meetings(engine, facts, now)


def place_items_in(session: Session, now: datetime) -> None:
    """The same within a transaction, for whoever looks at a plan."""
    for board_id in session.exec(select(Board.id)).all():
        place_board(session, known(board_id), organisation(session).time_zone, now)


def place_items(engine: Engine, now: datetime) -> None:
    """Bring every board's placings up to date, a board to a transaction. Doing so twice is harmless."""
    with Session(engine) as session:
        boards = session.exec(select(Board.id)).all()
    for board_id in boards:
        with Session(engine) as session:
            try:
                place_board(session, known(board_id), organisation(session).time_zone, now)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("placed elsewhere", board=board_id)


def plan_papers(engine: Engine, facts: Facts, now: datetime) -> int:
    """Plan every paper prompt that is due, one message to a person; how many messages that made."""
    with Session(engine) as session:
        to_come = papers_to_come(session, now)
        groups: dict[tuple[int, str], list[DuePaper]] = defaultdict(list)
        for each in due(facts, to_come, prompted(session, to_come), now):
            groups[each.person_id, each.to].append(each)
        planned = [_planned(facts, each, now) for each in groups.values()]
    return sum(_write(engine, *each) for each in planned)


def _planned(facts: Facts, asked: Sequence[DuePaper], now: datetime) -> tuple[OutgoingMessage, list[PaperPrompt]]:
    prompts = [_prompt(each) for each in asked]
    person = facts.people[asked[0].person_id]
    content = paper_card(person, list(zip((e.paper for e in asked), prompts, strict=True)), facts.posts, now)
    row = OutgoingMessage(
        key="papers-" + hashlib.sha256("\n".join(sorted(str(each.key) for each in asked)).encode()).hexdigest()[:20],
        kind=KIND,
        person_id=person.id,
        body=content.model_dump(mode="json"),
        because="; ".join(dict.fromkeys(f"{each.stage}_{each.step}: {each.because}" for each in asked)),
        created_at=now,
        not_before=now,
        expires_at=max(each.paper.meeting.starts_at for each in asked),
        showing=content.mark,
    )
    return row, prompts


def _prompt(each: DuePaper) -> PaperPrompt:
    return PaperPrompt(
        placing_id=known(each.paper.placing.id),
        stage=each.stage,
        step=each.step,
        person_id=each.person_id,
        revision=each.paper.meeting.revision,
        to=each.to,
        because=each.because,
        due_on=each.due_on,
        message_id=0,
    )


def _write(engine: Engine, row: OutgoingMessage, prompts: Sequence[PaperPrompt]) -> bool:
    with Session(engine) as session:
        try:
            session.add(row)
            session.flush()
            for prompt in prompts:
                prompt.message_id = known(row.id)
            session.add_all(prompts)
            session.commit()
        except IntegrityError:
            session.rollback()
            log.info("planned elsewhere", key=row.key)
            return False
    return True
