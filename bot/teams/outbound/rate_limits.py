"""Applies Teams' rate limits: of a bot in one conversation, and of an app in one tenant.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from remembrancer.bot.platform import rate_limit
from remembrancer.bot.platform.rate_limit import PATIENCE, Limit, Window

MARGIN = 1.002
"""Factor by which our windows are longer than Teams', whose clock is not ours."""
IN_A_CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
IN_A_TENANT = ((30, 1.0),)
"""Pairs of a number of calls and a period in seconds."""


def _windows(limits: tuple[tuple[int, float], ...]) -> tuple[Window, ...]:
    return tuple(Window(most, seconds * MARGIN) for most, seconds in limits)


class TeamsRateLimiter:
    """The rate limiter for Teams' conversations. Thread-safe within one process.

    An update counts like a post.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._in_a_conversation, self._in_a_tenant = _windows(IN_A_CONVERSATION), _windows(IN_A_TENANT)
        self._limiter = rate_limit.RateLimiter(clock, sleep)

    @contextmanager
    def acquire(self, conversation: str, tenant: str, patience: float = PATIENCE) -> Iterator[None]:
        """Wait until the call is allowed, and count it while the block runs.

        Raises SendError where the wait is too long.
        """
        with self._limiter.acquire(
            [self._conversation_limit(conversation), Limit(f"of {tenant}", self._in_a_tenant, of_all=True)], patience
        ):
            yield

    def block(self, conversation: str, seconds: float) -> None:
        """Block calls to the conversation for so many seconds, because Teams says so."""
        self._limiter.block(self._conversation_limit(conversation), seconds)

    def _conversation_limit(self, conversation: str) -> Limit:
        return Limit(f"in {conversation}", self._in_a_conversation)
