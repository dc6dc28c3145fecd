"""The whole of it: a server that tests start, in a thread with a loop of its own, and its people."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.teams.strict.connector import Call, Connector
from tests.teams.strict.faults import Faults
from tests.teams.strict.limits import Limits
from tests.teams.strict.state import Conversation, Person, RefusedError, Shown, State

T = TypeVar("T")


class Teams:
    """`with Teams() as teams:` or start() and stop(). Served on 127.0.0.1; `limits` keep a clock of the test's own."""

    def __init__(
        self, faults: Faults | None = None, limits: Limits | None = None, hang: float = 5.0, token: str = "strict"
    ) -> None:
        self.faults = faults or Faults()
        self.limits = limits
        self.state = State("11111111-0000-4000-8000-000000000000")
        self.connector = Connector(self.state, token, self.faults, limits, hang)
        self.token, self.port = token, 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True, name="strict Teams")

    def start(self) -> None:
        self.thread.start()
        self.wait(self._open())

    def stop(self) -> None:
        self.wait(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _open(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.connector.routes(app)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.port = self.runner.addresses[0][1]

    async def _close(self) -> None:
        self.connector.closing.set()
        await self.runner.cleanup()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Done on the server's own loop, from another thread. Raises what the work raises."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def do(self, act: Callable[[], T]) -> T:
        """The same for what takes no time, so that nothing is seen half changed."""

        async def work() -> T:
            return act()

        return self.wait(work())

    @property
    def url(self) -> str:
        """The service URL that Teams' events carry."""
        return f"http://127.0.0.1:{self.port}/teams/"

    @property
    def tenant(self) -> str:
        return self.state.tenant

    @property
    def calls(self) -> list[Call]:
        return list(self.connector.calls)

    def called(self, kind: str) -> list[Call]:
        return [call for call in self.calls if call.kind == kind]

    def person(self, name: str, email: str = "", upn: str = "") -> Person:
        return self.do(lambda: self.state.person(name, email, upn))

    def chat(self, person: Person) -> str:
        return self.do(lambda: self.state.chat_with(person.account)).id

    def channel(self, name: str | None = None, team: str = "") -> str:
        return self.do(lambda: self.state.channel(name, team)).id

    def group(self, *people: Person) -> str:
        return self.do(lambda: self.state.group(*(person.account for person in people))).id

    def conversation(self, name: str) -> Conversation:
        return self.state.conversations[name]

    def shown(self, name: str) -> list[Shown]:
        """What a conversation shows, in the order in which it came."""
        return self.do(lambda: self.conversation(name).shown)

    def arm(self, kind: str, *faults: str) -> None:
        """The next calls of this kind are struck by these, in order."""
        self.do(lambda: self.faults.arm(kind, faults))

    def refuse(self, kind: str, status: int, code: str) -> None:
        """The next call of this kind is refused so, and nothing is done."""
        self.do(lambda: self.connector.refusing[kind].append(RefusedError(status, code)))

    def set_token(self, token: str) -> None:
        """Only this one is right from now on."""
        self.do(lambda: setattr(self.connector, "token", token))
