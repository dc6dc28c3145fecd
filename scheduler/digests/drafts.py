"""Drafts a board's digests and sends the drafts to the board's secretary."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.cards.digest_draft import draft_message
from remembrancer.models import Board, Digest, DigestKind, DigestState, OutgoingMessage, Person, Window, WindowState
from remembrancer.queries.organisation import get, programme_of
from remembrancer.reports.digests.compose import Scope, last_told, told_now
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.programmes.slices import Hearing
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.rules.windows.digest_times import addendum_due, drafts_at
from remembrancer.services.digests import AT_CLOSE, PENDING, is_written, pending_draft, posting_time, revision_slot
from remembrancer.services.outbox import enqueue


def draft_for(session: Session, window: Window, hearing: Hearing, facts: Facts, now: datetime) -> None:
    """Draft the board's digests that are due for drafting."""
    hours = programme_of(session, window).chase.draft_working_hours
    slot = f"{revision_slot(window)}-b{hearing.board_id}"
    closing = drafts_at(window.closes_at, hours, facts.time) <= now
    locking = drafts_at(window.late_until, hours, facts.time) <= now
    if window.state in RUNNING and closing:
        _add_draft(session, window, hearing, facts, DigestKind.CLOSE, slot, now)
    just_locked = window.state == WindowState.LOCKED and not is_written(
        session, window, DigestKind.LOCK, revision_slot(window)
    )
    if just_locked or (window.state == WindowState.CLOSED and locking):
        _add_draft(session, window, hearing, facts, DigestKind.LOCK, slot, now)
    if window.state in (WindowState.CLOSED, WindowState.LOCKED):
        _draft_addendum(session, window, hearing, facts, now)


def _draft_addendum(session: Session, window: Window, hearing: Hearing, facts: Facts, now: datetime) -> None:
    """Draft an addendum where answers changed since the board's last digest: at most one a working day.

    After the lock, only restated answers and items that are put back count as changes.
    """
    board: Board = get(session, Board, hearing.board_id)
    since = last_told(session, window, board, *AT_CLOSE)
    if since is None or _is_pending(session, window, hearing):
        return
    scope = Scope(window, hearing.slice_, since.left_out, board)
    if not _has_changed(window, since.told, told_now(session, scope)):
        return
    policy = programme_of(session, window).chase
    taken = _addendum_days(session, window, hearing, ZoneInfo(facts.time.zone))
    due = addendum_due(now, policy.addendum_hour, policy.draft_working_hours, taken, facts.time)
    if window.state == WindowState.LOCKED or due < window.late_until:
        day = due.astimezone(ZoneInfo(facts.time.zone)).date()
        slot = f"{revision_slot(window)}-{day}-b{hearing.board_id}"
        _add_draft(session, window, hearing, facts, DigestKind.ADDENDUM, slot, now, due)


def _has_changed(window: Window, before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Tell whether the answers differ from those last reported; after the lock, only reported items count."""
    if window.state != WindowState.LOCKED:
        return before != now
    return any(ref in before and before[ref] != version for ref, version in now.items())


def _is_pending(session: Session, window: Window, hearing: Hearing) -> bool:
    """Tell whether a draft that will report the changes exists; the lock digest counts once the window is locked."""
    query = select(Digest.kind).where(
        Digest.window_id == window.id, Digest.board_id == hearing.board_id, col(Digest.state).in_(PENDING)
    )
    kinds = set(session.exec(query))
    return bool(kinds if window.state == WindowState.LOCKED else kinds - {DigestKind.LOCK})


def _addendum_days(session: Session, window: Window, hearing: Hearing, zone: ZoneInfo) -> Sequence[date]:
    query = select(Digest.due_at).where(
        Digest.window_id == window.id, Digest.board_id == hearing.board_id, Digest.kind == DigestKind.ADDENDUM
    )
    return [due.astimezone(zone).date() for due in session.exec(query) if due is not None]


def _add_draft(
    session: Session,
    window: Window,
    hearing: Hearing,
    facts: Facts,
    kind: DigestKind,
    slot: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Add a draft unless it exists.

    The draft inherits the left-out items of the board's last digest, and is held while that digest is held.
    """
    if is_written(session, window, kind, slot):
        return
    board: Board = get(session, Board, hearing.board_id)
    before = pending_draft(session, window, board) or last_told(session, window, board, *AT_CLOSE)
    digest = Digest(
        window_id=stored_id(window.id),
        board_id=hearing.board_id,
        kind=kind,
        slot=slot,
        state=DigestState.HELD if before and before.state == DigestState.HELD else DigestState.DRAFT,
        made_at=now,
        due_at=due_at,
        figures={},
        told={},
        text="",
        left_out=before.left_out if before else {},
    )
    session.add(digest)
    session.flush()


def show_drafts(session: Session, window: Window, hearing: Hearing, facts: Facts, now: datetime) -> None:
    """Send each pending draft to the board's current secretary or stand-in, unless they have it."""
    if not programme_of(session, window).chase.draft_working_hours:
        return
    query = select(Digest).where(
        Digest.window_id == window.id, Digest.board_id == hearing.board_id, col(Digest.state).in_(PENDING)
    )
    for digest in session.exec(query):
        asked = recipients.at_work(facts, hearing.secretary_post_id, now)
        if asked is not None and not _is_shown_to(session, digest, asked[0]):
            _send_card(session, digest, asked[0], facts, now)


def _is_shown_to(session: Session, digest: Digest, person: Person) -> bool:
    query = select(OutgoingMessage.id).where(OutgoingMessage.key == _key(digest, person))
    return session.exec(query).first() is not None


def _key(digest: Digest, person: Person) -> str:
    return f"draft-{digest.id}-p{person.id}"


def _send_card(session: Session, digest: Digest, person: Person, facts: Facts, now: datetime) -> None:
    """Send the draft to a secretary as a card, which is updated until the digest is posted."""
    content = draft_message(session, digest, person, now)
    window: Window = get(session, Window, digest.window_id)
    own, posts_at = facts.time_of(person), posting_time(session, digest)
    cannot_wait = digest.state == DigestState.DRAFT and own.next_in_hours(now) >= posts_at > now
    enqueue(
        session,
        person,
        content,
        key=_key(digest, person),
        kind="digest_draft",
        because=digest.kind,
        now=now,
        window=window,
        digest=digest,
        not_before=own.waits_until(now, posts_at if cannot_wait else None),
        expires_at=posts_at if cannot_wait else None,
        items=[of_window(session, window, posts_at if digest.state == DigestState.DRAFT else None)],
    )
