"""Predicts a board's digests from its drafts, or else from the window's times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Digest, DigestKind, DigestState, Window
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.windows.digest_times import drafts_at, posts_at
from remembrancer.services.digests import posting_time, revision_slot


@dataclass(frozen=True)
class ExpectedDigest:
    """A digest that will post at `at`; `drafted` is when its draft goes to the secretary, None once it was sent."""

    kind: DigestKind
    at: datetime
    drafted: datetime | None


def expected_digests(
    session: Session, window: Window, board_id: int, hours: int, working: WorkingTime, now: datetime
) -> Iterator[ExpectedDigest]:
    """Yield the drafts that are not held and the digests that are not drafted yet."""
    slot = f"{revision_slot(window)}-"
    query = select(Digest).where(
        Digest.window_id == window.id, Digest.board_id == board_id, col(Digest.slot).startswith(slot)
    )
    written = session.exec(query).all()
    for digest in written:
        if digest.state == DigestState.DRAFT:
            yield ExpectedDigest(digest.kind, max(posting_time(session, digest), now), None)
    kinds = {digest.kind for digest in written}
    for kind, due in ((DigestKind.CLOSE, window.closes_at), (DigestKind.LOCK, window.late_until)):
        if kind not in kinds:
            yield digest_by_schedule(kind, due, hours, working, window.settles_at)


def digest_by_schedule(
    kind: DigestKind, due: datetime, hours: int, working: WorkingTime, settles_at: datetime | None
) -> ExpectedDigest:
    """Predict a digest that is not drafted yet; it waits for the end of the undo grace period (`settles_at`)."""
    drafted = max(drafts_at(due, hours, working), settles_at) if settles_at else drafts_at(due, hours, working)
    posted = posts_at(due, drafted, hours, working)
    return ExpectedDigest(kind, max(posted, drafted), drafted)
