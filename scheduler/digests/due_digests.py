"""Drafts and posts the digests that are due, in one transaction for each window."""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from remembrancer.models import Digest, DigestKind, DigestState, Return, ReturnVersion, Window, WindowState
from remembrancer.models.database import write_once
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import get
from remembrancer.reports.digests.compose import PUT_BACK, Scope, current_figures, told_now
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.programmes.slices import Hearing, is_in
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.scheduler.digests.drafts import draft_for, show_drafts
from remembrancer.scheduler.digests.progress import send_progress_digests
from remembrancer.services.digests import PENDING, has_changes, is_written, post, posting_time, revision_slot

log = structlog.get_logger()
RETRIED_STATES = ("40001", "40P01")
"""PostgreSQL's error codes for serialization failure and deadlock, after which the next tick tries again."""


def write_digests(engine: Engine, now: datetime, facts: Facts | None = None) -> None:
    """Draft and post every digest that is due, one window to a transaction; repeating it is harmless.

    `facts` are those loaded at this tick, if any.
    """
    with Session(engine) as session:
        windows = session.exec(select(Window).where(Window.state != WindowState.SCHEDULED)).all()
        todo = [window.id for window in windows if _needs_digests(session, window)]
    for window_id in todo:
        try:
            # A snapshot, so that a digest's figures and text agree.
            with write_once(engine, snapshot=True, window=window_id) as session:
                _write_for(session, get(session, Window, window_id), facts, now)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in RETRIED_STATES:
                raise
            log.info("digest changed meanwhile", window=window_id)


def _needs_digests(session: Session, window: Window) -> bool:
    """Tell whether a window may need digests: not once it is locked and reported, unless answers change later."""
    if window.state != WindowState.LOCKED or not is_written(session, window, DigestKind.LOCK, revision_slot(window)):
        return True
    of_boards = select(Digest.state, Digest.told).where(
        Digest.window_id == window.id, col(Digest.board_id).is_not(None)
    )
    if any(state in PENDING or PUT_BACK in told.values() for state, told in session.exec(of_boards)):
        return True
    restated = (
        select(ReturnVersion.id)
        .join(Return)
        .where(Return.window_id == window.id, col(ReturnVersion.restated_reason).is_not(None))
    )
    return session.exec(restated).first() is not None


def _write_for(session: Session, window: Window, facts: Facts | None, now: datetime) -> None:
    if not is_settled(window, now):
        return
    facts = facts or load_facts(session)
    hearings = [each for each in facts.hearings[window.programme_id] if _hears_any_item(session, facts, window, each)]
    _supersede_outdated(session, window, {hearing.board_id for hearing in hearings})
    if window.state == WindowState.OPEN:
        send_progress_digests(session, window, facts, now)
    for hearing in hearings:
        draft_for(session, window, hearing, facts, now)
        show_drafts(session, window, hearing, facts, now)
    if window.state == WindowState.LOCKED:
        _record_final_figures(session, window, now)
    if not facts.paused:
        _post_due(session, window, now)


def _hears_any_item(session: Session, facts: Facts, window: Window, hearing: Hearing) -> bool:
    """Tell whether any item of the window is in the board's slice."""
    items = session.exec(select(Return.item_id).where(Return.window_id == window.id))
    return any(is_in(hearing.slice_, facts.items[item_id].facts) for item_id in items)


def _supersede_outdated(session: Session, window: Window, hearing: Collection[int]) -> None:
    """Supersede drafts of an earlier revision of the window, and those for boards that no longer hear its items."""
    query = select(Digest).where(Digest.window_id == window.id, col(Digest.state).in_(PENDING))
    for digest in session.exec(query):
        if not digest.slot.startswith(f"{revision_slot(window)}-") or digest.board_id not in hearing:
            digest.state = DigestState.SUPERSEDED


def _record_final_figures(session: Session, window: Window, now: datetime) -> None:
    """Record the figures of all items at the lock, independently of the boards' slices."""
    if is_written(session, window, DigestKind.LOCK, revision_slot(window)):
        return
    scope = Scope(window)
    session.add(
        Digest(
            window_id=stored_id(window.id),
            kind=DigestKind.LOCK,
            slot=revision_slot(window),
            made_at=now,
            posted_at=now,
            figures=current_figures(session, scope),
            told=told_now(session, scope),
            text="",
        )
    )


def _post_due(session: Session, window: Window, now: datetime) -> None:
    """Post the drafts that are due, the newest first; older ones without further changes are superseded."""
    query = select(Digest).where(Digest.window_id == window.id, Digest.state == DigestState.DRAFT)
    for digest in session.exec(query.order_by(col(Digest.id).desc()).with_for_update()).all():
        if digest.state != DigestState.DRAFT or not _is_ready_to_post(window, digest.kind):
            continue
        if posting_time(session, digest) <= now:
            if has_changes(session, digest):
                post(session, digest, now)
            else:
                digest.state = DigestState.SUPERSEDED
            session.flush()


def _is_ready_to_post(window: Window, kind: DigestKind) -> bool:
    """Tell whether the window has reached the state that a kind of digest reports."""
    if kind == DigestKind.LOCK:
        return window.state == WindowState.LOCKED
    return window.state in (WindowState.CLOSED, WindowState.LOCKED)
