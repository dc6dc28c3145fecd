"""The secretaries' cards of drafts, as they should be; and a word while a digest is held past its time."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, select

from acts.digests import PENDING, has_news, moment_to_post
from acts.facts import load_facts
from acts.lookups import get
from acts.tell import tell
from bot.digests import draft_message
from bot.message import Message, message
from models import Board, Digest, DigestState, OutgoingMessage, Person, Window
from rules import people
from wording import render

KIND = "digest_draft"


def drafts_now(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Each secretary's card of a draft as it should be; over once it is posted, or is no draft any more."""
    for row in rows:
        digest: Digest = get(session, Digest, row.digest_id)
        content = draft_message(session, digest, session.get_one(Person, row.person_id), now)
        yield row, content, digest.state not in PENDING
def freshen_draft(session: Session, row: OutgoingMessage, now: datetime) -> bool:
    """Bring a draft that has not gone out up to date; False where it was posted, or is none any more."""
    digest: Digest = get(session, Digest, row.digest_id)
    if digest.state not in PENDING:
        return False
    content = draft_message(session, digest, session.get_one(Person, row.person_id), now)
    row.body, row.showing = content.model_dump(mode="json"), content.mark
    return True


@dataclass(frozen=True)
class _Card:
    row_id: int | None
    key: str
    platform: str
    conversation: str
    sent: Sent
    content: Message
    settled: bool


def refresh_drafts(engine: Engine, transports: Mapping[str, Transport], now: datetime) -> None:
    """Update every posted card of a draft that does not show what it should, and every copy that was asked for."""
    with Session(engine) as session:
        query = select(OutgoingMessage).where(
            col(OutgoingMessage.kind).in_((KIND, "reply")),
            col(OutgoingMessage.digest_id).is_not(None),
            OutgoingMessage.state == SendState.SENT,
            col(OutgoingMessage.settled).is_(False),
        )
        rows = [row for row in session.exec(query) if row.platform in transports]
        stale = [card for row in rows if _is_stale(card := _card(session, row, now), row)]
    for card in stale:
        _update(engine, transports[card.platform], card)


def _card(session: Session, row: OutgoingMessage, now: datetime) -> _Card:
    digest: Digest = get(session, Digest, row.digest_id)
    person = session.get_one(Person, row.person_id)
    content = draft_message(session, digest, person, now)
    sent = Sent(row.remote_id or "")
    over = digest.state not in PENDING
    return _Card(row.id, row.key, row.platform or "", row.conversation or "", sent, content, over)


def _is_stale(card: _Card, row: OutgoingMessage) -> bool:
    return card.settled or row.showing != card.content.mark


def _update(engine: Engine, transport: Transport, card: _Card) -> None:
    settled = card.settled
    try:
        transport.update(card.conversation, card.sent, card.content)
    except SendError as error:
        log.warning("card not updated", key=card.key, trouble=error.trouble, reason=error.reason)
        if error.trouble in (Trouble.AGAIN, Trouble.DOUBT):
            return
        settled = True
    with Session(engine) as session:
        row = session.get_one(OutgoingMessage, card.row_id)
        row.showing, row.settled = card.content.mark, settled
        row.body = card.content.model_dump(mode="json")
        session.commit()


def mention_held(engine: Engine, now: datetime) -> None:
    """On each working morning, tell the secretary of a digest that is still held past its time and has news."""
    with Session(engine) as session:
        held = session.exec(select(Digest).where(Digest.state == DigestState.HELD)).all()
        late = [d for d in held if moment_to_post(session, d) < now and has_news(session, d, now)]
        if late:
            facts = load_facts(session)
            today = now.astimezone(ZoneInfo(facts.time.zone)).date()
            for digest in late:
                board: Board = get(session, Board, digest.board_id)
                asked = people.at_work(facts, board.secretary_post_id, now)
                fell_due = moment_to_post(session, digest).astimezone(ZoneInfo(facts.time.zone)).date()
                if asked is not None and facts.time.in_hours(now, facts.time.zone) and fell_due < today:
                    _mention(session, digest, board, asked[0], f"held-{digest.id}-{today}", now)
            session.commit()


def _mention(session: Session, digest: Digest, board: Board, person: Person, key: str, now: datetime) -> None:
    window: Window = get(session, Window, digest.window_id)
    text = render("messages/still_held.md", window=window, board=board)
    tell(session, person, message(text), key=key, kind="digest_held", because="digest_held", now=now, window=window)
