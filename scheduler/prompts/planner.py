"""Writing down what is due: prompts, and the messages that carry them, in one transaction for each person."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.cards.prompt_card import card
from remembrancer.cards.prompt_loader import load_asked
from remembrancer.cards.prompt_view import Asked, showing
from remembrancer.models import OutgoingMessage, Person, Prompt, SendState, Window
from remembrancer.queries.facts import load_facts
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.prompts.due import RUNNING, DuePrompt, due
from remembrancer.rules.prompts.pilot import is_withheld
from remembrancer.rules.prompts.steps import kind_of
from remembrancer.services.sending import sending_now

log = structlog.get_logger()


@dataclass(frozen=True)
class _Planned:
    """One person's message before it is written down."""

    message: OutgoingMessage
    prompts: Sequence[Prompt]


def facts_now(engine: Engine) -> Facts | None:
    """The facts, where any window is running; they outlive their session as plain values."""
    with Session(engine) as session:
        running = session.exec(select(Window.id).where(col(Window.state).in_(RUNNING))).first()
        return load_facts(session) if running is not None else None


def plan_due(engine: Engine, facts: Facts, now: datetime) -> int:
    """Plan every prompt that is due; how many messages that made. Planning twice is harmless."""
    with Session(engine) as session:
        planned = _plan(session, facts, now)
    return sum(_write(engine, each, facts.pilot) for each in planned)


def _plan(session: Session, facts: Facts, now: datetime) -> list[_Planned]:
    """All that is due, a message to a person, and one to be withheld; nothing of it is in the session."""
    groups: dict[tuple[int, bool], list[DuePrompt]] = defaultdict(list)
    for prompt in due(facts, now):
        groups[prompt.person_id, is_withheld(facts, prompt, now)].append(prompt)
    rows = {group: [_row(prompt) for prompt in prompts] for group, prompts in groups.items()}
    asked = iter(load_asked(session, [row for each in rows.values() for row in each], now))
    return [
        _Planned(_message(facts.people[group[0]], prompts, [next(asked) for _ in prompts], now, group[1]), rows[group])
        for group, prompts in groups.items()
    ]


def _message(
    person: Person, prompts: Sequence[DuePrompt], asked: Sequence[Asked], now: datetime, withheld: bool
) -> OutgoingMessage:
    latest = max(prompts, key=lambda prompt: prompt.due_at)
    return OutgoingMessage(
        key=message_key(prompts),
        kind=kind_of(latest.step),
        person_id=person.id,
        window_id=latest.window_id,
        body=card(person, asked).model_dump(mode="json"),
        because="; ".join(dict.fromkeys(f"{prompt.step}: {prompt.because}" for prompt in prompts)),
        state=SendState.WITHHELD if withheld else SendState.PENDING,
        created_at=now,
        not_before=now,
        expires_at=max(prompt.expires_at for prompt in prompts),
        showing=showing(asked),
    )


def _write(engine: Engine, planned: _Planned, pilot: Set[int] | None) -> bool:
    with Session(engine) as session:
        if planned.message.state == SendState.WITHHELD and not _still_runs(session, pilot):
            return False
        try:
            session.add(planned.message)
            session.flush()
            for prompt in planned.prompts:
                prompt.message_id = known(planned.message.id)
            session.add_all(planned.prompts)
            session.commit()
        except IntegrityError:
            # Another replica planned the same; the next look sees what it wrote.
            session.rollback()
            log.info("planned elsewhere", key=planned.message.key)
            return False
    return True


def _still_runs(session: Session, pilot: Set[int] | None) -> bool:
    """Whether the pilot is the one that was planned by: what is withheld after its end would never be said."""
    now = sending_now(session, share=True).pilot
    return now is not None and set(now) == pilot


def _row(prompt: DuePrompt) -> Prompt:
    return Prompt(
        return_id=prompt.return_id,
        step=prompt.step,
        person_id=prompt.person_id,
        revision=prompt.revision,
        to=prompt.to,
        because=prompt.because,
        message_id=0,
    )


def message_key(prompts: Sequence[DuePrompt]) -> str:
    """The same for the same prompts, whoever plans them and when."""
    names = sorted(str(prompt.key) for prompt in prompts)
    return "prompt-" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:20]
