"""When feeds are read again, and when somebody hears of one that fails."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import Feed
from remembrancer.rules.feed_polling import FIRST_RETRY, LONGEST_RETRY, NOTICE_AFTER, is_due, is_notice_due, next_due

NOW = datetime(2026, 7, 6, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.integers(0, 5_000), st.timedeltas(timedelta(minutes=1), timedelta(days=7)))
def test_a_feed_is_tried_again_soon_after_a_failure_and_ever_more_seldom(failures: int, refresh: timedelta) -> None:
    wait = next_due(failures, refresh, NOW) - NOW
    assert wait == refresh if failures == 0 else FIRST_RETRY <= wait <= LONGEST_RETRY
    if failures:
        assert wait <= next_due(failures + 1, refresh, NOW) - NOW


def test_a_feed_is_due_at_its_moment_unless_a_process_has_it() -> None:
    feed = Feed(key="feed-a", name="a", due_at=NOW)
    assert not is_due(feed, NOW - timedelta(microseconds=1))
    assert is_due(feed, NOW)
    feed.leased_until = NOW + HOUR
    assert not is_due(feed, NOW)
    assert is_due(feed, NOW + HOUR)


def test_somebody_hears_of_the_third_failure_and_of_no_later_one() -> None:
    feed = Feed(key="feed-a", name="a", due_at=NOW)
    heard = []
    for number in range(1, 6):
        feed.failures = number
        if is_notice_due(feed):
            heard.append(number)
            feed.told_at = NOW
    assert heard == [NOTICE_AFTER] == [3]
