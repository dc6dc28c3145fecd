"""Polls the calendar feeds and committee systems that are due: leased, fetched outside any transaction, and stored.

Polling is separate from the tick, so that a slow server delays no message. A source changes only the rows that came
from it; if it cannot be read, its rows stay and the secretaries are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.loading.committee_plans import remove_former_plans
from remembrancer.intake.loading.committees import remove_former_meetings
from remembrancer.models import Feed
from remembrancer.queries.organisation import NothingLoadedError
from remembrancer.rules.feed_polling import is_notice_due, next_due
from remembrancer.scheduler.feeds.calendar_source import CALENDARS
from remembrancer.scheduler.feeds.committee_source import COMMITTEES
from remembrancer.scheduler.feeds.leases import Leased, due, lease, own_row
from remembrancer.scheduler.feeds.notices import send_failure_notice, send_recovery_notice
from remembrancer.scheduler.feeds.source import Kind, Means, NotReadError, Reading, StoppedError
from remembrancer.settings import Settings

log = structlog.get_logger()
KINDS = (CALENDARS, COMMITTEES)


@dataclass(frozen=True)
class Outcome:
    """The result of reading one source: what changed, and why it or a part of it could not be read (`problem`)."""

    key: str
    name: str
    is_read: bool
    changes: list[str] = field(default_factory=list)
    problem: str | None = None


def read_feeds(engine: Engine, settings: Settings, now: datetime, means: Means | None = None) -> int:
    """Read each calendar feed that is due, and return their number."""
    return len(read_sources(engine, CALENDARS, settings, now, means or Means()))


def read_committees(engine: Engine, settings: Settings, now: datetime, means: Means | None = None) -> int:
    """Read each committee system that is due, and return their number; one can take half an hour."""
    return len(read_sources(engine, COMMITTEES, settings, now, means or Means()))


def read_sources(
    engine: Engine, kind: Kind, settings: Settings, now: datetime, means: Means, early: bool = False
) -> list[Outcome]:
    """Read the sources of a kind that are due; with `early`, all that no other process is reading.

    The time that earlier sources took is added to each lease.
    """
    began, outcomes = monotonic(), []
    for key in due(engine, kind, now, early):
        leased = lease(engine, kind, key, settings, now, timedelta(seconds=monotonic() - began), early)
        outcome = _read(engine, leased, settings, means, now) if leased else None
        outcomes += [outcome] if outcome else []
    if kind is COMMITTEES:
        _remove_former_systems(engine, now)
    return outcomes


def _remove_former_systems(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        try:
            gone = remove_former_meetings(session, now) + remove_former_plans(session, now)
        except NothingLoadedError:
            return
        session.commit()
    if gone:
        log.info("committee system gone", changes=len(gone))


def _read(engine: Engine, leased: Leased, settings: Settings, means: Means, now: datetime) -> Outcome | None:
    """Read and store a source, or record why it could not be read; None where the lease was lost."""
    began = monotonic()
    try:
        reading = leased.source.read(leased.last, settings, means, now)
        return _store(engine, leased, reading, settings, now)
    except NotReadError as error:
        # The wait begins when the reading ends: a site that takes half an hour to fail is not asked again at once.
        ended = now + timedelta(seconds=monotonic() - began)
        return _record_failure(engine, leased, str(error), settings, now, ended)
    except StoppedError:
        with own_row(engine, leased):
            log.info("feed left for another time", feed=leased.source.key)
        return None


def _store(engine: Engine, leased: Leased, reading: Reading, settings: Settings, now: datetime) -> Outcome | None:
    """Store a reading in one transaction. Raises NotReadError where it conflicts with other sources."""
    source = leased.source
    with own_row(engine, leased) as (session, feed):
        if feed is None:
            return None
        stored = reading.store(session)
        if reading.fetched is not None:
            feed.body, feed.etag = reading.fetched.body, reading.fetched.etag
            feed.last_modified = reading.fetched.last_modified
        if feed.told_at is not None:
            send_recovery_notice(session, feed, source, now)
        feed.address, feed.name, feed.fetched_at = leased.address, source.name, now
        feed.failures, feed.failing_since, feed.problem, feed.told_at = 0, None, stored.left_out, None
        feed.due_at = next_due(0, source.refresh(settings), now)
    log.info("feed read", feed=source.key, changes=len(stored.changes))
    if stored.left_out:
        log.warning("feed read in part", feed=source.key, reason=stored.left_out)
    return Outcome(source.key, source.name, True, stored.changes, stored.left_out)


def _record_failure(
    engine: Engine, leased: Leased, reason: str, settings: Settings, now: datetime, ended: datetime
) -> Outcome | None:
    source = leased.source
    with own_row(engine, leased) as (session, feed):
        if feed is None:
            return None
        feed.failures += 1
        feed.failing_since = feed.failing_since or now
        feed.problem = reason
        feed.due_at = next_due(feed.failures, source.refresh(settings), ended)
        if is_notice_due(feed):
            send_failure_notice(session, feed, source, now)
            feed.told_at = now
        log.warning("feed not read", feed=source.key, failures=feed.failures, reason=reason)
    return Outcome(source.key, source.name, False, problem=reason)


def last_known(session: Session) -> dict[str, bytes]:
    """Return the last body of each feed by CalendarSpec.key, for loading a folder without the network."""
    rows: Sequence[tuple[str, bytes | None]] = session.exec(select(Feed.key, Feed.body)).all()
    return {key: body for key, body in rows if body is not None}
