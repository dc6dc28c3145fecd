"""Plans the prompts that are due, and writes the messages that carry them, one transaction for each person."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from remembrancer.cards.prompt_kinds import KINDS, Card, cards
from remembrancer.models import OutgoingMessage, Prompt, SendState
from remembrancer.queries.facts import load_facts
from remembrancer.queries.prompt_kinds import is_anything_asked, subjects
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.prompts.due import due
from remembrancer.rules.prompts.pilot import is_withheld
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject
from remembrancer.services.sending import sending_now

log = structlog.get_logger()


@dataclass(frozen=True)
class _Planned:
    """One person's message before it is stored."""

    message: OutgoingMessage
    prompts: Sequence[Prompt]


def facts_now(engine: Engine) -> Facts | None:
    """The facts, where there is anything that may be asked about; they outlive their session as plain values."""
    with Session(engine) as session:
        return load_facts(session) if is_anything_asked(session) else None


def plan_due(engine: Engine, facts: Facts, now: datetime) -> int:
    """Plan every prompt that is due; how many messages that made. Planning twice is harmless."""
    with Session(engine) as session:
        planned = _plan(session, facts, subjects(session, facts, now), now)
    return sum(_write(engine, each, facts.pilot) for each in planned)


def by_message(facts: Facts, prompts: Sequence[DuePrompt]) -> dict[tuple[int, bool], list[DuePrompt]]:
    """All that one person (id) is asked at one tick rides in one message; what a pilot withholds, in another."""
    groups: dict[tuple[int, bool], list[DuePrompt]] = defaultdict(list)
    for prompt in prompts:
        groups[prompt.person_id, is_withheld(facts, prompt)].append(prompt)
    return dict(groups)


def latest(prompts: Sequence[DuePrompt]) -> DuePrompt:
    """The prompt that a message is called after: the one that fell due last."""
    return max(prompts, key=lambda prompt: prompt.due_at)


def _plan(session: Session, facts: Facts, of: Sequence[PromptSubject], now: datetime) -> list[_Planned]:
    """A message to each person, and one to be withheld; nothing of it is in the session."""
    groups = by_message(facts, due(facts, of, now))
    rows = [[prompt.as_row() for prompt in prompts] for prompts in groups.values()]
    asked = [(facts.people[person_id], prompts) for (person_id, _), prompts in zip(groups, rows, strict=True)]
    return [
        _Planned(_message(person_id, due_prompts, card, withheld, now), prompts)
        for ((person_id, withheld), due_prompts), prompts, card in zip(
            groups.items(), rows, cards(session, asked, now), strict=True
        )
    ]


def _message(
    person_id: int, prompts: Sequence[DuePrompt], card: Card, withheld: bool, now: datetime
) -> OutgoingMessage:
    content, showing = card
    reasons = (f"{KINDS[prompt.subject.kind].step_name(prompt)}: {prompt.because}" for prompt in prompts)
    return OutgoingMessage(
        key=message_key(prompts),
        kind=KINDS[latest(prompts).subject.kind].message_kind(latest(prompts).step),
        person_id=person_id,
        window_id=latest([p for p in prompts if p.window_id is not None] or prompts).window_id,
        body=content.model_dump(mode="json"),
        because="; ".join(dict.fromkeys(reasons)),
        state=SendState.WITHHELD if withheld else SendState.PENDING,
        created_at=now,
        not_before=now,
        expires_at=max(prompt.expires_at for prompt in prompts),
        showing=showing,
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
            # Another replica planned the same; the next tick sees what it wrote.
            session.rollback()
            log.info("planned elsewhere", key=planned.message.key)
            return False
    return True


def _still_runs(session: Session, pilot: Set[int] | None) -> bool:
    """Whether the pilot is the one that was planned by: what is withheld after its end would never be sent."""
    now = sending_now(session, share=True).pilot
    return now is not None and set(now) == pilot


def message_key(prompts: Sequence[DuePrompt]) -> str:
    """The same for the same prompts, whoever plans them and when."""
    names = sorted(f"{' '.join(p.subject)} {p.step} {p.person_id} {p.revision}" for p in prompts)
    return "prompt-" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:20]
