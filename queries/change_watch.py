"""Notices that the database was changed: by this process, another replica or a command beside the service."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from remembrancer.models.database import CHANNEL

log = structlog.get_logger()
WAIT = 1.0
"""Seconds between two looks at SQLite, and after which a listener at PostgreSQL looks whether it should stop."""


class ChangeWatch:
    """Calls `on_change`, in a thread of its own, within a second or so of each change to the database.

    Several changes at once may be one call. While the database cannot be reached, changes may be missed: it is called
    once when the connection is there again.
    """

    def __init__(self, engine: Engine, on_change: Callable[[], object]) -> None:
        self._engine, self._on_change = engine, on_change
        self._stopping, self._is_failing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="change watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait for it."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        watch = self._listen if self._engine.dialect.name == "postgresql" else self._poll
        errors = (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)
        while not self._stopping.is_set():
            try:
                watch()
            except errors as error:  # ticks go on by the clock, and the watch begins again
                if not self._is_failing:
                    log.warning("changes not watched", reason=f"{type(error).__name__}: {error}")
                self._is_failing = True
            self._stopping.wait(WAIT)

    def _begin(self) -> None:
        """Count what happened before we watched as a change."""
        if self._is_failing:
            log.info("changes watched again")
        self._is_failing = False
        self._on_change()

    def _listen(self) -> None:
        connection = self._engine.raw_connection()
        try:
            driver: Any = connection.driver_connection
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            self._begin()
            while not self._stopping.is_set():
                if list(driver.notifies(timeout=WAIT, stop_after=1)):
                    self._on_change()
        finally:
            connection.invalidate()  # so that the pool never hands out a connection that listens

    def _poll(self) -> None:
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            seen = self._version(cursor)
            self._begin()
            while not self._stopping.wait(WAIT):
                if (version := self._version(cursor)) != seen:
                    seen = version
                    self._on_change()
        finally:
            connection.close()

    @staticmethod
    def _version(cursor: Any) -> int:
        """Return a number that changes with each change by another connection than the cursor's own."""
        [version] = cursor.execute("PRAGMA data_version").fetchone()
        return int(version)
