"""What the service wants of a platform's app."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from fastapi import Request, Response

Handler = Callable[[Request], Awaitable[Response]]
Job = tuple[Callable[[], None], int]
"""What is to be done at the start and then every so many seconds, from any thread."""


class Platform(Protocol):
    """Everything in it lives from start() to stop(), in one loop."""

    @property
    def routes(self) -> Mapping[str, Handler]:
        """What it listens to, by path."""

    @property
    def jobs(self) -> Sequence[Job]:
        """What it does again and again, once it is started."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def standing(self) -> str:
        """How it stands with it, in a word or two."""


class SetUpError(Exception):
    """The settings do not go together; the sentence says what to set."""
