"""When a calendar feed or a committee system is read again, and when somebody hears that it cannot be."""

from datetime import datetime, timedelta

from remembrancer.models import Feed

TELL_AFTER = 3
"""Failures in a row. One or two are a server that was restarted."""
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)


def is_due(feed: Feed, now: datetime) -> bool:
    """Whether it is to be read, and no process is at it."""
    return feed.due_at <= now and is_free(feed, now)


def is_free(feed: Feed, now: datetime) -> bool:
    """Whether no process is at it; one that died with it has it for no longer than its lease."""
    return feed.leased_until is None or feed.leased_until <= now


def next_due(failures: int, refresh: timedelta, now: datetime) -> datetime:
    """After a success in `refresh`; after a failure in 5 minutes, then twice as long each time, up to 6 hours."""
    if failures == 0:
        return now + refresh
    times: int = 2 ** min(failures - 1, 10)
    return now + min(FIRST_RETRY * times, LONGEST_RETRY)


def is_to_be_told(feed: Feed) -> bool:
    """Whether the secretaries should hear that it fails: once, when it has failed three times in a row."""
    return feed.failures >= TELL_AFTER and feed.told_at is None
