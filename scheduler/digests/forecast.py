"""When a board will be told what, if nobody does anything meanwhile: by its drafts, or else by the window's times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import Digest, DigestKind, DigestState, Window
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.windows.digest_times import drafts_at, posts_at
from remembrancer.services.digests import moment_to_post, revision_of


@dataclass(frozen=True)
class ToCome:
    """A digest that will post at `at`; `drafted` is when its draft goes to the secretary, None where it has gone."""

    kind: DigestKind
    at: datetime
    drafted: datetime | None


def to_come(
    session: Session, window: Window, board_id: int, hours: int, working: WorkingTime, now: datetime
) -> Iterator[ToCome]:
    """What is drafted and not held, and what is not drafted yet; nothing that a secretary holds."""
    slot = f"{revision_of(window)}-"
    query = select(Digest).where(
        Digest.window_id == window.id, Digest.board_id == board_id, col(Digest.slot).startswith(slot)
    )
    written = session.exec(query).all()
    for digest in written:
        if digest.state == DigestState.DRAFT:
            yield ToCome(digest.kind, max(moment_to_post(session, digest), now), None)
    kinds = {digest.kind for digest in written}
    for kind, due in ((DigestKind.CLOSE, window.closes_at), (DigestKind.LOCK, window.late_until)):
        if kind not in kinds:
            yield by_the_window(kind, due, hours, working, window.settles_at)


def by_the_window(
    kind: DigestKind, due: datetime, hours: int, working: WorkingTime, settles_at: datetime | None
) -> ToCome:
    """A digest that is not drafted yet; what follows from an admin's act waits until it has settled."""
    drafted = max(drafts_at(due, hours, working), settles_at) if settles_at else drafts_at(due, hours, working)
    posted = posts_at(due, drafted, hours, working)
    return ToCome(kind, max(posted, drafted), drafted)
