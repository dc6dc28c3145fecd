"""Waiting for what happens in its own time, without sleeping longer than it takes."""

import asyncio
from collections.abc import Callable
from time import monotonic

DEADLINE = 20.0  # seconds


async def until(seen: Callable[[], bool], seconds: float = DEADLINE) -> None:
    """Wait until it is so; fails where it never is."""
    end = monotonic() + seconds
    while not await asyncio.to_thread(seen):
        assert monotonic() < end, "it never happened"
        await asyncio.sleep(0.005)
