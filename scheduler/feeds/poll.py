"""Reading feeds and committee systems that are due: leased and committed, fetched outside any transaction, recorded.

It is a step of its own beside the look, so that a slow server holds nobody's message up. What one source says changes
only what came from it; one that cannot be read keeps what was known, and the secretaries hear of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.loading.committee_plans import let_plans_go
from remembrancer.intake.loading.committees import let_go
from remembrancer.models import Feed
from remembrancer.queries.organisation import NothingLoadedError
from remembrancer.rules.feed_polling import is_notice_due, next_due
from remembrancer.scheduler.feeds.calendar_source import CALENDARS
from remembrancer.scheduler.feeds.committee_source import COMMITTEES
from remembrancer.scheduler.feeds.leases import Leased, due, lease, own_row
from remembrancer.scheduler.feeds.notices import tell_failing, tell_recovered
from remembrancer.scheduler.feeds.source import Kind, Means, NotReadError, Reading, StoppedError
from remembrancer.settings import Settings

log = structlog.get_logger()
KINDS = (CALENDARS, COMMITTEES)


@dataclass(frozen=True)
class Outcome:
    """How reading one source went: what changed, and why it or a part of it could not be read (`problem`)."""

    key: str
    name: str
    is_read: bool
    changes: list[str] = field(default_factory=list)
    problem: str | None = None


def read_feeds(engine: Engine, settings: Settings, now: datetime, means: Means | None = None) -> int:
    """Read each calendar feed that is due; how many were read. Looking again at once reads nothing more."""
    return len(read_sources(engine, CALENDARS, settings, now, means or Means()))


def read_committees(engine: Engine, settings: Settings, now: datetime, means: Means | None = None) -> int:
    """Read each committee system that is due; how many were read. One can take half an hour."""
    return len(read_sources(engine, COMMITTEES, settings, now, means or Means()))


def read_sources(
    engine: Engine, kind: Kind, settings: Settings, now: datetime, means: Means, early: bool = False
) -> list[Outcome]:
    """Read those of a kind that are due, or with `early` all that no other process reads just now.

    A lease is counted from when it is taken, however long the others took.
    """
    began, outcomes = monotonic(), []
    for key in due(engine, kind, now, early):
        leased = lease(engine, kind, key, settings, now, timedelta(seconds=monotonic() - began), early)
        outcome = _read(engine, leased, settings, means, now) if leased else None
        outcomes += [outcome] if outcome else []
    if kind is COMMITTEES:
        _let_go(engine, now)
    return outcomes


def _let_go(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        try:
            gone = let_go(session, now) + let_plans_go(session, now)
        except NothingLoadedError:
            return
        session.commit()
    if gone:
        log.info("committee system gone", changes=len(gone))


def _read(engine: Engine, leased: Leased, settings: Settings, means: Means, now: datetime) -> Outcome | None:
    """Store what the source says now; or that it could not be read, and why. None where the lease was lost."""
    began = monotonic()
    try:
        reading = leased.source.read(leased.last, settings, means, now)
        return _stored(engine, leased, reading, settings, now)
    except NotReadError as error:
        # Counted from its end: a site that takes half an hour to fail is not asked again at once.
        ended = now + timedelta(seconds=monotonic() - began)
        return _failed(engine, leased, str(error), settings, now, ended)
    except StoppedError:
        with own_row(engine, leased):
            log.info("feed left for another time", feed=leased.source.key)
        return None


def _stored(engine: Engine, leased: Leased, reading: Reading, settings: Settings, now: datetime) -> Outcome | None:
    """Store it all in one transaction; or nothing, where it cannot stand beside what other sources say."""
    source = leased.source
    with own_row(engine, leased) as (session, feed):
        if feed is None:
            return None
        stored = reading.store(session)
        if reading.fetched is not None:
            feed.body, feed.etag = reading.fetched.body, reading.fetched.etag
            feed.last_modified = reading.fetched.last_modified
        if feed.told_at is not None:
            tell_recovered(session, feed, source, now)
        feed.address, feed.name, feed.fetched_at = leased.address, source.name, now
        feed.failures, feed.failing_since, feed.problem, feed.told_at = 0, None, stored.left_out, None
        feed.due_at = next_due(0, source.refresh(settings), now)
    log.info("feed read", feed=source.key, changes=len(stored.changes))
    if stored.left_out:
        log.warning("feed read in part", feed=source.key, reason=stored.left_out)
    return Outcome(source.key, source.name, True, stored.changes, stored.left_out)


def _failed(
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
            tell_failing(session, feed, source, now)
            feed.told_at = now
        log.warning("feed not read", feed=source.key, failures=feed.failures, reason=reason)
    return Outcome(source.key, source.name, False, problem=reason)


def last_known(session: Session) -> dict[str, bytes]:
    """What each feed last said, by CalendarSpec.key; for loading a folder without the network."""
    rows: Sequence[tuple[str, bytes | None]] = session.exec(select(Feed.key, Feed.body)).all()
    return {key: body for key, body in rows if body is not None}
