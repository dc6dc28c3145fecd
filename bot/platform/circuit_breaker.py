"""An installation that the platform says is dead: it is asked again after a while, once, in case it is not."""

import time
from collections.abc import Callable

import structlog

from remembrancer.scheduler.outbox.transport import SendError, Trouble

log = structlog.get_logger()
DEAD_FOR = 60.0
"""Seconds for which a dead installation is not asked again."""


class Standstill:
    """For several threads."""

    def __init__(self, platform: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._platform, self._clock = platform, clock
        self._dead: tuple[str, float] | None = None

    @property
    def reason(self) -> str | None:
        """Why nothing can be sent to anybody just now."""
        return self._dead[0] if self._dead else None

    def check(self) -> None:
        """Raises SendError while nothing is to be asked."""
        dead = self._dead
        if dead is not None and self._clock() < dead[1]:
            raise SendError(Trouble.STOPPED, dead[0])

    def begin(self, reason: str, **where: str) -> None:
        """The platform says that the installation is dead."""
        self._dead = (reason, self._clock() + DEAD_FOR)
        log.error(f"{self._platform} stopped", reason=reason, **where)

    def end(self) -> None:
        """The platform took a call."""
        self._dead = None
