"""Stops calls to a platform whose installation is dead, and tests after a while whether it still is."""

import time
from collections.abc import Callable

import structlog

from remembrancer.scheduler.outbox.transport import SendError, Trouble

log = structlog.get_logger()
OPEN_SECONDS = 60.0
"""Seconds during which a dead installation is not called."""


class CircuitBreaker:
    """A circuit breaker for one platform's installation. Thread-safe."""

    def __init__(self, platform: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._platform, self._clock = platform, clock
        self._dead: tuple[str, float] | None = None

    @property
    def reason(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self._dead[0] if self._dead else None

    def check(self) -> None:
        """Raise SendError while calls are stopped."""
        dead = self._dead
        if dead is not None and self._clock() < dead[1]:
            raise SendError(Trouble.STOPPED, dead[0])

    def begin(self, reason: str, **where: str) -> None:
        """Stop calls, because the platform says that the installation is dead."""
        self._dead = (reason, self._clock() + OPEN_SECONDS)
        log.error(f"{self._platform} stopped", reason=reason, **where)

    def end(self) -> None:
        """Allow calls again, because the platform accepted one."""
        self._dead = None
