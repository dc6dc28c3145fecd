"""Which feeds are due, and whose turn it is: a feed is leased, so that of several processes one reads it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.lookups import NothingLoadedError, organisation
from intake.organisation import CalendarSpec, OrganisationSpec
from models import Feed
from rules.facts import known
from rules.feeds import is_due
from settings import setting_called

log = structlog.get_logger()


@dataclass(frozen=True)
class Leased:
    """What one reading needs, taken while the row was leased. `body` is what was last known."""

    id: int
    attempts: int
    calendar: CalendarSpec
    organisation: OrganisationSpec
    url: str | None
    address: str
    etag: str | None
    last_modified: str | None
    body: bytes | None


def due(engine: Engine, now: datetime) -> list[str]:
    """The keys of the feeds that are due, after making the rows of new ones and removing those of no calendar."""
    with Session(engine) as session:
        try:
            calendars = {each.key: each for each in organisation(session).calendars if each.is_feed}
        except NothingLoadedError:
            return []
        feeds = {feed.key: feed for feed in session.exec(select(Feed).order_by(col(Feed.due_at), col(Feed.id)))}
        for key in feeds.keys() - calendars.keys():
            session.delete(feeds.pop(key))
        new = [Feed(key=key, name=calendars[key].name, due_at=now) for key in calendars if key not in feeds]
        session.add_all(new)
        try:
            session.commit()
        except IntegrityError:
            # Another replica was first; the next look sees what it wrote.
            session.rollback()
            return []
        return [feed.key for feed in (*feeds.values(), *new) if is_due(feed, now)]


def lease(engine: Engine, key: str, now: datetime, lasts: timedelta) -> Leased | None:
    """Take the feed for ourselves, unless another process did."""
    with Session(engine) as session:
        query = select(Feed).where(Feed.key == key).with_for_update(skip_locked=True)
        feed = session.exec(query).first()
        calendars = {calendar.key: calendar for calendar in organisation(session).calendars}
        if feed is None or key not in calendars or not is_due(feed, now):
            return None
        feed.leased_until = now + lasts
        feed.attempts += 1
        calendar = calendars[key]
        url = calendar.url or setting_called(calendar.url_setting or "")
        address = hashlib.sha256((url or "").encode()).hexdigest()
        same = feed.address == address and feed.body is not None
        leased = Leased(
            id=known(feed.id),
            attempts=feed.attempts,
            calendar=calendar,
            organisation=organisation(session),
            url=url,
            address=address,
            etag=feed.etag if same else None,
            last_modified=feed.last_modified if same else None,
            body=feed.body,
        )
        session.commit()
        return leased


@contextmanager
def own_row(engine: Engine, leased: Leased) -> Iterator[tuple[Session, Feed | None]]:
    """The row, to be changed, if the lease is still ours; committed at the end, and then ours no more."""
    with Session(engine) as session:
        query = select(Feed).where(Feed.id == leased.id, Feed.attempts == leased.attempts)
        feed = session.exec(query.with_for_update()).first()
        if feed is None:
            log.warning("feed lease lost", feed=leased.calendar.key)
        yield session, feed
        if feed is not None:
            feed.leased_until = None
        session.commit()
