"""Never faster than Teams allows, and hardly slower than that."""

import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.teams.outbound.rate_limits import TeamsRateLimiter
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from tests.free_time import FreeTime
from tests.profiles import thoroughness

FOREVER = 1e9
CONVERSATION = ((7, 1), (8, 2), (60, 30), (1800, 3600))
TENANT = ((30, 1),)
Windows = tuple[tuple[int, int], ...]


def paced(clock: FreeTime) -> TeamsRateLimiter:
    return TeamsRateLimiter(clock, clock.sleep)


def exceeded(times: list[float], windows: Windows) -> list[tuple[int, int]]:
    """The windows in which there was one too many."""
    return [
        (most, seconds)
        for most, seconds in windows
        if any(later - sooner <= seconds for sooner, later in zip(times, times[most:], strict=False))
    ]


def most_that_may_go(seconds: float, windows: Windows) -> int:
    """How many go out where each goes as soon as it may: by the hundredth of a second, written apart from the pace."""
    went: list[int] = []
    while True:
        at = max([0, *(went[-most] + span * 100 for most, span in windows if len(went) >= most)])
        if at >= seconds * 100:
            return len(went)
        went.append(at)


CALLS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([0.0, 0.0, 0.0, 0.3, 1.0, 2.5, 40.0])), min_size=1, max_size=150
)


@given(calls=CALLS, takes=st.sampled_from([0.0, 0.0, 0.1, 1.5]), counted=st.floats(0, 1))
def test_no_window_is_ever_exceeded_whenever_teams_counts_a_call(
    calls: list[tuple[str, float]], takes: float, counted: float
) -> None:
    clock = FreeTime()
    pace = paced(clock)
    went: list[tuple[str, float]] = []
    for conversation, pause in calls:
        clock.now += pause
        with pace.acquire(conversation, "tenant", FOREVER):
            went.append((conversation, clock.now + takes * counted))
            clock.now += takes
    for conversation in "ABC":
        assert exceeded([at for where, at in went if where == conversation], CONVERSATION) == []
    assert exceeded([at for _, at in went], TENANT) == []


@given(seconds=st.sampled_from([60, 120, 600, 3000, 5000, 8000]))
def test_in_one_conversation_hardly_less_goes_out_than_may(seconds: int) -> None:
    clock = FreeTime()
    pace, end, went = paced(clock), clock.now + seconds, []
    while clock.now < end:
        with pace.acquire("A", "tenant", FOREVER):
            went.append(clock.now)
    in_time = [at for at in went if at < end]
    assert exceeded(in_time, CONVERSATION) == []
    assert len(in_time) >= 0.95 * most_that_may_go(seconds, CONVERSATION)


@thoroughness(0.2)
@given(conversations=st.integers(30, 80), seconds=st.integers(30, 60))
def test_in_a_whole_tenant_hardly_less_goes_out_than_may(conversations: int, seconds: int) -> None:
    clock = FreeTime()
    pace, end, went = paced(clock), clock.now + seconds, 0
    while clock.now < end:
        for number in range(conversations):
            with pace.acquire(str(number), "tenant", FOREVER):
                went += clock.now < end
    allowed = min(30 * seconds, conversations * most_that_may_go(seconds, CONVERSATION))
    assert went >= 0.95 * allowed


def test_conversations_of_several_tenants_do_not_wait_for_each_other() -> None:
    clock = FreeTime()
    pace = paced(clock)
    for number in range(90):
        with pace.acquire(str(number), f"tenant {number % 3}"):
            pass
    assert clock.now == 1000


def test_a_long_wait_is_refused_and_is_everybodys_only_where_it_is_the_tenants() -> None:
    clock = FreeTime()
    pace = paced(clock)
    for _ in range(60):
        with pace.acquire("A", "tenant", FOREVER):
            pass
    with pytest.raises(SendError) as refused, pace.acquire("A", "tenant"):
        pass
    assert (refused.value.trouble, refused.value.of_all) == (Trouble.AGAIN, False)
    assert refused.value.retry_after is not None
    assert refused.value.retry_after > 3
    clock.now += 2
    for number in range(30):
        with pace.acquire(f"B{number}", "tenant"):
            pass
    with pytest.raises(SendError) as refused, pace.acquire("C", "tenant", patience=0.5):
        pass
    assert refused.value.of_all


def test_a_conversation_that_teams_holds_is_held_and_no_other_is() -> None:
    clock = FreeTime()
    pace = paced(clock)
    pace.block("A", 30)
    pace.block("A", 5)
    with pytest.raises(SendError) as refused, pace.acquire("A", "tenant"):
        pass
    assert refused.value.retry_after == 30
    with pace.acquire("B", "tenant"):
        assert clock.now == 1000
    clock.now += 28
    with pace.acquire("A", "tenant"):
        assert clock.now == 1030, "a short wait is waited for"


def test_what_is_on_its_way_counts() -> None:
    """Seven threads are in the middle of a call: the eighth waits until one is done and its second is over."""
    clock = FreeTime()
    pace, inside, leave = paced(clock), threading.Barrier(8, timeout=30), threading.Event()

    def call() -> None:
        with pace.acquire("A", "tenant"):
            inside.wait()
            leave.wait(30)

    threads = [threading.Thread(target=call) for _ in range(7)]
    for thread in threads:
        thread.start()
    inside.wait()
    with pytest.raises(SendError), pace.acquire("A", "tenant", patience=0.5):
        pass
    leave.set()
    for thread in threads:
        thread.join()
    ended = clock.now
    with pace.acquire("A", "tenant"):
        assert clock.now >= ended + 1


def test_threads_share_one_pace() -> None:
    pace, went, lock = TeamsRateLimiter(), [], threading.Lock()

    def post() -> None:
        for _ in range(3):
            with pace.acquire("A", "tenant", FOREVER), lock:
                went.append(time.monotonic())

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert went[7] - went[0] > 1
    assert went[8] - went[0] > 2
    assert all(sooner <= later for sooner, later in pairwise(went))
