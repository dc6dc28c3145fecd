"""Plans the prompts that are due and adds the messages that carry them, one transaction for each person."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.cards.prompts.kinds import KINDS, Card, build_cards
from remembrancer.models import OutgoingMessage, Prompt, SendState
from remembrancer.models.database import write_once
from remembrancer.queries.facts import load_facts
from remembrancer.queries.prompt_kinds import is_anything_asked, subjects
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.prompts.due import due
from remembrancer.rules.prompts.pilot import is_withheld
from remembrancer.rules.prompts.subjects import DuePrompt, PromptSubject
from remembrancer.services.sending import current_sending


@dataclass(frozen=True)
class _Planned:
    """One person's message and its prompts before they are stored."""

    message: OutgoingMessage
    prompts: Sequence[Prompt]


def load_subjects(engine: Engine, now: datetime) -> tuple[Facts, Sequence[PromptSubject]] | None:
    """Load the facts and the subjects of prompts, or return None where no prompt can fall due.

    They are usable after their session is closed.
    """
    with Session(engine) as session:
        if not is_anything_asked(session):
            return None
        facts = load_facts(session)
        return facts, subjects(session, facts, now)


def plan_due(engine: Engine, facts: Facts, subjects: Sequence[PromptSubject], now: datetime) -> int:
    """Plan every prompt that is due, and return the number of new messages; repeating it is harmless."""
    with Session(engine) as session:
        planned = _plan(session, facts, subjects, now)
    return sum(_write(engine, each, facts.pilot) for each in planned)


def by_message(facts: Facts, prompts: Sequence[DuePrompt]) -> dict[tuple[int, bool], list[DuePrompt]]:
    """Group the prompts of one tick into messages: one for each person (id), and one that a pilot withholds."""
    groups: dict[tuple[int, bool], list[DuePrompt]] = defaultdict(list)
    for prompt in prompts:
        groups[prompt.person_id, is_withheld(facts, prompt)].append(prompt)
    return dict(groups)


def latest(prompts: Sequence[DuePrompt]) -> DuePrompt:
    """Return the prompt that fell due last, which decides the kind of the message."""
    return max(prompts, key=lambda prompt: prompt.due_at)


def _plan(session: Session, facts: Facts, all_subjects: Sequence[PromptSubject], now: datetime) -> list[_Planned]:
    """Build the messages of all due prompts without adding them to the session."""
    groups = by_message(facts, due(facts, all_subjects, now))
    rows = [[prompt.as_row() for prompt in prompts] for prompts in groups.values()]
    asked = [(facts.people[person_id], prompts) for (person_id, _), prompts in zip(groups, rows, strict=True)]
    return [
        _Planned(_build_message(person_id, due_prompts, card, withheld, now), prompts)
        for ((person_id, withheld), due_prompts), prompts, card in zip(
            groups.items(), rows, build_cards(session, asked, now), strict=True
        )
    ]


def _build_message(
    person_id: int, prompts: Sequence[DuePrompt], card: Card, withheld: bool, now: datetime
) -> OutgoingMessage:
    reasons = (
        f"{KINDS[prompt.subject.kind].step_name(prompt.subject.name, prompt.step)}: {prompt.because}"
        for prompt in prompts
    )
    row = OutgoingMessage(
        key=message_key(prompts),
        kind=KINDS[latest(prompts).subject.kind].message_kind(latest(prompts).step),
        person_id=person_id,
        window_id=latest([p for p in prompts if p.window_id is not None] or prompts).window_id,
        body=card.content.model_dump(mode="json"),
        because="; ".join(dict.fromkeys(reasons)),
        state=SendState.WITHHELD if withheld else SendState.PENDING,
        created_at=now,
        not_before=now,
        expires_at=max(prompt.expires_at for prompt in prompts),
        showing=card.showing,
    )
    row.set_items(card.items)
    return row


def _write(engine: Engine, planned: _Planned, pilot: Set[int] | None) -> bool:
    with write_once(engine, key=planned.message.key) as session:
        if planned.message.state != SendState.WITHHELD or _is_same_pilot(session, pilot):
            session.add(planned.message)
            session.flush()
            for prompt in planned.prompts:
                prompt.message_id = stored_id(planned.message.id)
            session.add_all(planned.prompts)
            session.flush()
            return True
    return False


def _is_same_pilot(session: Session, pilot: Set[int] | None) -> bool:
    """Tell whether the pilot is the one used for planning: a message withheld after its end would never be sent."""
    now = current_sending(session, share=True).pilot
    return now is not None and set(now) == pilot


def message_key(prompts: Sequence[DuePrompt]) -> str:
    """Return a key that depends only on the prompts, so that two replicas cannot store the same message twice."""
    names = sorted(f"{' '.join(p.subject)} {p.step} {p.person_id} {p.revision}" for p in prompts)
    return "prompt-" + hashlib.sha256("\n".join(names).encode()).hexdigest()[:20]
