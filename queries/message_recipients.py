"""Queries for who was sent messages about a window, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Prompt, Return, SendState, Window

OUTGOING = (SendState.PENDING, SendState.SENDING, SendState.SENT)
BOARD_DIGESTS = ("digest_close", "digest_addendum", "digest_lock")
CORRECTION = "correction"
WINDOW_NOTICE = "window_news"


@dataclass
class Recipient:
    """One person who was messaged about a window; `last` is when their newest message was written.

    `asked` are the returns (ids) that they were asked for; `others` are the returns (ids) of other people that
    they were told are missing. `of_digest` is whether they received a progress digest.
    """

    last: datetime
    asked: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    of_digest: bool = False


@dataclass(frozen=True)
class Recipients:
    """The recipients of messages about a window: people by id, and when each board's (id) last digest was written."""

    people: dict[int, Recipient]
    boards: dict[int, datetime]


def recipients_of(session: Session, window: Window, until: datetime | None = None) -> Recipients:
    """Return who was sent messages about the window; with `until`, only messages written up to then count."""
    found = Recipients({}, {})
    for row, prompt in _rows(session, window, [SendState.SENT]):
        if until is not None and row.created_at > until:
            continue
        if row.board_id is not None:
            found.boards[row.board_id] = max(found.boards.get(row.board_id, row.created_at), row.created_at)
        elif row.person_id is not None:
            each = found.people.setdefault(row.person_id, Recipient(row.created_at))
            each.last = max(each.last, row.created_at)
            each.of_digest = each.of_digest or row.kind == "digest_progress"
            if prompt is not None and prompt.return_id is not None:
                (each.asked if prompt.to == "lead" else each.others).add(prompt.return_id)
    return found


def recipients_since(session: Session, window: Window, since: datetime) -> set[tuple[int | None, int | None]]:
    """Return the (person id, board id) of messages about the window written after `since`, sent or still to be sent."""
    return {
        (row.person_id, row.board_id)
        for row, _ in _rows(session, window, OUTGOING)
        if row.created_at > since and (row.board_id is None or row.kind == CORRECTION)
    }


def _rows(
    session: Session, window: Window, states: Sequence[SendState]
) -> Sequence[tuple[OutgoingMessage, Prompt | None]]:
    """Return the messages about the window in these states, with one row for each prompt that they carry."""
    in_state = col(OutgoingMessage.state).in_(states)
    of_prompts: Any = (
        select(OutgoingMessage, Prompt)
        .join(Prompt)
        .join(Return)
        .where(Return.window_id == window.id, in_state)
        .order_by(col(OutgoingMessage.created_at))
    )
    kinds = ("digest_progress", CORRECTION, WINDOW_NOTICE, *BOARD_DIGESTS)
    plain = select(OutgoingMessage).where(
        OutgoingMessage.window_id == window.id, in_state, col(OutgoingMessage.kind).in_(kinds)
    )
    return [*session.exec(of_prompts), *((row, None) for row in session.exec(plain))]
