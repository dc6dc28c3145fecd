"""Reading calendar feeds that are due: leased and committed, fetched outside any transaction, and then recorded.

It is a step of its own beside the look, so that a slow server holds nobody's message up. What one feed says changes
only what came from it; a feed that cannot be read keeps what was known, and the secretaries hear of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from intake.calendars import read_calendar
from intake.feed_addresses import Resolve, resolve
from intake.feeds import Answer, FeedError, Fetched, Limits, fetch
from intake.ics import Found
from intake.ics_series import horizon_at
from intake.problems import Problems
from intake.store_feed import other_windows, store_feed
from models import Feed
from rules.feeds import is_to_be_told, next_due
from scheduler.feed_leases import Leased, due, lease, own_row
from scheduler.feed_notes import tell_failing, tell_recovered
from settings import Settings
from wording import say

log = structlog.get_logger()


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
    for key in due(engine, now):
        lasts = timedelta(seconds=2 * settings.feed_timeout_seconds + 60 + monotonic() - began)
        leased = lease(engine, key, now, lasts)
        if leased is not None:
            _record(engine, leased, _fetched(leased, settings, ask), settings, now)
            read += 1
    return read


def _fetched(leased: Leased, settings: Settings, ask: Resolve) -> Answer:
    if leased.url is None:
        return FeedError("no_setting", say("feeds.no_setting", setting=leased.calendar.url_setting))
    return fetch(leased.url, limits_of(settings), leased.etag, leased.last_modified, ask=ask)


def _record(engine: Engine, leased: Leased, answer: Answer, settings: Settings, now: datetime) -> None:
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
    leased: Leased,
    body: bytes,
    answer: Answer,
    found: Found,
    settings: Settings,
    now: datetime,
) -> Problems:
    """Store it all in one transaction; or nothing, and what is wrong with it beside the other calendars."""
    with own_row(engine, leased) as (session, feed):
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


def _failed(engine: Engine, leased: Leased, reason: str, settings: Settings, now: datetime) -> None:
    with own_row(engine, leased) as (session, feed):
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


def last_known(session: Session) -> dict[str, bytes]:
    """What each feed last said, by CalendarSpec.key; for loading a folder without the network."""
    rows: Sequence[tuple[str, bytes | None]] = session.exec(select(Feed.key, Feed.body)).all()
    return {key: body for key, body in rows if body is not None}
