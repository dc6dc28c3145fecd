"""Whether a message still says what is so, and the cards that must be brought up to date."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from bot.asked import Asked, is_settled, load_asked, prompts_of, showing
from bot.cards import card
from bot.message import Message
from bot.transport import SendError, Sent, Transport, Trouble
from models import OutgoingMessage, Person, Prompt, SendState
from rules.facts import known

log = structlog.get_logger()


def freshen(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a message that has not gone out up to date; False where there is nothing left to say.

    A prompt goes when its return is answered, its window has moved on, or a later prompt to the same person says it.
    """
    if row.expires_at is not None and now >= row.expires_at:
        return False
    prompts = prompts_of(session, known(row.id))
    if not prompts:
        return True
    later = _said_later(session, prompts)
    asked = [a for a in load_asked(session, prompts) if a.is_wanted and a.ret.id not in later]
    if not asked:
        return False
    if showing(asked) != row.showing:
        person = session.get_one(Person, row.person_id)
        row.body, row.showing = card(person, asked).model_dump(mode="json"), showing(asked)
    return True


def _said_later(session: Session, prompts: Sequence[Prompt]) -> set[int]:
    """The returns of which a later message speaks to the same person."""
    ids = [prompt.return_id for prompt in prompts]
    newest = max(known(prompt.id) for prompt in prompts)
    query = select(Prompt.return_id).where(
        col(Prompt.return_id).in_(ids), Prompt.person_id == prompts[0].person_id, col(Prompt.id) > newest
    )
    return set(session.exec(query))


@dataclass(frozen=True)
class _Stale:
    """A posted card that does not show what it should, or never will have to again (settled)."""

    row_id: int
    key: str
    platform: str
    conversation: str
    sent: Sent
    wanted: str
    settled: bool
    body: Message | None


def refresh_cards(engine: Engine, transports: Mapping[str, Transport]) -> int:
    """Update every posted card that does not show what it should; how many were updated."""
    with Session(engine) as session:
        stale = [
            _stale(session, message_id, shows, asked)
            for message_id, shows, asked in _posted(session)
            if shows != showing(asked) or is_settled(asked)
        ]
    return sum(_refresh(engine, transports, card) for card in stale)


def _stale(session: Session, message_id: int, shows: str | None, asked: Sequence[Asked]) -> _Stale:
    row = session.get_one(OutgoingMessage, message_id)
    person = session.get_one(Person, row.person_id)
    return _Stale(
        row_id=message_id,
        key=row.key,
        platform=row.platform or "",
        conversation=row.conversation or "",
        sent=Sent(row.remote_id or ""),
        wanted=showing(asked),
        settled=is_settled(asked),
        body=card(person, asked) if shows != showing(asked) else None,
    )


def _posted(session: Session) -> list[tuple[int, str | None, list[Asked]]]:
    """Every posted card that is not settled, and what it speaks of.

    One query finds both: between two, another replica may have posted one more.
    """
    query = (
        select(Prompt, OutgoingMessage.showing)
        .join(OutgoingMessage)
        .where(OutgoingMessage.state == SendState.SENT, col(OutgoingMessage.settled).is_(False))
        .order_by(col(Prompt.id))
    )
    found = session.exec(query).all()
    shows = {prompt.message_id: shown for prompt, shown in found}
    cards: dict[int, list[Asked]] = defaultdict(list)
    for asked in load_asked(session, [prompt for prompt, _ in found]):
        cards[asked.prompt.message_id].append(asked)
    return [(message_id, shows[message_id], asked) for message_id, asked in cards.items()]


def _refresh(engine: Engine, transports: Mapping[str, Transport], stale: _Stale) -> bool:
    settled = stale.settled
    if stale.body is not None:
        if stale.platform not in transports:
            return False
        try:
            transports[stale.platform].update(stale.conversation, stale.sent, stale.body)
        except SendError as error:
            log.warning("card not updated", key=stale.key, trouble=error.trouble, reason=error.reason)
            if error.trouble in (Trouble.AGAIN, Trouble.DOUBT):
                return False
            settled = True
    with Session(engine) as session:
        row = session.get_one(OutgoingMessage, stale.row_id)
        row.showing, row.settled = stale.wanted, settled
        row.body = stale.body.model_dump(mode="json") if stale.body else row.body
        session.commit()
    return stale.body is not None
