"""Reading calendar feeds that are due: leased and committed, fetched outside any transaction, and then recorded.

It is a step of its own beside the look, so that a slow server holds nobody's message up. What one feed says changes
only what came from it; a feed that cannot be read keeps what was known, and the secretaries hear of it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.lookups import NothingLoadedError, organisation
from intake.calendars import read_calendar
from intake.feed_addresses import Resolve, resolve
from intake.feeds import Answer, FeedError, Fetched, Limits, fetch
from intake.ics import Found
from intake.ics_series import horizon_at
from intake.organisation import CalendarSpec, OrganisationSpec
from intake.problems import Problems
from intake.store_feed import other_windows, store_feed
from models import Feed
from rules.facts import known
from rules.feeds import is_due, is_to_be_told, next_due
from scheduler.feed_notes import tell_failing, tell_recovered
from settings import Settings, setting_called
from wording import say

log = structlog.get_logger()


@dataclass(frozen=True)
class _Leased:
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


def limits_of(settings: Settings) -> Limits:
    return Limits(
        seconds=settings.feed_timeout_seconds,
        largest=settings.feed_megabytes * 1024 * 1024,
        allow_private=settings.feed_allow_private,
        allow_http=settings.feed_allow_http,
    )


def read_feeds(engine: Engine, settings: Settings, now: datetime, ask: Resolve = resolve) -> int:
    """Read each feed that is due; how many were read. Looking again at once reads nothing more.

    A lease is counted from when it is taken, however long the others took. `ask` resolves names (intake.feeds.fetch).
    """
    began, read = monotonic(), 0
    for key in _due(engine, now):
        lease = timedelta(seconds=2 * settings.feed_timeout_seconds + 60 + monotonic() - began)
        leased = _lease(engine, key, now, lease)
        if leased is not None:
            _record(engine, leased, _fetched(leased, settings, ask), settings, now)
            read += 1
    return read


def _due(engine: Engine, now: datetime) -> list[str]:
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


def _lease(engine: Engine, key: str, now: datetime, lease: timedelta) -> _Leased | None:
    """Take the feed for ourselves, unless another process did."""
    with Session(engine) as session:
        query = select(Feed).where(Feed.key == key).with_for_update(skip_locked=True)
        feed = session.exec(query).first()
        calendars = {calendar.key: calendar for calendar in organisation(session).calendars}
        if feed is None or key not in calendars or not is_due(feed, now):
            return None
        feed.leased_until = now + lease
        feed.attempts += 1
        calendar = calendars[key]
        url = calendar.url or setting_called(calendar.url_setting or "")
        address = hashlib.sha256((url or "").encode()).hexdigest()
        same = feed.address == address and feed.body is not None
        leased = _Leased(
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


def _fetched(leased: _Leased, settings: Settings, ask: Resolve) -> Answer:
    if leased.url is None:
        return FeedError("no_setting", say("feeds.no_setting", setting=leased.calendar.url_setting))
    return fetch(leased.url, limits_of(settings), leased.etag, leased.last_modified, ask=ask)


def _record(engine: Engine, leased: _Leased, answer: Answer, settings: Settings, now: datetime) -> None:
    """Store what the feed says now; or that it could not be read, and why.

    What has not changed is stored again: the patterns may have, and series go on as time does.
    """
    body = answer.body if isinstance(answer, Fetched) else leased.body
    if isinstance(answer, FeedError) or body is None:
        reason = (
            answer.text if isinstance(answer, FeedError) else say("feeds.status", host=leased.calendar.name, status=304)
        )
        _failed(engine, leased, reason, settings, now)
        return
    problems = Problems()
    found = read_calendar(body, leased.calendar, leased.organisation, horizon_at(now), problems)
    if not problems.found:
        problems = _stored(engine, leased, body, answer, found, settings, now)
    if problems.found:
        _failed(engine, leased, _in_words(problems), settings, now)


def _in_words(problems: Problems) -> str:
    first, more = str(problems.found[0]), len(problems.found) - 1
    return say("feeds.unreadable_more" if more else "feeds.unreadable", problem=first, count=more)


def _stored(
    engine: Engine,
    leased: _Leased,
    body: bytes,
    answer: Answer,
    found: Found,
    settings: Settings,
    now: datetime,
) -> Problems:
    """Store it all in one transaction; or nothing, and what is wrong with it beside the other calendars."""
    with _own_row(engine, leased) as (session, feed):
        if feed is None:
            return Problems()
        problems = other_windows(session, leased.calendar, found[0])
        if problems.found:
            return problems
        store_feed(session, leased.calendar, found, now)
        if isinstance(answer, Fetched):
            feed.body, feed.etag, feed.last_modified = body, answer.etag, answer.last_modified
        if feed.told_at is not None:
            tell_recovered(session, feed, leased.calendar, now)
        feed.address, feed.name, feed.fetched_at = leased.address, leased.calendar.name, now
        feed.failures, feed.failing_since, feed.problem, feed.told_at = 0, None, None, None
        feed.due_at = next_due(0, timedelta(minutes=settings.feed_minutes), now)
        log.info("feed read", feed=feed.key, changed=isinstance(answer, Fetched))
    return problems


def _failed(engine: Engine, leased: _Leased, reason: str, settings: Settings, now: datetime) -> None:
    with _own_row(engine, leased) as (session, feed):
        if feed is None:
            return
        feed.failures += 1
        feed.failing_since = feed.failing_since or now
        feed.problem = reason
        feed.due_at = next_due(feed.failures, timedelta(minutes=settings.feed_minutes), now)
        if is_to_be_told(feed):
            tell_failing(session, feed, leased.calendar, now)
            feed.told_at = now
        log.warning("feed not read", feed=feed.key, failures=feed.failures, reason=reason)


@contextmanager
def _own_row(engine: Engine, leased: _Leased) -> Iterator[tuple[Session, Feed | None]]:
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


def last_known(session: Session) -> dict[str, bytes]:
    """What each feed last said, by CalendarSpec.key; for loading a folder without the network."""
    rows: Sequence[tuple[str, bytes | None]] = session.exec(select(Feed.key, Feed.body)).all()
    return {key: body for key, body in rows if body is not None}
