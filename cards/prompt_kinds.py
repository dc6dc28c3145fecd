"""What cards show of each kind of prompt: one card for all that a person is asked, whatever it is about.

How the subjects of a kind are read is in `queries/prompt_kinds.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from remembrancer.cards.card_kind import CardKind
from remembrancer.cards.paper_prompts import PaperPrompts
from remembrancer.cards.prompt_state import CardState, together
from remembrancer.cards.return_prompts import ReturnPrompts
from remembrancer.models import Person, Prompt
from remembrancer.models.message import Message, Part
from remembrancer.queries.prompt_kinds import by_kind
from remembrancer.rules.forward_plan import paper_prompts
from remembrancer.rules.prompts import returns
from remembrancer.services.context import Context

KINDS: dict[str, CardKind[Any]] = {returns.KIND: ReturnPrompts(), paper_prompts.KIND: PaperPrompts()}
Card = tuple[Message, str]
"""A card's content, and a name for what it shows."""


def cards(session: Session, asked: Sequence[tuple[Person, Sequence[Prompt]]], now: datetime) -> list[Card]:
    """The card of each person with these prompts, stored or not, as it should be now; in few queries for all."""
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
        states.append(CardState(KINDS[kind].showing(person, shown, now), settled=False))
    return Message(parts=tuple(parts)), together(states).name


def wanted(context: Context) -> list[Prompt]:
    """All that the person is asked for now, of every kind, as prompts that are not stored."""
    return [prompt for kind in KINDS.values() for prompt in kind.wanted(context)]


def labels(session: Session, prompts: Sequence[Prompt], now: datetime) -> tuple[str, ...]:
    """What the prompts are about, as previews name it: refs of items, titles of papers."""
    return tuple(
        label for kind, of_kind in by_kind(prompts).items() for label in KINDS[kind].labels(session, of_kind, now)
    )
