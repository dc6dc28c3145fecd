"""Stops calls to a platform whose installation is dead, and tests after a while whether it still is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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

    @contextmanager
    def watching(self, block: Callable[[float], None], **where: str) -> Iterator[None]:
        """Apply what the platform answers while the block runs: a success allows calls again, a dead installation stops
        them, and a wait is passed to `block`, in seconds.
        """
        try:
            yield
        except SendError as error:
            if error.trouble == Trouble.AGAIN and error.retry_after is not None:
                block(error.retry_after)
            if error.trouble == Trouble.STOPPED:
                self.trip(error.reason, **where)
            raise
        self._open_until = None

    def trip(self, reason: str, **where: str) -> None:
        """Stop calls, because the platform says that the installation is dead."""
        self._open_until = (reason, self._clock() + OPEN_SECONDS)
        log.error(f"{self._platform} stopped", reason=reason, **where)
