"""A rush is told by how closely things come, and let by until it is over, or has gone on for long."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.inbound.traffic import CHECK_SECONDS, LONGEST_RUSH, RUSH_EVENTS, RUSH_SECONDS, Traffic

CLOSE = RUSH_SECONDS / RUSH_EVENTS


class Seconds:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def rush(seconds: Seconds, traffic: Traffic, lasting: float) -> None:
    until = seconds.now + lasting
    while seconds.now < until:
        seconds.now += CLOSE
        traffic.count_event()


@given(gaps=st.lists(st.sampled_from([0.0, 0.005, 0.01, 0.015, 0.05, 0.2]), max_size=40))
def test_it_is_a_rush_while_many_come_within_a_moment(gaps: list[float]) -> None:
    seconds = Seconds()
    traffic, came = Traffic(seconds), []
    for gap in gaps:
        seconds.now += gap
        traffic.count_event()
        came.append(seconds.now)
        assert traffic.is_rush == (
            len([at for at in came[-RUSH_EVENTS:] if seconds.now - at <= RUSH_SECONDS]) == RUSH_EVENTS
        )
    seconds.now += 2 * RUSH_SECONDS
    assert not traffic.is_rush


def test_a_rush_that_goes_on_is_let_by_no_more_and_one_after_it_is() -> None:
    seconds = Seconds()
    traffic = Traffic(seconds)
    rush(seconds, traffic, LONGEST_RUSH - 1)
    assert traffic.is_rush
    rush(seconds, traffic, 2)
    assert not traffic.is_rush
    seconds.now += 1
    rush(seconds, traffic, 1)
    assert traffic.is_rush


def test_what_came_alone_is_let_by_for_a_breath_and_nothing_else_is_waited_for() -> None:
    async def run() -> tuple[float, float]:
        loop, traffic = asyncio.get_running_loop(), Traffic()
        began = loop.time()
        await traffic.wait_out_rush()
        at_once = loop.time() - began
        traffic.count_event()
        await traffic.wait_out_rush()
        return at_once, loop.time() - began

    at_once, after_one = asyncio.run(run())
    assert at_once < CHECK_SECONDS <= after_one
