"""Windows that were over when they were first loaded: their recorded answers are stored, and nobody is messaged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from remembrancer.models import Digest, DigestKind, Item, Window
from remembrancer.queries.post_holders import holders_by_post
from remembrancer.queries.returns import returns_of
from remembrancer.reports.digests.compose import Scope, current_figures, told_now
from remembrancer.rules.facts import known
from remembrancer.services.returns import give
from remembrancer.services.windows import lock_window, open_window


@dataclass(frozen=True)
class Recorded:
    """One recorded answer, and when it was given, if that is known."""

    answers: Mapping[str, Any]
    at: datetime | None


def keep_history(
    session: Session, windows: Sequence[Window], recorded: Mapping[int, Mapping[str, Recorded]], now: datetime
) -> None:
    """Open, fill and lock each window at its own times, none later than now.

    `recorded` maps a window's id to answers by ref; an answer given after the lock is left out.
    """
    for window in sorted(windows, key=lambda window: window.closes_at):
        open_window(session, window, window.opens_at)
        session.flush()
        for ret, item in returns_of(session, window):
            answer = recorded.get(known(window.id), {}).get(item.ref)
            if answer is not None and (answer.at or window.closes_at) < window.late_until:
                at = answer.at or window.closes_at
                give(session, ret, dict(answer.answers), at, lead_id(session, item, at), "file")
        locks_at = min(window.late_until, now)
        lock_window(session, window, locks_at)
        session.flush()
        _freeze(session, window, locks_at)


def _freeze(session: Session, window: Window, at: datetime) -> None:
    """Store the figures at the lock as a digest without text, because no board was told of it."""
    session.add(
        Digest(
            window_id=known(window.id),
            kind=DigestKind.LOCK,
            slot=f"r{window.revision}",
            made_at=at,
            posted_at=at,
            figures=current_figures(session, Scope(window)),
            told=told_now(session, Scope(window)),
            text="",
        )
    )


def lead_id(session: Session, item: Item, at: datetime) -> int | None:
    """Who held the item's lead post at a moment; None where it was vacant."""
    holders = holders_by_post(session, at, [item.lead_post_id]).get(item.lead_post_id)
    return holders[0].id if holders else None
