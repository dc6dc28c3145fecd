"""Never faster than Slack allows, and never slower than that."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.slack.outbound.rate_limits import SlackRateLimiter
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from tests.free_time import FreeTime

POST = "chat.postMessage"
FOREVER = 1e9


def paced(clock: FreeTime, a_minute: int = 240) -> SlackRateLimiter:
    return SlackRateLimiter(a_minute=a_minute, clock=clock, sleep=clock.sleep)


CALLS = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0, 7.0, 40.0])), max_size=60)


@given(calls=CALLS, a_minute=st.integers(1, 8), takes=st.sampled_from([0.0, 0.0, 0.5, 2.0]))
def test_limits_are_kept_and_nobody_waits_longer_than_they_ask(
    calls: list[tuple[str, float]], a_minute: int, takes: float
) -> None:
    clock = FreeTime()
    pace = paced(clock, a_minute)
    ends: list[tuple[str, float]] = []
    for channel, pause in calls:
        clock.now += pause
        asked = clock.now
        in_channel = [end + 1 for where, end in ends if where == channel]
        of_all = [ends[-a_minute][1] + 60] if len(ends) >= a_minute else []
        with pace.acquire(POST, channel, FOREVER):
            assert clock.now == max([asked, *in_channel, *of_all])
            clock.now += takes
        ends.append((channel, clock.now))
    for n, (channel, end) in enumerate(ends):
        later = [(where, when - takes) for where, when in ends[n + 1 :]]
        assert not [when for where, when in later if where == channel and when < end + 1]
        assert len([when for _, when in later if when < end + 60]) < a_minute


def test_channels_do_not_wait_for_each_other() -> None:
    clock = FreeTime()
    pace = paced(clock)
    for n in range(100):
        with pace.acquire(POST, f"D{n}"):
            pass
    assert clock.now == 1000.0


def test_a_long_wait_is_refused_with_its_length_and_takes_no_turn() -> None:
    clock = FreeTime()
    pace = paced(clock, a_minute=2)
    for channel in "AB":
        with pace.acquire(POST, channel):
            pass
    for _ in range(3):
        with pytest.raises(SendError) as refused, pace.acquire(POST, "C"):
            pass
        assert (refused.value.trouble, refused.value.retry_after, refused.value.of_all) == (Trouble.AGAIN, 60, True)
    clock.now += 60
    with pace.acquire(POST, "C"):
        assert clock.now == 1060


def test_a_method_that_slack_holds_is_held_in_every_channel_until_then_and_no_other_method_is() -> None:
    clock = FreeTime()
    pace = paced(clock)
    pace.block(POST, 30)
    pace.block(POST, 5)
    with pytest.raises(SendError) as refused, pace.acquire(POST, "A"):
        pass
    assert refused.value.retry_after == 30
    with pace.acquire("chat.update", "A"), pace.acquire("conversations.open"):
        assert clock.now == 1000
    clock.now += 28
    with pace.acquire(POST, "B"):
        assert clock.now == 1030, "a short wait is waited for"


def test_a_call_that_fails_has_had_its_turn() -> None:
    clock = FreeTime()
    pace = paced(clock)
    with pytest.raises(OSError, match="broken"), pace.acquire(POST, "A"):
        raise OSError("broken")
    with pace.acquire(POST, "A"):
        assert clock.now == 1001


def test_threads_share_one_pace() -> None:
    pace, began = SlackRateLimiter(per_channel_seconds=0.01, a_minute=1000), time.monotonic()

    def post() -> None:
        for _ in range(10):
            with pace.acquire(POST, "A", FOREVER):
                pass

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began >= 39 * 0.01
