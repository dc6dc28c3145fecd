"""Writing down what is due: prompts, and the messages that carry them, in one transaction for each person."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.facts import load_facts
from acts.lookups import get
from bot.cards import card, load_asked, showing
from models import OutgoingMessage, Person, Prompt, Window
from rules.facts import known
from rules.plan import RUNNING, DuePrompt, due

log = structlog.get_logger()


def plan_due(engine: Engine, now: datetime) -> int:
    """Plan every prompt that is due; how many messages that made. Planning twice is harmless."""
    with Session(engine) as session:
        if session.exec(select(Window.id).where(col(Window.state).in_(RUNNING))).first() is None:
            return 0
        facts = load_facts(session)
        by_person: dict[int, list[DuePrompt]] = defaultdict(list)
        for prompt in due(facts, now):
            by_person[prompt.person_id].append(prompt)
    return sum(_plan_for(engine, person_id, prompts, now) for person_id, prompts in by_person.items())


def _plan_for(engine: Engine, person_id: int, prompts: Sequence[DuePrompt], now: datetime) -> bool:
    with Session(engine) as session:
        try:
            _write(session, person_id, prompts, now)
            session.commit()
        except IntegrityError:
            # Another replica planned the same; the next look sees what it wrote.
            session.rollback()
            log.info("planned elsewhere", person=person_id, key=message_key(prompts))
            return False
    return True


def _write(session: Session, person_id: int, prompts: Sequence[DuePrompt], now: datetime) -> None:
    person: Person = get(session, Person, person_id)
    latest = max(prompts, key=lambda prompt: prompt.due_at)
    row = OutgoingMessage(
        key=message_key(prompts),
        kind=kind(latest.step),
        person_id=person_id,
        window_id=latest.window_id,
        body={},
        because="; ".join(dict.fromkeys(f"{prompt.step}: {prompt.because}" for prompt in prompts)),
        created_at=now,
        not_before=now,
        expires_at=max(prompt.expires_at for prompt in prompts),
    )
    session.add(row)
    session.flush()
    rows = [_row(prompt, known(row.id)) for prompt in prompts]
    session.add_all(rows)
    session.flush()
    asked = load_asked(session, rows)
    row.body, row.showing = card(session, person, asked).model_dump(mode="json"), showing(asked)


def _row(prompt: DuePrompt, message_id: int) -> Prompt:
    return Prompt(
        return_id=prompt.return_id,
        step=prompt.step,
        person_id=prompt.person_id,
        revision=prompt.revision,
        to=prompt.to,
        because=prompt.because,
        message_id=message_id,
    )


def message_key(prompts: Sequence[DuePrompt]) -> str:
    """The same for the same prompts, whoever plans them and when."""
    names = sorted(str(prompt.key) for prompt in prompts)
    return "prompt-" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:20]


def kind(step: str) -> str:
    """What a step is called in a message's kind: a snooze or a return by its sort, a policy's step by its key."""
    return step.split("_", 1)[0] if step.startswith(("snoozed_", "returned_")) else step
