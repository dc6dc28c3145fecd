"""Who was told of a window and when, from what was really sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.models import OutgoingMessage, Prompt, Return, SendState, Window

ON_THEIR_WAY = (SendState.PENDING, SendState.SENDING, SendState.SENT)
TO_BOARDS = ("digest_close", "digest_addendum", "digest_lock")
CORRECTION = "correction"
NEWS = "window_news"


@dataclass
class ToldOf:
    """What one person was told: when the last message was made that reached them, and the returns it was about.

    `asked` and `others` are ids of returns that they were asked for, and that they were told others had not given.
    """

    last: datetime
    asked: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    of_digest: bool = False


@dataclass(frozen=True)
class Told:
    """By person's id; `boards` maps a board's id to when the last digest that it was told was made."""

    people: dict[int, ToldOf]
    boards: dict[int, datetime]


def told_of(session: Session, window: Window, until: datetime | None = None) -> Told:
    """Who was sent something about the window that was made by `until` (at any time, without)."""
    told = Told({}, {})
    for row, prompt in _rows(session, window, [SendState.SENT]):
        if until is None or row.created_at <= until:
            _add(told, row, prompt)
    return told


def told_since(session: Session, window: Window, since: datetime) -> set[tuple[int | None, int | None]]:
    """Who was sent something that was made after `since`, or will be: pairs of a person's id and a board's."""
    return {
        (row.person_id, row.board_id)
        for row, _ in _rows(session, window, ON_THEIR_WAY)
        if row.created_at > since and (row.board_id is None or row.kind == CORRECTION)
    }


def _rows(
    session: Session, window: Window, states: Sequence[SendState]
) -> Sequence[tuple[OutgoingMessage, Prompt | None]]:
    in_state = col(OutgoingMessage.state).in_(states)
    of_prompts: Any = (
        select(OutgoingMessage, Prompt)
        .join(Prompt)
        .join(Return)
        .where(Return.window_id == window.id, in_state)
        .order_by(col(OutgoingMessage.created_at))
    )
    kinds = ("digest_progress", CORRECTION, NEWS, *TO_BOARDS)
    plain = select(OutgoingMessage).where(
        OutgoingMessage.window_id == window.id, in_state, col(OutgoingMessage.kind).in_(kinds)
    )
    return [*session.exec(of_prompts), *((row, None) for row in session.exec(plain))]


def _add(told: Told, row: OutgoingMessage, prompt: Prompt | None) -> None:
    if row.board_id is not None:
        told.boards[row.board_id] = max(told.boards.get(row.board_id, row.created_at), row.created_at)
        return
    if row.person_id is None:
        return
    each = told.people.setdefault(row.person_id, ToldOf(row.created_at))
    each.last = max(each.last, row.created_at)
    each.of_digest = each.of_digest or row.kind == "digest_progress"
    if prompt is not None and prompt.return_id is not None:
        (each.asked if prompt.to == "lead" else each.others).add(prompt.return_id)
