"""Finds the posted cards of prompts whose shown state is out of date."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from remembrancer.cards.prompts.kinds import KINDS, build_cards
from remembrancer.cards.prompts.state import CardState, combine_states
from remembrancer.models import OutgoingMessage, Person, Prompt, SendState
from remembrancer.queries.batches import chunks
from remembrancer.queries.prompt_kinds import by_kind, prompts_of
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.outbox.card_updates import StaleCard
from remembrancer.scheduler.outbox.transport import Sent


def stale_prompt_cards(session: Session, now: datetime) -> list[StaleCard]:
    """Return the posted cards that are out of date or have reached their final state.

    A card about a change that can still be undone is left until the undo grace period is over.
    """
    posted = _posted(session)
    states = _states(session, posted, now)
    changed = {
        row_id: (row, prompts, states[row_id])
        for row_id, (row, prompts) in posted.items()
        if row_id in states
        and not states[row_id].waits
        and (states[row_id].settled or states[row_id].name != row.showing)
    }
    stale = {row_id: each for row_id, each in changed.items() if each[2].name != each[0].showing}
    asked = [(session.get_one(Person, row.person_id), prompts) for row, prompts, _ in stale.values()]
    bodies = {row_id: card.content for row_id, card in zip(stale, build_cards(session, asked, now), strict=True)}
    return [
        StaleCard(
            row_id=row_id,
            person_id=row.person_id,
            key=row.key,
            platform=row.platform or "",
            conversation=row.conversation or "",
            sent=Sent(row.remote_id or "", row.key),
            showing=state.name,
            settled=state.settled,
            body=bodies.get(row_id),
        )
        for row_id, (row, _, state) in changed.items()
    ]


Posted = dict[int, tuple[OutgoingMessage, list[Prompt]]]
"""Posted messages that may still change, by id, each with its prompts that ask something."""


def _posted(session: Session) -> Posted:
    """Load the posted messages without their content, which is made anew only where it is stale."""
    body: Any = OutgoingMessage.body  # to mypy it is a row's value, as the next
    about: Any = OutgoingMessage.about
    query = (
        select(OutgoingMessage)
        .options(defer(body), defer(about))
        .where(
            col(OutgoingMessage.state) == SendState.SENT,
            col(OutgoingMessage.settled).is_(False),
            col(OutgoingMessage.id).in_(select(Prompt.message_id)),
        )
    )
    rows = {stored_id(row.id): row for row in session.exec(query.order_by(col(OutgoingMessage.id)))}
    found: Posted = {}
    for some in chunks(rows):
        for prompt in prompts_of(session, some):
            if KINDS[prompt.subject_kind].track(session, prompt):
                found.setdefault(prompt.message_id, (rows[prompt.message_id], []))[1].append(prompt)
    return found


def _states(session: Session, posted: Posted, now: datetime) -> dict[int, CardState]:
    """Return the state that each card should show: computed for each kind of prompt, then combined for the card."""
    of_kinds: dict[str, dict[int, list[Prompt]]] = defaultdict(dict)
    for row_id, (_, prompts) in posted.items():
        for kind, of_kind in by_kind(prompts).items():
            of_kinds[kind][row_id] = of_kind
    states: dict[int, list[CardState]] = defaultdict(list)
    for kind, messages in of_kinds.items():
        for row_id, state in KINDS[kind].states(session, messages, now).items():
            states[row_id].append(state)
    return {row_id: combine_states(of_row) for row_id, of_row in states.items()}
