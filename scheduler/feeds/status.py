"""Reports the state of each calendar feed and committee system."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.models import Feed
from remembrancer.queries.organisation import organisation
from remembrancer.rules.feed_polling import is_free
from remembrancer.scheduler.feeds.source import Kind


@dataclass(frozen=True)
class FeedState:
    """The state of one source; `name` holds no secret, and `due_at` is None while it is read or was never read."""

    key: str
    name: str
    read_at: datetime | None = None
    due_at: datetime | None = None
    being_read: bool = False
    failures: int = 0
    failing_since: datetime | None = None
    problem: str | None = None


def feed_states(session: Session, kinds: Iterable[Kind], now: datetime) -> list[FeedState]:
    """Return the state of every source that the organisation names, in order. Raises NothingLoadedError."""
    rows = {feed.key: feed for feed in session.exec(select(Feed))}
    sources = [source for kind in kinds for source in kind.of(organisation(session))]
    return [_state(source.key, source.name, rows.get(source.key), now) for source in sources]


def _state(key: str, name: str, feed: Feed | None, now: datetime) -> FeedState:
    if feed is None:
        return FeedState(key, name)
    free = is_free(feed, now)
    since = feed.failing_since
    due_at = feed.due_at if free else None
    return FeedState(key, name, feed.fetched_at, due_at, not free, feed.failures, since, feed.problem)
