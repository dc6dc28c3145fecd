"""A board's digest from draft to posted: held, released, annotated, items left out, posted and frozen."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from remembrancer.models import (
    Board,
    Digest,
    DigestKind,
    DigestState,
    OutgoingMessage,
    Programme,
    ProgrammeBoard,
    SendingState,
    Window,
    WindowState,
)
from remembrancer.models.message import Message, Part, headed
from remembrancer.queries.organisation import definition, get, organisation
from remembrancer.queries.returns import period
from remembrancer.reports.digests.compose import (
    PUT_BACK,
    Drafted,
    Scope,
    changes_digest,
    close_digest,
    last_told,
    told_now,
    was_told,
)
from remembrancer.rules.facts import stored_id
from remembrancer.rules.programmes.slices import NOTHING, Hearing
from remembrancer.rules.windows.digest_times import posts_at
from remembrancer.services.audit import record_event
from remembrancer.services.outbox import enqueue

PENDING = (DigestState.DRAFT, DigestState.HELD)
AT_CLOSE = (DigestKind.CLOSE, DigestKind.ADDENDUM, DigestKind.LOCK)


def revision_slot(window: Window) -> str:
    """The part of a digest's slot that names the revision of the window's schedule."""
    return f"r{window.revision}"


def is_written(session: Session, window: Window, kind: DigestKind, slot: str) -> bool:
    query = select(Digest.id).where(Digest.window_id == window.id, Digest.kind == kind, Digest.slot == slot)
    return session.exec(query).first() is not None


def scope_of(session: Session, digest: Digest) -> Scope:
    """The window and the items of a board's digest; no items where the board no longer hears the programme."""
    window: Window = get(session, Window, digest.window_id)
    link = session.get(ProgrammeBoard, (window.programme_id, digest.board_id))
    return Scope(window, link.hears if link else NOTHING, digest.left_out, get(session, Board, digest.board_id))


def compose_now(session: Session, digest: Digest, now: datetime) -> Drafted:
    """Compose the digest as it is now; a board that was told nothing yet is told everything."""
    scope = scope_of(session, digest)
    last = last_told(session, scope.window, scope.board, *AT_CLOSE)
    if digest.kind == DigestKind.CLOSE or last is None:
        return close_digest(session, scope, now, digest.covering_note)
    return changes_digest(session, scope, digest.kind, last, now, digest.covering_note)


def has_changes(session: Session, digest: Digest) -> bool:
    """Whether the digest tells anything; an empty addendum is not posted."""
    scope = scope_of(session, digest)
    last = last_told(session, scope.window, scope.board, *AT_CLOSE)
    return digest.kind != DigestKind.ADDENDUM or last is None or told_now(session, scope) != was_told(last)


def posting_time(session: Session, digest: Digest) -> datetime:
    """When the digest is posted unless it is held, by the window's dates and the policy as they are now."""
    window: Window = get(session, Window, digest.window_id)
    due = {DigestKind.CLOSE: window.closes_at, DigestKind.LOCK: window.late_until}.get(digest.kind, digest.due_at)
    hours = definition(get(session, Programme, window.programme_id)).chase.draft_working_hours
    return posts_at(due or digest.made_at, digest.made_at, hours, organisation(session).working_time)


def posting_times(session: Session) -> list[datetime]:
    """When the waiting drafts are posted, unless they are held."""
    drafts = session.exec(select(Digest).where(Digest.state == DigestState.DRAFT))
    return [posting_time(session, digest) for digest in drafts]


def hold(session: Session, digest: Digest, now: datetime, by: int) -> None:
    digest.state = DigestState.HELD
    record_event(session, now, by, "digest_held", subject(session, digest))


def release(session: Session, digest: Digest, now: datetime, by: int) -> None:
    """Release a held digest: it is posted on time, or at once if its time has passed."""
    digest.state = DigestState.DRAFT
    record_event(session, now, by, "digest_let_go", subject(session, digest))


def annotate(session: Session, digest: Digest, text: str, now: datetime, by: int) -> None:
    """Set the secretary's covering note; an empty text removes it."""
    digest.covering_note = text
    record_event(session, now, by, "digest_annotated", subject(session, digest), note=text)


def leave_out(session: Session, digest: Digest, ref: str, reason: str, now: datetime, by: int) -> None:
    """Leave an item out of the digest, its figures and the window's later digests; the digest says which and why."""
    for each in _with_later(session, digest, PENDING):
        each.left_out = {**each.left_out, ref: reason}
    record_event(session, now, by, "item_left_out", subject(session, digest), ref=ref, reason=reason)


