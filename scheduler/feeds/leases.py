"""Leases sources that are due, so that only one of several processes reads each."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from remembrancer.models import Feed
from remembrancer.queries.organisation import NothingLoadedError, organisation
from remembrancer.rules.facts import stored_id
from remembrancer.rules.feed_polling import is_due, is_free
from remembrancer.scheduler.feeds.source import Kind, LastResponse, Source
from remembrancer.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True)
class Leased:
    """A source leased for one reading, with the data that it needs; `address` is a hash of the URL."""

    id: int
    attempts: int
    source: Source
    address: str
    last: LastResponse


def due(engine: Engine, kind: Kind, now: datetime, early: bool = False) -> list[str]:
    """Return the keys of the sources that are due (with `early`, of all), longest due first.

    Rows are added for new sources and deleted for sources that the organisation no longer names.
    """
    with Session(engine) as session:
        try:
            sources = {each.key: each for each in kind.of(organisation(session))}
        except NothingLoadedError:
            return []
        rows = select(Feed).where(col(Feed.key).startswith(kind.prefix)).order_by(col(Feed.due_at), col(Feed.id))
        feeds = {feed.key: feed for feed in session.exec(rows)}
        for key in feeds.keys() - sources.keys():
            session.delete(feeds.pop(key))
        new = [Feed(key=key, name=sources[key].name, due_at=now) for key in sources if key not in feeds]
        session.add_all(new)
        try:
            session.commit()
        except IntegrityError:
            # Another replica was first; the next poll sees what it wrote.
            session.rollback()
            return []
        return [feed.key for feed in (*feeds.values(), *new) if early or is_due(feed, now)]


def lease(
    engine: Engine, kind: Kind, key: str, settings: Settings, now: datetime, late: timedelta, early: bool = False
) -> Leased | None:
    """Lease a source; None where another process holds it, or another source of the same site.

    `late` is the time passed since `now`. The rows of a site are locked together, so that two processes cannot lease
    one each.
    """
    with Session(engine) as session:
        sources = {each.key: each for each in kind.of(organisation(session))}
        source = sources.get(key)
        together = [each.key for each in sources.values() if source and each.site == source.site]
        query = select(Feed).where(col(Feed.key).in_(together)).with_for_update(skip_locked=True)
        feeds = {feed.key: feed for feed in session.exec(query)}
        if source is None or len(feeds) < len(together) or not all(is_free(feed, now) for feed in feeds.values()):
            return None
        feed = feeds[key]
        if not (early or is_due(feed, now)):
            return None
        feed.leased_until = now + late + source.longest(settings)
        feed.attempts += 1
        address = hashlib.sha256((source.address() or "").encode()).hexdigest()
        same = feed.address == address and feed.body is not None
        last = LastResponse(feed.etag, feed.last_modified, feed.body) if same else LastResponse()
        leased = Leased(stored_id(feed.id), feed.attempts, source, address, last)
        session.commit()
        return leased


@contextmanager
def own_row(engine: Engine, leased: Leased) -> Iterator[tuple[Session, Feed | None]]:
    """Yield the source's row for changes, or None if the lease was lost; then commit and end the lease."""
    with Session(engine) as session:
        query = select(Feed).where(Feed.id == leased.id, Feed.attempts == leased.attempts)
        feed = session.exec(query.with_for_update()).first()
        if feed is None:
            log.warning("feed lease lost", feed=leased.source.key)
        yield session, feed
        if feed is not None:
            feed.leased_until = None
        session.commit()
