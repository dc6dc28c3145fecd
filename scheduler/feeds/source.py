"""The interface of sources that are polled: calendar feeds and committee systems."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from sqlmodel import Session

from remembrancer.intake.http.address_guard import Resolve, resolve
from remembrancer.intake.http.fetch import Fetched
from remembrancer.intake.moderngov.client import PoliteGet, polite_get
from remembrancer.rules.organisation import OrganisationSpec
from remembrancer.settings import Settings


class NotReadError(Exception):
    """A source could not be read; the message is a sentence that says why."""


class StoppedError(Exception):
    """The service is stopping; the interrupted reading is repeated later and counts as no failure."""


@dataclass(frozen=True)
class Means:
    """How sources are reached: `ask` resolves host names, `sleep` waits a number of seconds between two requests.

    `clients` are by host and settings, so that all requests to a site share one client and its pauses.
    """

    ask: Resolve = resolve
    sleep: Callable[[float], object] = time.sleep
    clients: dict[tuple[str, str, bool], PoliteGet] = field(default_factory=dict)

    def client(self, host: str, settings: Settings) -> PoliteGet:
        """Return the one client for a site."""
        key = host, settings.contact, settings.feed_allow_private
        if key not in self.clients:
            self.clients[key] = polite_get(settings.contact, settings.feed_allow_private, self.ask, self.sleep)
        return self.clients[key]


def sleep_unless(stopping: Event) -> Callable[[float], None]:
    """Return a sleep function that raises StoppedError when the service stops."""

    def sleep(seconds: float) -> None:
        if stopping.wait(seconds):
            raise StoppedError

    return sleep


@dataclass(frozen=True)
class LastResponse:
    """The last response without a problem from the same address; empty where there is none."""

    etag: str | None = None
    last_modified: str | None = None
    body: bytes | None = None


@dataclass(frozen=True)
class Stored:
    """The result of storing a reading: lines that say what changed, and lines about what was left out."""

    changes: list[str]
    left_out: str | None = None


@dataclass(frozen=True)
class Reading:
    """The content of a source; `store` writes it within a session's transaction.

    `store` raises NotReadError where the content conflicts with other sources. `fetched` is kept for the next request.
    """

    store: Callable[[Session], Stored]
    fetched: Fetched | None = None


class Source(Protocol):
    """One calendar feed or committee system; `name` is shown to people and holds no secret.

    `boards` and `programmes` are the keys of those for which the source provides meetings and windows. Sources of one
    `site` are read one after the other, and never by two processes at once.
    """

    @property
    def key(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def boards(self) -> frozenset[str]: ...
    @property
    def programmes(self) -> frozenset[str]: ...

    def address(self) -> str | None:
        """Return the source's URL; None where the setting that holds it is not set."""

    def refresh(self, settings: Settings) -> timedelta:
        """Return the interval between two readings."""

    def longest(self, settings: Settings) -> timedelta:
        """Return the longest time that a reading can take, which is the length of its lease."""

    def read(self, last: LastResponse, settings: Settings, means: Means, now: datetime) -> Reading:
        """Read the source outside any transaction. Raises NotReadError, and whatever `means.sleep` raises."""


@dataclass(frozen=True)
class Kind:
    """A kind of source: `prefix` begins the keys of its rows, and `of` returns the sources of an organisation."""

    prefix: str
    of: Callable[[OrganisationSpec], Sequence[Source]]
