"""The strict Slack's limits let through what Slack allows, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from tests.slack.strict import Limits

WAITS = st.lists(st.floats(min_value=0, max_value=3, allow_nan=False), min_size=1, max_size=60)


@given(waits=WAITS, burst=st.integers(min_value=1, max_value=5))
def test_no_stretch_of_time_has_more_than_its_burst_and_one_a_second(waits: list[float], burst: int) -> None:
    now, taken = [0.0], []
    limits = Limits(burst=burst, seconds=lambda: now[0])
    for wait in waits:
        now[0] += wait
        if limits.take("chat.postMessage", None, "C1") is None:
            taken.append(now[0])
    for first, start in enumerate(taken):
        for many, end in enumerate(taken[first:], 1):
            assert many <= burst + (end - start) + 1e-6
    assert limits.violations.total() == len(waits) - len(taken)


@given(waits=WAITS)
def test_whoever_waits_as_long_as_is_said_is_let_through(waits: list[float]) -> None:
    now = [0.0]
    limits = Limits(burst=1, seconds=lambda: now[0])
    for wait in waits:
        now[0] += wait
        told = limits.take("chat.postMessage", None, "C1")
        if told is not None:
            now[0] += told
            assert limits.take("chat.postMessage", None, "C1") is None


def test_the_workspace_has_a_budget_whatever_the_channel() -> None:
    limits = Limits(workspace_a_minute=60, seconds=lambda: 0.0)
    told = [limits.take("chat.postMessage", None, f"C{number}") for number in range(62)]
    assert told == [None] * 60 + [1, 1]


def test_each_method_has_its_own_tier() -> None:
    limits = Limits(seconds=lambda: 0.0)
    told = [limits.take("users.list", 2, "") for _ in range(21)]
    assert told == [None] * 20 + [3]
    assert limits.take("conversations.list", 2, "") is None
    assert limits.take("auth.test", None, "") is None
    free = Limits(tiers=False, seconds=lambda: 0.0)
    assert {free.take("users.list", 2, "") for _ in range(100)} == {None}
