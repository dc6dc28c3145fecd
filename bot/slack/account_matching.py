"""Links people to Slack accounts by e-mail address, in a background thread because rate limits make it slow."""

import threading

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.slack.api import Web
from remembrancer.bot.slack.directory import match
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import Clock
from remembrancer.queries.chat_accounts import without_account
from remembrancer.rules.facts import known

log = structlog.get_logger()
STOP_SECONDS = 1.0  # seconds that the thread has to end when the service stops


class AccountMatcher:
    """Matches people in a daemon thread that does not delay shutdown: each person is a transaction of their own."""

    def __init__(self, engine: Engine, web: Web, clock: Clock) -> None:
        self._engine, self._web, self._clock = engine, web, clock
        self._requested, self._stopping = threading.Event(), False
        self._looked_up: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="slack matching", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self) -> None:
        """Request a matching of everybody without an account. Thread-safe."""
        self._requested.set()

    def request_for_new(self) -> None:
        """Request a matching if somebody without an account was not looked up yet, such as a newly loaded person."""
        with Session(self._engine) as session:
            without = {known(person.id) for person in without_account(session, PLATFORM)}
        if without - self._looked_up:
            self._looked_up = without
            self.request()

    def stop(self) -> None:
        """End the thread, and wait a second at most for it."""
        self._stopping = True
        self._requested.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while self._requested.wait() and not self._stopping:
            self._requested.clear()
            try:
                match(self._engine, self._web, self._clock.now())
            except Exception:  # the edge: the next request tries again
                log.exception("people not matched")
