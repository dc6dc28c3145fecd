"""Digests that are due: made from the facts, frozen, and put into the outbox in one transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.facts import load_facts
from acts.lookups import boards_of, definition, get, organisation
from acts.tell import tell
from bot.message import message
from models import Digest, DigestKind, Person, Programme, Window, WindowState
from reports.digest import Drafted, changes_digest, close_digest, progress_digest, told_now
from rules import people, steps
from rules.facts import Facts, known
from rules.programme import ChasePolicy, StepSpec
from rules.working_time import at

log = structlog.get_logger()


def write_digests(engine: Engine, now: datetime, facts: Facts | None = None) -> None:
    """Write every digest that is due, one window to a transaction. Writing twice is harmless.

    `facts` as they were loaded at this look, where they were.
    """
    with Session(engine) as session:
        ids = session.exec(select(Window.id).where(Window.state != WindowState.SCHEDULED)).all()
        todo = [window_id for window_id in ids if _may_need(session, window_id)]
    for window_id in todo:
        with _one_view(engine) as session:
            try:
                _write_for(session, get(session, Window, window_id), facts, now)
                session.commit()
            except IntegrityError:
                session.rollback()
                log.info("digest written elsewhere", window=window_id)


def _one_view(engine: Engine) -> Session:
    """A session in which everything read is of one moment, so that a digest's figures, text and record agree."""
    session = Session(engine)
    if engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def _may_need(session: Session, window_id: int | None) -> bool:
    """A window that is locked and told needs nothing more."""
    window: Window = get(session, Window, window_id)
    return window.state != WindowState.LOCKED or not _told(session, window, DigestKind.LOCK, _revision(window))


def _write_for(session: Session, window: Window, facts: Facts | None, now: datetime) -> None:
    if window.state == WindowState.OPEN:
        _progress(session, window, facts or load_facts(session), now)
    if window.state == WindowState.CLOSED:
        _close(session, window, now)
        _addendum(session, window, now)
    if window.state == WindowState.LOCKED:
        _lock(session, window, now)


def _policy(session: Session, window: Window) -> ChasePolicy:
    programme: Programme = get(session, Programme, window.programme_id)
    return definition(programme).chase


def _revision(window: Window) -> str:
    return f"r{window.revision}"


def _told(session: Session, window: Window, kind: DigestKind, slot: str) -> bool:
    query = select(Digest.id).where(Digest.window_id == window.id, Digest.kind == kind, Digest.slot == slot)
    return session.exec(query).first() is not None


def _freeze(session: Session, window: Window, kind: DigestKind, slot: str, drafted: Drafted, now: datetime) -> None:
    session.add(
        Digest(
            window_id=known(window.id),
            kind=kind,
            slot=slot,
            made_at=now,
            figures=drafted.figures,
            told=drafted.told,
            text=drafted.text,
        )
    )
    session.flush()


def _progress(session: Session, window: Window, facts: Facts, now: datetime) -> None:
    """To each secretary, the latest of the policy's progress digests that has fallen due."""
    for person in people.secretaries(facts, window.programme_id, now):
        step = _latest_step(facts, _policy(session, window), window, person, now)
        slot = f"{step.key}-{_revision(window)}-p{person.id}" if step else ""
        if step is None or _told(session, window, DigestKind.PROGRESS, slot):
            continue
        if not facts.time.may_send(now, person.time_zone, window.closes_at):
            continue
        drafted = progress_digest(session, window, person.time_zone)
        _freeze(session, window, DigestKind.PROGRESS, slot, drafted, now)
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


def _latest_step(facts: Facts, policy: ChasePolicy, window: Window, person: Person, now: datetime) -> StepSpec | None:
    zone, times = person.time_zone, (window.opens_at, window.closes_at, window.late_until)
    due = [(steps.due_at(s, facts.time, *times, zone), n, s) for n, s in enumerate(policy.secretary_digests)]
    fallen = [each for each in due if each[0] <= now]
    return max(fallen, key=lambda each: each[:2])[2] if fallen else None


def _close(session: Session, window: Window, now: datetime) -> None:
    if not _told(session, window, DigestKind.CLOSE, _revision(window)):
        _post(session, window, DigestKind.CLOSE, _revision(window), close_digest(session, window, now), now)


def _addendum(session: Session, window: Window, now: datetime) -> None:
    """At most one on a working day, from the policy's hour on, where something changed since what was last told."""
    time = organisation(session).working_time
    here = now.astimezone(ZoneInfo(time.zone)).date()
    slot = here.isoformat()
    hour = at(here, _policy(session, window).addendum_hour, time.zone)
    due = hour <= now and time.in_hours(now, time.zone)
    since = _last_told(session, window, DigestKind.CLOSE, DigestKind.ADDENDUM)
    if not due or since is None or _told(session, window, DigestKind.ADDENDUM, slot):
        return
    if told_now(session, window) != since.told:
        drafted = changes_digest(session, window, DigestKind.ADDENDUM, since, now)
        _post(session, window, DigestKind.ADDENDUM, slot, drafted, now)


def _lock(session: Session, window: Window, now: datetime) -> None:
    if not _told(session, window, DigestKind.LOCK, _revision(window)):
        since = _last_told(session, window, DigestKind.CLOSE)
        drafted = changes_digest(session, window, DigestKind.LOCK, since, now)
        _post(session, window, DigestKind.LOCK, _revision(window), drafted, now)


def _last_told(session: Session, window: Window, *kinds: DigestKind) -> Digest | None:
    """The last digest of these kinds that a board was told."""
    query = select(Digest).where(Digest.window_id == window.id, col(Digest.kind).in_(kinds))
    return session.exec(query.order_by(col(Digest.id).desc())).first()


def _post(session: Session, window: Window, kind: DigestKind, slot: str, drafted: Drafted, now: datetime) -> None:
    _freeze(session, window, kind, slot, drafted, now)
    for board in boards_of(session, window.programme_id):
        tell(
            session,
            board,
            message(*drafted.parts),
            key=f"digest-{kind}-{window.id}-{slot}-{board.key}",
            kind=f"digest_{kind}",
            because=kind,
            now=now,
            not_before=_posting_time(session, window, now),
            window=window,
        )


def _posting_time(session: Session, window: Window, now: datetime) -> datetime:
    """At once on the day it falls due; after an outage, in the body's next working hours."""
    time = organisation(session).working_time
    fell_due = window.late_until if window.state == WindowState.LOCKED else window.closes_at
    here = ZoneInfo(time.zone)
    on_the_day = now.astimezone(here).date() == fell_due.astimezone(here).date()
    return now if on_the_day else time.next_in_hours(now, time.zone)
