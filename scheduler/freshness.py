"""Whether a message still says what is so, and the cards that must be brought up to date."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from bot.cards import Asked, card, in_order, is_settled, load_asked, showing
from bot.message import Message
from bot.transport import SendError, Sent, Transport, Trouble
from models import Draft, Item, OutgoingMessage, Person, Programme, Prompt, Return, SendState, Snooze, Window
from rules.facts import known
from rules.plan import WANTED

log = structlog.get_logger()


def freshen(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a message that has not gone out up to date; False where there is nothing left to say.

    A prompt goes when its return is answered, its window has moved on, or a later prompt to the same person says it.
    """
    if row.expires_at is not None and now >= row.expires_at:
        return False
    prompts = session.exec(select(Prompt).where(Prompt.message_id == row.id)).all()
    if not prompts:
        return True
    asked = [a for a in load_asked(session, prompts) if _still_to_say(session, a)]
    if not asked:
        return False
    if showing(asked) != row.showing:
        person = session.get_one(Person, row.person_id)
        row.body, row.showing = card(session, person, asked).model_dump(mode="json"), showing(asked)
    return True


def _still_to_say(session: Session, asked: Asked) -> bool:
    later = select(Prompt.id).where(
        Prompt.return_id == asked.ret.id,
        Prompt.person_id == asked.prompt.person_id,
        col(Prompt.id) > (asked.prompt.id or 0),
    )
    wanted = asked.ret.state in WANTED and asked.prompt.revision == asked.window.revision
    return wanted and session.exec(later).first() is None


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
            _stale(session, row_id, asked, changed=shows != showing(asked))
            for row_id, shows, asked in _posted(session)
            if shows != showing(asked) or is_settled(asked)
        ]
    return sum(_refresh(engine, transports, card) for card in stale)


def _stale(session: Session, row_id: int, asked: Sequence[Asked], changed: bool) -> _Stale:
    row = session.get_one(OutgoingMessage, row_id)
    person = session.get_one(Person, row.person_id)
    return _Stale(
        row_id=row_id,
        key=row.key,
        platform=row.platform or "",
        conversation=row.conversation or "",
        sent=Sent(row.remote_id or ""),
        wanted=showing(asked),
        settled=is_settled(asked),
        body=card(session, person, asked) if changed else None,
    )


def _posted(session: Session) -> list[tuple[int, str | None, Sequence[Asked]]]:
    """Every posted card that is not settled, with what it speaks of."""
    unsettled = (OutgoingMessage.state == SendState.SENT, col(OutgoingMessage.settled).is_(False))
    cards = session.exec(select(OutgoingMessage).join(Prompt).where(*unsettled)).all()
    shows = {known(row.id): row.showing for row in cards}
    snoozes = {(snooze.return_id, snooze.person_id, snooze.revision): snooze for snooze in session.exec(select(Snooze))}
    drafts = set(session.exec(select(Draft.return_id, Draft.person_id)))
    query = select(Prompt, Return, Item, Window).where(
        Prompt.message_id == OutgoingMessage.id,
        Prompt.return_id == Return.id,
        Return.item_id == Item.id,
        Return.window_id == Window.id,
    )
    asked: dict[int, list[Asked]] = defaultdict(list)
    for prompt, ret, item, window in session.exec(query.where(*unsettled)):
        programme = session.get_one(Programme, window.programme_id)
        snooze = snoozes.get((known(ret.id), prompt.person_id, window.revision))
        has_draft = (known(ret.id), prompt.person_id) in drafts
        asked[prompt.message_id].append(Asked(prompt, ret, item, window, programme, snooze, has_draft))
    return [(row_id, shows[row_id], in_order(each)) for row_id, each in asked.items()]


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
