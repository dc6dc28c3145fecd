"""Whether a message still says what is so, and the cards that must be brought up to date."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, and_
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from acts.facts import load_people
from acts.facts_about import load_people_about
from acts.rows import rows_of
from bot.asked import Asked, marks_of, named, showing, state_of
from bot.asked_rows import load_asked
from bot.cards import card
from bot.stance import is_asked_no_more, stance
from bot.transport import Sent, Transport
from models import Draft, Item, OutgoingMessage, Person, Prompt, Return, SendState, Snooze, Window, WindowState
from rules.facts import known
from rules.plan import WANTED
from scheduler.corrections import is_still_so
from scheduler.drafts import KIND as DRAFTS
from scheduler.drafts import drafts_now
from scheduler.live import StaleCard, Which, freshen_live, update_cards
from scheduler.paper_cards import KIND as PAPERS
from scheduler.paper_cards import freshen_papers, paper_cards_now
from scheduler.replies import FOLLOWING, replies_now
from scheduler.told import CORRECTION, NEWS


def freshen(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a message that has not gone out up to date; False where there is nothing left to say."""
    if row.expires_at is not None and now >= row.expires_at:
        return False
    return _FRESHEN.get(row.kind, _freshen_prompts)(session, row, now)


def _freshen_prompts(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """What is still to be said of what it asks and tells; all of a message that has no prompts.

    A prompt goes when its return is answered, its window has moved on, a later prompt to the same person says it, or
    somebody else is asked by now.
    """
    query = select(Prompt, Return, Window.revision).where(
        Prompt.message_id == row.id, Prompt.return_id == Return.id, Return.window_id == Window.id
    )
    found = session.exec(query).all()
    if not found:
        return True
    facts = load_people_about(session, [ret for _, ret, _ in found], {prompt.person_id for prompt, *_ in found})
    later = _said_later(session, [prompt for prompt, *_ in found])
    gone = {prompt.id for prompt, ret, _ in found if is_asked_no_more(facts, prompt, ret, now)}
    still = [
        prompt
        for prompt, ret, revision in found
        if ret.state in WANTED
        and prompt.revision == revision
        and prompt.return_id not in later
        and prompt.id not in gone
    ]
    _forget(session, row, [prompt for prompt, *_ in found if prompt.id in gone])
    if 0 < len(still) < len(found):
        asked = load_asked(session, still, now)
        person = session.get_one(Person, row.person_id)
        row.body, row.showing = card(person, asked).model_dump(mode="json"), showing(asked)
    return bool(still)


def _forget(session: Session, row: OutgoingMessage, prompts: Sequence[Prompt]) -> None:
    """Whoever is asked no more was never told: should they be asked again, the next look tells them.

    The message's key is freed: the same may then be said.
    """
    for prompt in prompts:
        session.delete(prompt)
    if prompts:
        row.key = f"gone-{row.id}-{row.key}"


def _is_the_latest(session: Session, row: OutgoingMessage, _now: datetime) -> bool:
    """Whether no later message of the kind is on its way to the same person, about the same window."""
    query = select(OutgoingMessage.id).where(
        OutgoingMessage.kind == row.kind,
        OutgoingMessage.person_id == row.person_id,
        OutgoingMessage.window_id == row.window_id,
        OutgoingMessage.state != SendState.WITHHELD,
        col(OutgoingMessage.id) > row.id,
    )
    return session.exec(query).first() is None


LIVE: Which = {
    drafts_now: and_(col(OutgoingMessage.kind).in_((DRAFTS, "reply")), col(OutgoingMessage.digest_id).is_not(None)),
    paper_cards_now: col(OutgoingMessage.kind) == PAPERS,
    replies_now: FOLLOWING,
}
"""The messages that are shown as they should be, from what they are about; prompts have a way of their own."""

_FRESHEN: Mapping[str, Callable[[Session, OutgoingMessage, datetime], bool]] = {
    DRAFTS: freshen_live(drafts_now),
    PAPERS: freshen_papers,
    CORRECTION: is_still_so,
    "digest_progress": _is_the_latest,
    NEWS: _is_the_latest,
}
"""By kind of message; the others are prompts, or notes that are always right."""


def _said_later(session: Session, prompts: Sequence[Prompt]) -> set[int]:
    """The returns of which a later message speaks to the same person; one that is withheld tells nobody anything."""
    if not prompts:
        return set()
    ids = [prompt.return_id for prompt in prompts]
    newest = max(known(prompt.id) for prompt in prompts)
    query = (
        select(Prompt.return_id)
        .join(OutgoingMessage)
        .where(
            col(Prompt.return_id).in_(ids),
            Prompt.person_id == prompts[0].person_id,
            col(Prompt.id) > newest,
            OutgoingMessage.state != SendState.WITHHELD,
        )
    )
    return set(session.exec(query))


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
