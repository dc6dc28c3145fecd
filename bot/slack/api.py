"""Calls Slack's Web API within its rate limits; every failure is raised as SendError."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from remembrancer.bot.platform.circuit_breaker import CircuitBreaker
from remembrancer.bot.platform.rate_limit import PATIENCE
from remembrancer.bot.slack.errors import CALL_ERRORS, as_send_error
from remembrancer.bot.slack.outbound.rate_limits import SlackRateLimiter
from remembrancer.settings import Settings

TIMEOUT = 10
"""Seconds that Slack has for an answer; well within the lease of a message that is being sent."""
PAGE_SIZE = 200
"""Items per page of a list, as Slack advises."""


class SlackWebApi:
    """Slack's Web API for the bot of one workspace. Thread-safe."""

    def __init__(
        self,
        settings: Settings,
        rate_limiter: SlackRateLimiter | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # A retry by the client itself could post a message twice.
        self._client = WebClient(
            settings.slack_bot_token, base_url=settings.slack_api_url, timeout=TIMEOUT, retry_handlers=[]
        )
        self._rate_limiter = rate_limiter or SlackRateLimiter(a_minute=settings.slack_messages_a_minute)
        self._breaker = CircuitBreaker("slack", clock)

    @property
    def stopped(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self._breaker.reason

    def stop(self, reason: str) -> None:
        """Stop calls for a while, because Slack says that the installation is dead."""
        self._breaker.trip(reason)

    def write(self, method: str, channel: str, **arguments: Any) -> SlackResponse:
        """Call a method of chat.*. Raises SendError."""
        return self._call(method, channel, PATIENCE, json={"channel": channel, **arguments})

    def ask(self, method: str, patience: float = PATIENCE, **arguments: Any) -> SlackResponse:
        """Call any other method, waiting at most `patience` seconds for its turn. Raises SendError."""
        return self._call(method, "", patience, params=arguments)

    def pages(
        self, method: str, key: str, patience: float = PATIENCE, size: int = PAGE_SIZE, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page as they are needed."""
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = self.ask(method, patience, limit=size, **arguments, **more)
            yield from answer.get(key) or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: str, channel: str, patience: float, **arguments: Any) -> SlackResponse:
        self._breaker.check()
        block = partial(self._rate_limiter.block, method)
        with self._rate_limiter.acquire(method, channel, patience), self._breaker.watching(block, method=method):
            try:
                return self._client.api_call(method, **arguments)
            except CALL_ERRORS as error:
                raise as_send_error(error) from error
