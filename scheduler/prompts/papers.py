"""Papers at a look: items take their places at meetings, and whoever is to be asked about a paper is."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from remembrancer.cards.paper_card import paper_card
from remembrancer.cards.prompt_loader import first_asked, is_again
from remembrancer.models import OutgoingMessage, PaperPrompt
from remembrancer.models.outgoing import KIND
from remembrancer.queries.organisation import organisation
from remembrancer.queries.papers import prompted
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.forward_plan.papers import DuePaper, Paper, due
from remembrancer.services.forward_plan import boards_to_place, place_board

log = structlog.get_logger()


def place_items_in(session: Session, now: datetime) -> None:
    """Bring placings up to date within a transaction, for whoever looks at a plan."""
    zone = organisation(session).time_zone
    for board_id in boards_to_place(session, zone, now):
        place_board(session, board_id, zone, now)


def place_items(engine: Engine, now: datetime) -> None:
    """Bring every board's placings up to date, a board to a transaction. Doing so twice is harmless."""
    with Session(engine) as session:
        zone = organisation(session).time_zone
        boards = boards_to_place(session, zone, now)
    for board_id in boards:
        with Session(engine) as session:
            try:
                place_board(session, board_id, zone, now)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("placed elsewhere", board=board_id)


def plan_papers(engine: Engine, facts: Facts, asked: Sequence[Paper], now: datetime) -> int:
    """Plan every paper prompt that is due, one message to a person; how many messages that made."""
    with Session(engine) as session:
        said = prompted(session, asked)
        planned = [_planned(session, facts, each, now) for each in by_message(due(facts, asked, said, now))]
    return sum(_write(engine, *each) for each in planned)


def by_message(found: Iterable[DuePaper]) -> list[list[DuePaper]]:
    """All that one person is asked, and all that they are told as secretary, is a message each."""
    groups: dict[tuple[int, str], list[DuePaper]] = defaultdict(list)
    for each in found:
        groups[each.person_id, each.to].append(each)
    return list(groups.values())


def _planned(
    session: Session, facts: Facts, asked: Sequence[DuePaper], now: datetime
) -> tuple[OutgoingMessage, list[PaperPrompt]]:
    prompts = [_prompt(each) for each in asked]
    person, again = facts.people[asked[0].person_id], is_again(first_asked(session, prompts), prompts)
    content = paper_card(person, list(zip((e.paper for e in asked), prompts, strict=True)), facts.posts, now, again)
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
        meeting_id=known(each.paper.meeting.id),
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
