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
        self._open_until: tuple[str, float] | None = None

    @property
    def reason(self) -> str | None:
        """Why nothing can be sent to anybody now; None where it can."""
        return self._open_until[0] if self._open_until else None

    def check(self) -> None:
        """Raise SendError while calls are stopped."""
        dead = self._open_until
        if dead is not None and self._clock() < dead[1]:
            raise SendError(Trouble.STOPPED, dead[0])

    def trip(self, reason: str, **where: str) -> None:
        """Stop calls, because the platform says that the installation is dead."""
        self._open_until = (reason, self._clock() + OPEN_SECONDS)
        log.error(f"{self._platform} stopped", reason=reason, **where)

    def reset(self) -> None:
        """Allow calls again, because the platform accepted one."""
        self._open_until = None
