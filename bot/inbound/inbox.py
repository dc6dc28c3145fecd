"""Stores the events of a platform before they are acknowledged, and leases them to workers, in order within each lane.

A worker leases each event; where the worker dies, another takes the event when the lease expires. An event that raises
is tried again a few times, after longer and longer waits, and is then kept as failed. An event that cannot be handled
because the platform or the database is unavailable waits until it is available, for a limited time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Insert, Table, and_, exists, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel, col, select

from remembrancer.models import EventState, IncomingEvent
from remembrancer.rules.facts import stored_id

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 7  # over a minute in all
FIRST_WAIT = timedelta(seconds=1)  # doubled for each attempt


@dataclass(frozen=True)
class Outage:
    """How soon an event is tried again after an outage that it did not cause, and for how long since it was received.

    After that time an outage counts as a failed attempt.
    """

    wait: timedelta
    longest: timedelta


PLATFORM_AWAY = Outage(timedelta(seconds=15), timedelta(days=1))
DATABASE_AWAY = Outage(timedelta(seconds=1), timedelta(minutes=10))


@dataclass(frozen=True)
class LeasedEvent:
    """An event that is leased to us for its `attempts`-th attempt."""

    id: int
    platform: str
    key: str
    body: dict[str, Any]
    received_at: datetime
    attempts: int

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts >= MAX_ATTEMPTS


@dataclass(frozen=True)
class NewEvent:
    """A delivered event to be recorded under the platform's own key. Events of one lane are handled in order."""

    key: str
    body: Mapping[str, Any]
    at: datetime
    lane: str = ""


def record(engine: Engine, platform: str, delivered: Sequence[NewEvent]) -> list[bool]:
    """Record events in one insert, all or none, and return for each whether it is new.

    It does nothing else, because the platform waits for it.
    """
    leased = {"platform": platform, "state": EventState.WAITING, "attempts": 0}
    rows = [leased | {"key": d.key, "lane": d.lane, "body": dict(d.body), "received_at": d.at} for d in delivered]
    with engine.begin() as connection:
        insert = insert_new(engine.dialect.name, IncomingEvent, ["platform", "key"])
        new = set(connection.execute(insert, rows).scalars())
    are_new = []
    for each in delivered:
        are_new.append(each.key in new)
        new.discard(each.key)  # a key that stands twice in a batch is new only the first time
    return are_new


def insert_new(dialect: str, model: type[SQLModel], keys: Sequence[str]) -> ReturningInsert[Any]:
    """Build an insert that skips rows whose `keys` exist, and returns the last key of the others.

    Any other error is raised. `dialect` is the database's name.
    """
    table: Table = model.__table__  # type: ignore[attr-defined]
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    skipping_existing: Insert = statement.on_conflict_do_nothing(index_elements=keys)
    return skipping_existing.returning(table.c[keys[-1]])


def lease_next(engine: Engine, platform: str, now: datetime, lease: timedelta = LEASE) -> LeasedEvent | None:
    """Lease the next event that has no unhandled event before it in its lane; None where none waits."""
    with Session(engine) as session:
        query = select(IncomingEvent).where(IncomingEvent.platform == platform, _ready(now), _is_first_of_lane())
        row = session.exec(query.order_by(col(IncomingEvent.id)).limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.leased_until, row.attempts = now + lease, row.attempts + 1
        leased = LeasedEvent(stored_id(row.id), row.platform, row.key, row.body, row.received_at, row.attempts)
        session.commit()
        return leased


def _ready(now: datetime) -> ColumnElement[bool]:
    leased_until = col(IncomingEvent.leased_until)
    return and_(col(IncomingEvent.state) == EventState.WAITING, or_(leased_until.is_(None), leased_until <= now))


def _is_first_of_lane() -> ColumnElement[bool]:
    """Build the condition that no earlier event of the same lane waits, so that nobody's messages overtake."""
    before = aliased(IncomingEvent)
    return ~exists().where(
        col(before.platform) == col(IncomingEvent.platform),
        col(before.lane) == col(IncomingEvent.lane),
        col(before.state) == EventState.WAITING,
        col(before.id) < col(IncomingEvent.id),
    )


def mark_done(engine: Engine, leased: LeasedEvent, now: datetime) -> None:
    """Mark an event as handled."""
    with _leased_rows(engine, leased) as rows:
        for row in rows:
            row.state, row.done_at, row.leased_until, row.problem = EventState.DONE, now, None, None


def mark_failed(engine: Engine, leased: LeasedEvent, problem: str, now: datetime) -> None:
    """Record a failed attempt: the event waits for the next one, or has failed for good."""
    with _leased_rows(engine, leased) as rows:
        for row in rows:
            row.problem = problem
            row.leased_until = now + FIRST_WAIT * 2 ** (leased.attempts - 1)
            if leased.is_last_attempt:
                row.state, row.leased_until, row.done_at = EventState.FAILED, None, now


def postpone(engine: Engine, leased: LeasedEvent, outage: Outage, problem: str, now: datetime) -> bool:
    """Put an event off because of an outage, without counting the attempt.

    Returns False where the event has waited for too long.
    """
    if now - leased.received_at >= outage.longest:
        return False
    with _leased_rows(engine, leased) as rows:
        for row in rows:
            row.attempts, row.leased_until, row.problem = 0, now + outage.wait, problem
    return True


@contextmanager
def _leased_rows(engine: Engine, leased: LeasedEvent) -> Iterator[Sequence[IncomingEvent]]:
    """Lock the event's row to be changed if our lease still holds; no row where another worker has taken it."""
    query = select(IncomingEvent).where(
        IncomingEvent.id == leased.id,
        IncomingEvent.state == EventState.WAITING,
        IncomingEvent.attempts == leased.attempts,
    )
    with Session(engine) as session:
        yield session.exec(query.with_for_update()).all()
        session.commit()
