"""What is read from outside every so often: what a calendar feed and a committee system have in common."""

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
    """Nothing usable came. The message is a sentence that says why; what was known stays."""


class StoppedError(Exception):
    """The service is ending: what was being read is read another time, and is no failure."""


@dataclass(frozen=True)
class Means:
    """How sources are reached: `ask` resolves names, `sleep` waits for so many seconds between two requests.

    `clients` are by host and settings: one client asks a site for whatever is wanted, and pauses between two requests.
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
    """A sleep from which one is woken when the service ends."""

    def sleep(seconds: float) -> None:
        if stopping.wait(seconds):
            raise StoppedError

    return sleep


@dataclass(frozen=True)
class LastTime:
    """What the same address said when it was last read without a problem; nothing where it never was."""

    etag: str | None = None
    last_modified: str | None = None
    body: bytes | None = None


@dataclass(frozen=True)
class Stored:
    """Lines that say what changed; and what could not be used, though the rest could (`left_out`, one line or more)."""

    changes: list[str]
    left_out: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a source says now. `store` puts all of it into a session's transaction.

    It raises NotReadError where that cannot stand beside what is known. `fetched` is kept for the next time.
    """

    store: Callable[[Session], Stored]
    fetched: Fetched | None = None


class Source(Protocol):
    """One calendar or system; `name` is what people are told it is called, and holds no secret.

    `boards` and `programmes` are the keys of those whose meetings and windows it gives. Sources of one `site` are read
    one after the other, and never by two processes at once.
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
        """Where it is; None where the setting that holds it is not set."""

    def refresh(self, settings: Settings) -> timedelta:
        """How long after a reading it is read again."""

    def longest(self, settings: Settings) -> timedelta:
        """How long a reading can take: its lease."""

    def read(self, last: LastTime, settings: Settings, means: Means, now: datetime) -> Reading:
        """Outside any transaction. Raises NotReadError, and what `means.sleep` raises."""


@dataclass(frozen=True)
class Kind:
    """A kind of source: `prefix` is how the keys of its rows begin, and `of` those that an organisation names."""

    prefix: str
    of: Callable[[OrganisationSpec], Sequence[Source]]
