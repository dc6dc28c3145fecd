"""Matches people to a platform's accounts in a thread, and knows who was looked up since the start."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.platform.base import Job
from remembrancer.clock import Clock
from remembrancer.queries.chat_accounts import without_account
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import is_own_address
from remembrancer.scheduler.outbox.transport import Trouble

log = structlog.get_logger()
T = TypeVar("T")
MATCH_SECONDS = 3600
"""How often everybody without an account is looked up again; new people are looked up at once."""
STOP_SECONDS = 1.0  # seconds that the thread has to end when the service stops
LOG_EVERY = 100
UNANSWERED = frozenset({Trouble.AGAIN, Trouble.DOUBT, Trouble.STOPPED})
"""The troubles after which nobody counts as looked up: the platform has not said whom it knows."""
Match = Callable[[datetime], Collection[int]]
"""Looks up everybody without an account, and returns the people (ids) who were looked up."""


class AccountMatcher:
    """Matches people in a daemon thread, because rate limits make it slow.

    The thread does not delay shutdown: each person is a transaction of their own.
    """

    def __init__(self, engine: Engine, platform: str, match: Match, clock: Clock) -> None:
        self._engine, self._platform, self._match, self._clock = engine, platform, match, clock
        self._requested, self._is_matching, self._stopping = threading.Event(), False, False
        # Kept in memory alone: each process looks up everybody without an account after its start.
        self._looked_up: frozenset[int] = frozenset()
        self._thread = threading.Thread(target=self._run, name=f"{platform} matching", daemon=True)

    def jobs(self, look_seconds: int) -> Sequence[Job]:
        """Return the jobs that request the matchings."""
        return (
            Job(f"{self._platform} matching", self.request, MATCH_SECONDS),
            Job(f"{self._platform} matching of new people", self.request_for_new, look_seconds),
        )

    def start(self) -> None:
        self._thread.start()

    def request(self) -> None:
        """Request a matching of everybody without an account. Thread-safe."""
        self._requested.set()

    def request_for_new(self) -> None:
        """Request a matching if somebody without an account was not looked up yet, such as a newly loaded person.

        While one is under way nothing is requested: whom it does not look up is there at the next call.
        """
        if self._is_matching:
            return
        with Session(self._engine) as session:
            if self.not_looked_up(session):
                self.request()

    def not_looked_up(self, session: Session) -> set[int]:
        """Return the people (ids) without an account who were not looked up since the start. Thread-safe."""
        unreached = (each for each in without_account(session, self._platform) if is_own_address(each.email))
        return {stored_id(person.id) for person in unreached} - self._looked_up

    def stop(self) -> None:
        """End the thread, and wait a second at most for it."""
        self._stopping = True
        self._requested.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while self._requested.wait() and not self._stopping:
            self._is_matching = True
            self._requested.clear()
            try:
                self._looked_up |= frozenset(self._match(self._clock.now()))
            except Exception:  # the edge: the next request tries again
                log.exception("people not matched", platform=self._platform)
            self._is_matching = False


def counted(found: Iterable[T], platform: str, of: int) -> Iterator[T]:
    """Yield the people who were found, and log how many of all there are so far."""
    done = 0
    for done, each in enumerate(found, 1):
        yield each
        if done % LOG_EVERY == 0:
            log.info("matching", platform=platform, done=done, of=of)
    if of:
        log.info("matched", platform=platform, done=done, of=of)