def _with_later(session: Session, digest: Digest, states: Collection[DigestState]) -> Sequence[Digest]:
    """The digest and the later ones to the same board, in these states, locked."""
    query = select(Digest).where(
        Digest.window_id == digest.window_id,
        Digest.board_id == digest.board_id,
        col(Digest.state).in_(states),
        col(Digest.id) >= stored_id(digest.id),
    )
    return session.exec(query.order_by(col(Digest.id)).with_for_update()).all()


def put_back(session: Session, digest: Digest, ref: str, now: datetime, by: int) -> None:
    """Put an item back; a board that was told without it gets an addendum."""
    for each in _with_later(session, digest, (*PENDING, DigestState.POSTED)):
        if ref in each.left_out:
            each.left_out = {key: reason for key, reason in each.left_out.items() if key != ref}
            each.told = {**each.told, ref: PUT_BACK} if each.state == DigestState.POSTED else each.told
            _update_cards(session, each)
    record_event(session, now, by, "item_put_back", subject(session, digest), ref=ref)


def _update_cards(session: Session, digest: Digest) -> None:
    """Mark the digest's cards for an update, also final ones, so that they lose the button."""
    query = select(OutgoingMessage).where(
        OutgoingMessage.digest_id == digest.id, col(OutgoingMessage.person_id).is_not(None)
    )
    for row in session.exec(query):
        row.settled = False


def post(session: Session, digest: Digest, now: datetime, by: int | None = None) -> None:
    """Post the digest to the board, freeze it, and supersede earlier drafts.

    During a pilot it is withheld, and stored as it would have been posted.
    """
    content = compose_now(session, digest, now)
    scope = scope_of(session, digest)
    digest.state, digest.posted_at = DigestState.WITHHELD if is_piloted(session) else DigestState.POSTED, now
    digest.figures, digest.told, digest.text = content.figures, content.told, content.text
    supersede_earlier(session, digest)
    board: Board = get(session, Board, digest.board_id)
    enqueue(
        session,
        board,
        headed(Part(text=content.parts[0]), content.parts[1:]),
        key=_key(digest),
        kind=f"digest_{digest.kind}",
        because=digest.kind,
        now=now,
        window=scope.window,
        digest=digest,
    )
    record_event(session, now, by, "digest_posted", subject(session, digest))


def _key(digest: Digest) -> str:
    return f"digest-{digest.kind}-{digest.window_id}-{digest.slot}"


def posted_parts(session: Session, digest: Digest) -> list[str]:
    """The parts of the message that was posted, or withheld in a pilot; none where there was none."""
    row = session.exec(select(OutgoingMessage).where(OutgoingMessage.key == _key(digest))).first()
    return [part.text for part in Message.model_validate(row.body).parts] if row is not None else []


def is_piloted(session: Session) -> bool:
    """Whether a pilot runs, in which no board is messaged."""
    sending = session.get(SendingState, 1)
    return sending is not None and sending.pilot is not None


def pending_draft(session: Session, window: Window, board: Board) -> Digest | None:
    """The newest unposted draft to the board; None where there is none."""
    query = select(Digest).where(
        Digest.window_id == window.id, Digest.board_id == board.id, col(Digest.state).in_(PENDING)
    )
    return session.exec(query.order_by(col(Digest.id).desc())).first()


def count_items(session: Session, window: Window, hearing: Hearing) -> int:
    """How many items the figures of the board's digest count now."""
    board: Board = get(session, Board, hearing.board_id)
    newest = pending_draft(session, window, board) or last_told(session, window, board, *AT_CLOSE)
    return len(period(session, window, hearing.slice_, newest.left_out if newest else ()).returns)


def supersede_earlier(session: Session, digest: Digest) -> None:
    """Mark earlier unposted drafts to the same board as superseded."""
    query = select(Digest).where(
        Digest.window_id == digest.window_id,
        Digest.board_id == digest.board_id,
        col(Digest.state).in_(PENDING),
        col(Digest.id) < stored_id(digest.id),
    )
    for earlier in session.exec(query):
        earlier.state = DigestState.SUPERSEDED


def may_post_now(session: Session, digest: Digest) -> bool:
    """Whether the digest may be posted; a lock digest only after the lock, when missing updates are final."""
    window: Window = get(session, Window, digest.window_id)
    return digest.kind != DigestKind.LOCK or window.state == WindowState.LOCKED


def subject(session: Session, digest: Digest) -> str:
    window: Window = get(session, Window, digest.window_id)
    return f"digest {digest.kind} {window.key} {get(session, Board, digest.board_id).key}"
