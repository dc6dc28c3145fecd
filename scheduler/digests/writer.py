"""Digests that are due: drafted for the secretary, posted in time, and frozen, in one transaction for each window."""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from remembrancer.models import Digest, DigestKind, DigestState, Return, ReturnVersion, Window, WindowState
from remembrancer.queries.facts import load_facts
from remembrancer.queries.organisation import get
from remembrancer.reports.digests.compose import PUT_BACK, Scope, current_figures, told_now
from remembrancer.rules.facts import Facts, known
from remembrancer.rules.programmes.slices import Hearing, is_in
from remembrancer.rules.prompts.returns import is_settled
from remembrancer.scheduler.digests.drafts import draft_for, show_drafts
from remembrancer.scheduler.digests.progress import tell_progress
from remembrancer.services.digests import PENDING, has_news, moment_to_post, post, revision_of, was_written

log = structlog.get_logger()
RETRIED = ("40001", "40P01")
"""PostgreSQL's words for 'somebody else was first, look again': serialization failure, deadlock."""


def write_digests(engine: Engine, now: datetime, facts: Facts | None = None) -> None:
    """Draft and post every digest that is due, one window to a transaction. Doing so twice is harmless.

    `facts` as they were loaded at this look, where they were.
    """
    with Session(engine) as session:
        windows = session.exec(select(Window).where(Window.state != WindowState.SCHEDULED)).all()
        todo = [window.id for window in windows if _may_need(session, window)]
    for window_id in todo:
        with _one_view(engine) as session:
            try:
                _write_for(session, get(session, Window, window_id), facts, now)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("digest written elsewhere", window=window_id)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in RETRIED:
                    raise
                session.rollback()
                log.info("digest changed meanwhile", window=window_id)


def _one_view(engine: Engine) -> Session:
    """A session in which everything read is of one moment, so that a digest's figures, text and record agree."""
    session = Session(engine)
    if engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def _may_need(session: Session, window: Window) -> bool:
    """A window that is locked and told needs nothing more, until something of it is restated or put back."""
    if window.state != WindowState.LOCKED or not was_written(session, window, DigestKind.LOCK, revision_of(window)):
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
    hearings = [each for each in facts.hearings[window.programme_id] if _hears_something(session, facts, window, each)]
    _supersede_others(session, window, {hearing.board_id for hearing in hearings})
    if window.state == WindowState.OPEN:
        tell_progress(session, window, facts, now)
    for hearing in hearings:
        draft_for(session, window, hearing, facts, now)
        show_drafts(session, window, hearing, facts, now)
    if window.state == WindowState.LOCKED:
        _record_the_whole(session, window, now)
    if not facts.paused:
        _post_due(session, window, now)


def _hears_something(session: Session, facts: Facts, window: Window, hearing: Hearing) -> bool:
    """Whether any item of the window is in the board's slice; a board is not told of nothing."""
    items = session.exec(select(Return.item_id).where(Return.window_id == window.id))
    return any(is_in(hearing.slice_, facts.items[item_id].facts) for item_id in items)


def _supersede_others(session: Session, window: Window, hearing: Collection[int]) -> None:
    """Drafts from before the window's dates changed are not posted, nor those to boards that hear no more."""
    query = select(Digest).where(Digest.window_id == window.id, col(Digest.state).in_(PENDING))
    for digest in session.exec(query):
        if not digest.slot.startswith(f"{revision_of(window)}-") or digest.board_id not in hearing:
            digest.state = DigestState.SUPERSEDED


def _record_the_whole(session: Session, window: Window, now: datetime) -> None:
    """At the lock, the figures of everything, whatever the boards hear of it."""
    if was_written(session, window, DigestKind.LOCK, revision_of(window)):
        return
    scope = Scope(window)
    session.add(
        Digest(
            window_id=known(window.id),
            kind=DigestKind.LOCK,
            slot=revision_of(window),
            made_at=now,
            posted_at=now,
            figures=current_figures(session, scope),
            told=told_now(session, scope),
            text="",
        )
    )


def _post_due(session: Session, window: Window, now: datetime) -> None:
    """Post what is not held, once its time has come and the window is so far; the newest stands for the older."""
    query = select(Digest).where(Digest.window_id == window.id, Digest.state == DigestState.DRAFT)
    for digest in session.exec(query.order_by(col(Digest.id).desc()).with_for_update()).all():
        if digest.state != DigestState.DRAFT or not _is_so_far(window, digest.kind):
            continue
        if moment_to_post(session, digest) <= now:
            if has_news(session, digest, now):
                post(session, digest, now)
            else:
                digest.state = DigestState.SUPERSEDED
            session.flush()


def _is_so_far(window: Window, kind: DigestKind) -> bool:
    if kind == DigestKind.LOCK:
        return window.state == WindowState.LOCKED
    return window.state in (WindowState.CLOSED, WindowState.LOCKED)
