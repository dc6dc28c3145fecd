"""Applies Teams' rate limits: of a bot in one conversation, and of an app in one tenant.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

from collections.abc import Sequence

from remembrancer.bot.platform.rate_limit import Limit, RateLimiter, Window

MARGIN = 1.002
"""Factor by which our windows are longer than Teams', whose clock is not ours."""
IN_A_CONVERSATION = tuple(
    Window(most, seconds * MARGIN) for most, seconds in ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
)
IN_A_TENANT = (Window(30, MARGIN),)


class TeamsRateLimiter(RateLimiter):
    """The rate limiter for Teams' conversations, each within a tenant. Thread-safe within one process.

    An update counts like a post.
    """

    def limits(self, name: str, within: str) -> Sequence[Limit]:
        return [Limit(f"in {name}", IN_A_CONVERSATION), Limit(f"of {within}", IN_A_TENANT, of_all=True)]
