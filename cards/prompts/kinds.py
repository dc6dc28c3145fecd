"""The card kinds, and one card for everything that a person is asked.

queries/prompt_kinds.py reads the subjects of each kind.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from remembrancer.cards.prompts.card_kind import CardKind
from remembrancer.cards.prompts.paper_prompts import PaperPrompts
from remembrancer.cards.prompts.return_prompts import ReturnPrompts
from remembrancer.cards.prompts.state import CardState, combine_states
from remembrancer.models import Person, Prompt
from remembrancer.models.message import Message, MessageItem, Part
from remembrancer.queries.prompt_kinds import by_kind
from remembrancer.rules.forward_plan import paper_prompts
from remembrancer.rules.prompts import chase
from remembrancer.services.context import Context

KINDS: dict[str, CardKind[Any]] = {chase.KIND: ReturnPrompts(), paper_prompts.KIND: PaperPrompts()}


class Card(NamedTuple):
    """A card's content, a hash of what it shows, and what it is about."""

    content: Message
    showing: str
    items: Sequence[MessageItem]


def build_cards(session: Session, asked: Sequence[tuple[Person, Sequence[Prompt]]], now: datetime) -> list[Card]:
    """The current card of each person for these prompts, stored or not, in few queries for all."""
    views = _views(session, [prompt for _, of_person in asked for prompt in of_person], now)
    return [_card(session, person, prompts, views, now) for person, prompts in asked]


def _views(session: Session, prompts: Sequence[Prompt], now: datetime) -> Mapping[int, Any]:
    """The view of each prompt, by the identity of the prompt, which may not be stored."""
    return {
        id(view.prompt): view
        for kind, of_kind in by_kind(prompts).items()
        for view in KINDS[kind].load(session, of_kind, now)
    }


def _card(session: Session, person: Person, prompts: Sequence[Prompt], views: Mapping[int, Any], now: datetime) -> Card:
    parts: list[Part] = []
    states: list[CardState] = []
    for kind, of_kind in by_kind(prompts).items():
        shown = [views[id(prompt)] for prompt in of_kind if id(prompt) in views]
        parts += KINDS[kind].parts(person, shown, now)
        states.append(CardState(KINDS[kind].state_hash(person, shown, now), settled=False))
    return Card(Message(parts=tuple(parts)), combine_states(states).name, _items(session, prompts, views, now))


def _items(session: Session, prompts: Sequence[Prompt], views: Mapping[int, Any], now: datetime) -> list[MessageItem]:
    return [
        item
        for kind, of_kind in by_kind(prompts).items()
        for item in KINDS[kind].items(session, [views[id(each)] for each in of_kind if id(each) in views], now)
    ]


def items_of(session: Session, groups: Sequence[Sequence[Prompt]], now: datetime) -> list[list[MessageItem]]:
    """What each group of prompts is about, stored or not, in few queries for all."""
    views = _views(session, [prompt for group in groups for prompt in group], now)
    return [_items(session, group, views, now) for group in groups]


def wanted(context: Context) -> list[Prompt]:
    """The prompts of every kind, not stored, for what the person is asked now."""
    return [prompt for kind in KINDS.values() for prompt in kind.wanted(context)]
