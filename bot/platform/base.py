"""Defines the interface that a platform's app offers to the service."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from fastapi import Request, Response
from sqlmodel import Session

Handler = Callable[[Request], Awaitable[Response]]


class Job(NamedTuple):
    """Work to do at the start and then every so many seconds, from any thread."""

    name: str
    work: Callable[[], object]
    seconds: int


class Platform(Protocol):
    """A platform's app. It lives from start() to stop(), in one event loop."""

    @property
    def routes(self) -> Mapping[str, Handler]:
        """The HTTP handlers by path."""

    @property
    def jobs(self) -> Sequence[Job]:
        """The recurring jobs that run after start()."""

    def not_looked_up(self, session: Session) -> Collection[int]:
        """Return the people (ids) without an account here who were not looked up since the start."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def status(self) -> str:
        """Return the connection status in a word or two."""


class SetUpError(Exception):
    """The settings contradict each other or lack something; the message says what to set."""
