"""Digests that are due: drafted for the secretary, posted in time, and frozen, in one transaction for each window."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from acts.digests import PENDING, has_news, moment_to_post, post
from acts.facts import load_facts
from acts.lookups import definition, get
from acts.tell import tell
from bot.digests import draft_message
from bot.message import message
from models import (
    Board,
    Digest,
    DigestKind,
    DigestState,
    Person,
    Programme,
    Return,
    ReturnVersion,
    Window,
    WindowState,
)
from reports.digest import Scope, current_figures, last_told, progress_digest, told_now
from rules import people, steps
from rules.digests import addendum_due, drafts_at
from rules.facts import Facts, known
from rules.plan import RUNNING, is_settled
from rules.programme import ChasePolicy, StepSpec
from rules.slices import Hearing, is_in

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
    """A window that is locked and told needs nothing more, until something of it is restated."""
    if window.state != WindowState.LOCKED or not _has(session, window, DigestKind.LOCK, _revision(window)):
        return True
    pending = select(Digest.id).where(Digest.window_id == window.id, col(Digest.state).in_(PENDING))
    restated = (
        select(ReturnVersion.id)
        .join(Return)
        .where(Return.window_id == window.id, col(ReturnVersion.restated_reason).is_not(None))
    )
    return session.exec(pending).first() is not None or session.exec(restated).first() is not None


def _write_for(session: Session, window: Window, facts: Facts | None, now: datetime) -> None:
    if not is_settled(window, now):
        return
    facts = facts or load_facts(session)
    _supersede_others(session, window)
    if window.state == WindowState.OPEN:
        _progress(session, window, facts, now)
    for hearing in facts.hearings[window.programme_id]:
        if _hears_something(facts, window, hearing, session):
            _draft_for(session, window, hearing, facts, now)
    if window.state == WindowState.LOCKED:
        _record_the_whole(session, window, now)
    if not facts.paused:
        _post_due(session, window, now)


def _hears_something(facts: Facts, window: Window, hearing: Hearing, session: Session) -> bool:
    """Whether any item of the window is in the board's slice; a board is not told of nothing."""
    items = session.exec(select(Return.item_id).where(Return.window_id == window.id))
    return any(is_in(hearing.slice_, facts.items[item_id].facts) for item_id in items)


def _policy(session: Session, window: Window) -> ChasePolicy:
    programme: Programme = get(session, Programme, window.programme_id)
    return definition(programme).chase


def _revision(window: Window) -> str:
    return f"r{window.revision}"


def _has(session: Session, window: Window, kind: DigestKind, slot: str) -> bool:
    query = select(Digest.id).where(Digest.window_id == window.id, Digest.kind == kind, Digest.slot == slot)
    return session.exec(query).first() is not None


def _supersede_others(session: Session, window: Window) -> None:
    """Drafts from before the window's dates changed are not posted."""
    query = select(Digest).where(Digest.window_id == window.id, col(Digest.state).in_(PENDING))
    for digest in session.exec(query):
        if not digest.slot.startswith(f"{_revision(window)}-"):
            digest.state = DigestState.SUPERSEDED


def _progress(session: Session, window: Window, facts: Facts, now: datetime) -> None:
    """To each secretary, the latest of the policy's progress digests that has fallen due, of her own items."""
    for person in people.secretaries(facts, window.programme_id, now):
        step = _latest_step(facts, _policy(session, window), window, person, now)
        slot = f"{step.key}-{_revision(window)}-p{person.id}" if step else ""
        if step is None or _has(session, window, DigestKind.PROGRESS, slot):
            continue
        if not facts.time.may_send(now, person.time_zone, window.closes_at):
            continue
        _tell_progress(session, window, facts, person, step, slot, now)


def _tell_progress(
    session: Session, window: Window, facts: Facts, person: Person, step: StepSpec, slot: str, now: datetime
) -> None:
    drafted = progress_digest(session, window, person.time_zone, _items_of(facts, window, person, now))
    digest = Digest(
        window_id=known(window.id),
        kind=DigestKind.PROGRESS,
        slot=slot,
        made_at=now,
        posted_at=now,
        figures=drafted.figures,
        told=drafted.told,
        text=drafted.text,
    )
    session.add(digest)
    tell(
        session,
        person,
        message(*drafted.parts),
        key=f"digest-progress-{window.id}-{slot}",
        kind="digest_progress",
        because=step.key,
        now=now,
        window=window,
        expires_at=window.closes_at,
    )


def _items_of(facts: Facts, window: Window, person: Person, now: datetime) -> set[int]:
    """The items that the person looks after; an admin who is told because nobody else is there is told of them all."""
    returns = facts.returns.get(known(window.id), ())
    return {ret.item_id for ret in returns if any(p.id == person.id for p, _ in people.secretary(facts, ret, now))}


