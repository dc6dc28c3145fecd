"""A service that may be killed between any two steps, and a clock that moves on wherever somebody waits."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from remembrancer.models.database import make_engine


class StormClock:
    """For several threads. Whoever sleeps moves it on."""

    def __init__(self, moment: datetime) -> None:
        self._moment, self._lock = moment, threading.Lock()

    def now(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        with self._lock:
            self._moment = max(self._moment, moment)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            # What is less than it can count would never pass.
            self._moment += max(timedelta(seconds=seconds), timedelta(milliseconds=1))

    def seconds(self) -> float:
        return self._moment.timestamp()


class KilledError(Exception):
    """The process is no more: it stores nothing, and says nothing to any platform."""


class Life:
    """One process's. Once it is to end, it goes on for so many commits: it may end between any two steps."""

    def __init__(self) -> None:
        self._left: int | None = None

    def end(self, commits: int) -> None:
        self._left = commits

    @property
    def is_over(self) -> bool:
        return self._left is not None and self._left <= 0

    def go_on(self) -> None:
        if self.is_over:
            raise KilledError

    def commit(self, connection: Connection) -> None:
        if self.is_over:
            # The database lets go of what a dead process held.
            driver: Any = connection.connection.dbapi_connection
            driver.rollback()
        self.go_on()
        if self._left is not None:
            self._left -= 1


def engine_at(file: Path) -> Engine:
    """The machine itself does not fail."""
    engine = make_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return engine


def mortal_engine(file: Path, life: Life) -> Engine:
    """The same for a process with this life."""
    engine = engine_at(file)
    event.listen(engine, "commit", life.commit)
    return engine
