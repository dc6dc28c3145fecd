"""Decides when a calendar feed or committee system is read again, and when people are told that it fails."""

from datetime import datetime, timedelta

from remembrancer.models import Feed

NOTICE_AFTER = 3
"""Consecutive failures after which people are told; one or two may be a server that restarts."""
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)


def is_due(feed: Feed, now: datetime) -> bool:
    """Tell whether the feed is to be read now and no process is reading it."""
    return feed.due_at <= now and is_free(feed, now)


def is_free(feed: Feed, now: datetime) -> bool:
    """Tell whether no process holds a lease on the feed."""
    return feed.leased_until is None or feed.leased_until <= now


def next_due(failures: int, refresh: timedelta, now: datetime) -> datetime:
    """Return when to read again: after `refresh`, or after failures in 5 minutes, doubled each time up to 6 hours."""
    if failures == 0:
        return now + refresh
    times: int = 2 ** min(failures - 1, 10)
    return now + min(FIRST_RETRY * times, LONGEST_RETRY)


def is_notice_due(feed: Feed) -> bool:
    """Tell whether to tell the secretaries that the feed fails: once, after NOTICE_AFTER consecutive failures."""
    return feed.failures >= NOTICE_AFTER and feed.told_at is None