def _latest_step(facts: Facts, policy: ChasePolicy, window: Window, person: Person, now: datetime) -> StepSpec | None:
    zone, times = person.time_zone, (window.opens_at, window.closes_at, window.late_until)
    due = [(steps.due_at(s, facts.time, *times, zone), n, s) for n, s in enumerate(policy.secretary_digests)]
    fallen = [each for each in due if each[0] <= now]
    return max(fallen, key=lambda each: each[:2])[2] if fallen else None


def _draft_for(session: Session, window: Window, hearing: Hearing, facts: Facts, now: datetime) -> None:
    """What the board is to be told next, as a draft to its secretary so many working hours before."""
    hours = _policy(session, window).draft_working_hours
    slot = f"{_revision(window)}-b{hearing.board_id}"
    closing = drafts_at(window.closes_at, hours, facts.time) <= now
    locking = drafts_at(window.late_until, hours, facts.time) <= now
    if window.state in RUNNING and closing:
        _draft(session, window, hearing, facts, DigestKind.CLOSE, slot, now)
    if window.state == WindowState.LOCKED or (window.state == WindowState.CLOSED and locking):
        _draft(session, window, hearing, facts, DigestKind.LOCK, slot, now)
    if window.state in (WindowState.CLOSED, WindowState.LOCKED):
        _draft_addendum(session, window, hearing, facts, now)


def _draft_addendum(session: Session, window: Window, hearing: Hearing, facts: Facts, now: datetime) -> None:
    """Where something changed since what the board was last told: at most one on a working day, before the lock.

    After the lock, only what is restated changes anything.
    """
    board: Board = get(session, Board, hearing.board_id)
    since = last_told(session, window, board, DigestKind.CLOSE, DigestKind.ADDENDUM, DigestKind.LOCK)
    if since is None or _is_pending(session, window, hearing):
        return
    scope = Scope(window, hearing.slice_, since.left_out, board)
    if told_now(session, scope) == since.told:
        return
    policy = _policy(session, window)
    taken = _addendum_days(session, window, hearing)
    due = addendum_due(now, policy.addendum_hour, policy.draft_working_hours, taken, facts.time)
    if window.state == WindowState.LOCKED or due < window.late_until:
        day = due.astimezone(ZoneInfo(facts.time.zone)).date()
        slot = f"{_revision(window)}-{day}-b{hearing.board_id}"
        _draft(session, window, hearing, facts, DigestKind.ADDENDUM, slot, now, due)


def _is_pending(session: Session, window: Window, hearing: Hearing) -> bool:
    query = select(Digest.id).where(
        Digest.window_id == window.id,
        Digest.board_id == hearing.board_id,
        col(Digest.state).in_(PENDING),
        Digest.kind != DigestKind.LOCK,
    )
    return session.exec(query).first() is not None


def _addendum_days(session: Session, window: Window, hearing: Hearing) -> Sequence[date]:
    query = select(Digest.due_at).where(
        Digest.window_id == window.id, Digest.board_id == hearing.board_id, Digest.kind == DigestKind.ADDENDUM
    )
    return [due.date() for due in session.exec(query) if due is not None]


def _draft(
    session: Session,
    window: Window,
    hearing: Hearing,
    facts: Facts,
    kind: DigestKind,
    slot: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Write a draft, once, and show it to the board's secretary; what was left out of the last one is left out too."""
    if _has(session, window, kind, slot):
        return
    board: Board = get(session, Board, hearing.board_id)
    before = last_told(session, window, board, DigestKind.CLOSE, DigestKind.ADDENDUM, DigestKind.LOCK)
    digest = Digest(
        window_id=known(window.id),
        board_id=hearing.board_id,
        kind=kind,
        slot=slot,
        state=DigestState.DRAFT,
        made_at=now,
        due_at=due_at,
        figures={},
        told={},
        text="",
        left_out=before.left_out if before else {},
    )
    session.add(digest)
    session.flush()
    asked = people.at_work(facts, hearing.secretary_post_id, now)
    if asked is not None and _policy(session, window).draft_working_hours:
        show_draft(session, digest, asked[0], facts, now)


def show_draft(session: Session, digest: Digest, person: Person, facts: Facts, now: datetime) -> None:
    """Send the draft to a secretary, as a card that follows it until it is posted."""
    content = draft_message(session, digest, person, now)
    tell(
        session,
        person,
        content,
        key=f"draft-{digest.id}-p{person.id}",
        kind="digest_draft",
        because=digest.kind,
        now=now,
        window=get(session, Window, digest.window_id),
        digest=digest,
        not_before=facts.time.next_in_hours(now, person.time_zone),
    )


def _record_the_whole(session: Session, window: Window, now: datetime) -> None:
    """At the lock, the figures of everything, whatever the boards hear of it."""
    if _has(session, window, DigestKind.LOCK, _revision(window)):
        return
    scope = Scope(window)
    session.add(
        Digest(
            window_id=known(window.id),
            kind=DigestKind.LOCK,
            slot=_revision(window),
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
