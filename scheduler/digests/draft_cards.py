"""Computes the current content of secretaries' draft cards, and reminds them of digests held past their time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.cards.digest_draft import draft_message
from remembrancer.models import Board, Digest, DigestState, OutgoingMessage, Person, Window
from remembrancer.models.message import Message, message
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import get
from remembrancer.rules.people import recipients
from remembrancer.services.digests import PENDING, has_changes, posting_time
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render

KIND = "digest_draft"


def current_drafts(
    session: Session, rows: Sequence[OutgoingMessage], now: datetime
) -> Iterator[tuple[OutgoingMessage, Message, bool]]:
    """Yield each draft card with its current content, and whether that is final because no draft is left."""
    for row in rows:
        digest: Digest = get(session, Digest, row.digest_id)
        content = draft_message(session, digest, session.get_one(Person, row.person_id), now)
        yield row, content, digest.state not in PENDING


def send_held_notices(engine: Engine, now: datetime) -> None:
    """Remind the secretary, on each working day, of a digest that is held past its time and has changes to report."""
    with Session(engine) as session:
        held = session.exec(select(Digest).where(Digest.state == DigestState.HELD)).all()
        late = [d for d in held if posting_time(session, d) < now and has_changes(session, d)]
        if late:
            facts = load_facts(session)
            today = now.astimezone(ZoneInfo(facts.time.zone)).date()
            for digest in late:
                board: Board = get(session, Board, digest.board_id)
                asked = recipients.at_work(facts, board.secretary_post_id, now)
                fell_due = posting_time(session, digest).astimezone(ZoneInfo(facts.time.zone)).date()
                if asked is not None and facts.time_of(asked[0]).in_hours(now) and fell_due < today:
                    _send(session, digest, board, asked[0], f"held-{digest.id}-{today}", now)
            session.commit()


def _send(session: Session, digest: Digest, board: Board, person: Person, key: str, now: datetime) -> None:
    window: Window = get(session, Window, digest.window_id)
    text = render("messages/still_held.md", window=window, board=board)
    enqueue(session, person, message(text), key=key, kind="digest_held", now=now, window=window)
