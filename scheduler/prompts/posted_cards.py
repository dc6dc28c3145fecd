"""Posted cards of prompts: which of them do not show what they should."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from remembrancer.cards.prompt_card import card
from remembrancer.cards.prompt_loader import load_asked
from remembrancer.cards.prompt_view import Asked, marks_of, named, showing, state_of
from remembrancer.cards.recipient_status import stance
from remembrancer.models import (
    Draft,
    Item,
    OutgoingMessage,
    Person,
    Prompt,
    Return,
    SendState,
    Snooze,
    Window,
    WindowState,
)
from remembrancer.queries.batches import rows_of
from remembrancer.queries.facts import load_people
from remembrancer.scheduler.outbox.card_updates import StaleCard, update_cards
from remembrancer.scheduler.outbox.transport import Sent, Transport


def refresh_cards(engine: Engine, transports: Mapping[str, Transport], now: datetime) -> int:
    """Update every posted card that does not show what it should; how many were updated.

    One that speaks of a window that an admin may still put back as it was is left until that has settled.
    """
    with Session(engine) as session:
        posted = [card for card in _posted(session, now) if not card.waits and (card.is_stale or card.settled)]
        stale = _load(session, posted, now)
    return update_cards(engine, transports, stale, now)


@dataclass
class _Posted:
    """A posted card by its names alone: what it shows, and what it should."""

    message_id: int
    shows: str | None
    states: list[str]
    settled: bool = True
    waits: bool = False

    @property
    def is_stale(self) -> bool:
        return self.shows != named(self.states)


def _posted(session: Session, now: datetime) -> list[_Posted]:
    """Every posted card that is not settled. One query finds them: between two, another replica may post one more."""
    columns: list[Any] = [Prompt, Return, Window, Item.lead_post_id, OutgoingMessage.showing]
    query = sqlalchemy_select(*columns).where(
        col(Prompt.message_id) == OutgoingMessage.id,
        col(Prompt.return_id) == Return.id,
        col(Return.window_id) == Window.id,
        col(Return.item_id) == Item.id,
        col(OutgoingMessage.state) == SendState.SENT,
        col(OutgoingMessage.settled).is_(False),
    )
    running = session.exec(select(Snooze).where(col(Snooze.until) > now))
    snoozes = {(s.return_id, s.person_id, s.revision): s.until for s in running}
    drafts = set(session.exec(select(Draft.return_id, Draft.person_id)))
    rows = session.execute(query).all()
    facts = load_people(session) if rows else None
    cards: dict[int, _Posted] = {}
    for prompt, ret, window, post, shows in rows:
        card = cards.setdefault(prompt.message_id, _Posted(prompt.message_id, shows, []))
        key = (ret.id, prompt.person_id)
        marks = marks_of(snoozes.get((*key, window.revision)), key in drafts)
        stands = stance(facts, prompt, ret, now).mark(prompt) if facts else ""
        card.states.append(state_of(ret, window, post) + marks + stands)
        card.settled = card.settled and window.state == WindowState.LOCKED
        card.waits = card.waits or (window.settles_at is not None and now < window.settles_at)
    return list(cards.values())


def _load(session: Session, posted: Sequence[_Posted], now: datetime) -> list[StaleCard]:
    """What it takes to update these cards."""
    ids = [card.message_id for card in posted if card.is_stale]
    asked: dict[int, list[Asked]] = defaultdict(list)
    for each in load_asked(session, rows_of(session, Prompt, "message_id", ids), now):
        asked[each.prompt.message_id].append(each)
    return [_stale(session, each, asked.get(each.message_id)) for each in posted]


def _stale(session: Session, posted: _Posted, asked: Sequence[Asked] | None) -> StaleCard:
    row = session.get_one(OutgoingMessage, posted.message_id)
    person = session.get_one(Person, row.person_id)
    return StaleCard(
        row_id=posted.message_id,
        person_id=row.person_id,
        key=row.key,
        platform=row.platform or "",
        conversation=row.conversation or "",
        sent=Sent(row.remote_id or "", row.key),
        showing=showing(asked) if asked else named(posted.states),
        settled=posted.settled,
        body=card(person, asked) if asked else None,
    )
