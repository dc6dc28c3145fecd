"""The card kinds, and one card for everything that a person is asked.

queries/prompt_kinds.py reads the subjects of each kind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from remembrancer.cards.prompts.card_kind import CardKind
from remembrancer.cards.prompts.paper_prompts import PaperPrompts
from remembrancer.cards.prompts.return_prompts import ReturnPrompts
from remembrancer.cards.prompts.state import CardState, combine_states
from remembrancer.models import Person, Prompt
from remembrancer.models.message import Message, Part
from remembrancer.queries.prompt_kinds import by_kind
from remembrancer.rules.forward_plan import paper_prompts
from remembrancer.rules.prompts import chase
from remembrancer.services.context import Context

KINDS: dict[str, CardKind[Any]] = {chase.KIND: ReturnPrompts(), paper_prompts.KIND: PaperPrompts()}
Card = tuple[Message, str]
"""A card's content, and a hash of what it shows."""


def build_cards(session: Session, asked: Sequence[tuple[Person, Sequence[Prompt]]], now: datetime) -> list[Card]:
    """The current card of each person for these prompts, stored or not, in few queries for all."""
    views: dict[int, Any] = {}
    for kind, prompts in by_kind([prompt for _, of_person in asked for prompt in of_person]).items():
        views |= {id(view.prompt): view for view in KINDS[kind].load(session, prompts, now)}
    return [_card(person, prompts, views, now) for person, prompts in asked]


def _card(person: Person, prompts: Sequence[Prompt], views: Mapping[int, Any], now: datetime) -> Card:
    parts: list[Part] = []
    states: list[CardState] = []
    for kind, of_kind in by_kind(prompts).items():
        shown = [views[id(prompt)] for prompt in of_kind if id(prompt) in views]
        parts += KINDS[kind].parts(person, shown, now)
        states.append(CardState(KINDS[kind].state_hash(person, shown, now), settled=False))
    return Message(parts=tuple(parts)), combine_states(states).name


def wanted(context: Context) -> list[Prompt]:
    """The prompts of every kind, not stored, for what the person is asked now."""
    return [prompt for kind in KINDS.values() for prompt in kind.wanted(context)]


def labels(session: Session, prompts: Sequence[Prompt], now: datetime) -> tuple[str, ...]:
    """The names of the prompts' subjects for previews: refs of items, titles of papers."""
    return tuple(
        label for kind, of_kind in by_kind(prompts).items() for label in KINDS[kind].labels(session, of_kind, now)
    )
