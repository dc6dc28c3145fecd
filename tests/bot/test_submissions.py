"""Whoever waits for what becomes of a form is answered, and whoever waits no more is not."""

import asyncio

from remembrancer.bot.inbound.event_recorder import PendingSubmissions


def test_whoever_has_just_stopped_to_wait_is_not_answered_and_the_others_are() -> None:
    async def run() -> list[object]:
        submissions: PendingSubmissions = PendingSubmissions()
        gone, stays = submissions.expect("a form"), submissions.expect("a form")
        gone.cancel()
        with submissions.answering("a form", {}) as answering:
            return [answering({"action": "clear"}), await stays, gone.cancelled()]

    assert asyncio.run(run()) == [True, {"action": "clear"}, True]


def test_where_nobody_waits_any_more_that_is_said() -> None:
    async def run() -> bool:
        submissions: PendingSubmissions = PendingSubmissions()
        submissions.expect("a form").cancel()
        with submissions.answering("a form", {}) as answering:
            return answering({})

    assert asyncio.run(run()) is False
