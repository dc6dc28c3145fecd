"""The service in Teams, which may be killed between any two steps: behind real HTTP, with the gate as in earnest."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import requests
from fastapi import FastAPI
from microsoft_teams.api.auth.credentials import TokenCredentials
from microsoft_teams.apps.token_manager import TokenManager

from remembrancer.bot.inbound.inbox import LeasedEvent
from remembrancer.bot.teams.app import TeamsApp
from remembrancer.bot.teams.clients import Clients
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.conversation_references import DEFAULT_SERVICE_URL
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.endpoint import PATH
from remembrancer.bot.teams.outbound.rate_limits import TeamsRateLimiter
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.bot.teams.tokens import Tokens
from remembrancer.models.message import Message
from remembrancer.scheduler.outbox.deliver import DeliveryOptions
from remembrancer.scheduler.outbox.transport import Sent, Transport
from remembrancer.scheduler.tick import tick
from tests.slack.hosting import until
from tests.storm.life import KilledError, Life, StormClock, mortal_engine
from tests.teams.door import settings
from tests.teams.issuing import Issuer
from tests.teams.serving import served
from tests.teams.strict import Teams
from tests.teams.strict.connector import MESSAGE, PROCESS

SERVICE = f"{DEFAULT_SERVICE_URL}/"
"""Where the bot is to call, as Teams' events say it."""

TIMEOUT, PATIENCE = 2.0, 1.0  # seconds of the machine's time
TOKEN = jwt.encode({"aud": "https://api.botframework.com"}, "k" * 32, algorithm="HS256")
TOKENS: Mapping[str, Exception] = {
    "no token: no route": requests.ConnectionError("no route"),
    "no token: busy": ValueError("temporarily_unavailable"),
    "no token: refused": ValueError("invalid_client"),
}
"""What can come of asking Entra for the bot's token."""

SAYING: ContextVar[str] = ContextVar("SAYING", default="")
"""What is being said just now: the key of a message; or of the event, with EVENT before it, whose form is shown."""

EVENT = "event "


class MortalPace(TeamsRateLimiter):
    """Through which all that is sent goes."""

    def __init__(self, life: Life, clock: StormClock) -> None:
        super().__init__(clock=clock.seconds, sleep=clock.sleep)
        self._life = life

    @contextmanager
    def acquire(self, name: str, within: str = "", patience: float = 3.0) -> Iterator[None]:
        self._life.go_on()
        with super().acquire(name, within, patience):
            yield


class Entra:
    """Gives the bot's token, unless it strikes: by `rates`, as everything else."""

    def __init__(self, seed: int, rates: Mapping[str, float]) -> None:
        self.dice, self.rates, self.counts = random.Random(f"tokens {seed}"), dict(rates), Counter[str]()

    def token(self, _scope: str, _tenant: str | None) -> str:
        for fault, error in TOKENS.items():
            if self.dice.random() < self.rates.get(fault, 0.0):
                self.counts[fault] += 1
                raise error
        return TOKEN


class Wire(httpx.AsyncHTTPTransport):
    """Leads to the strict Teams what goes to Microsoft's own address, and says what it is and who says it."""

    def __init__(self, port: int, process: str) -> None:
        super().__init__()
        self._port, self._process = port, process

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url).startswith(SERVICE), request.url
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        request.headers[MESSAGE], request.headers[PROCESS] = SAYING.get(), self._process
        return await super().handle_async_request(request)


class Named:
    """A transport that lets the wire know which message it is about."""

    def __init__(self, transport: TeamsTransport) -> None:
        self._transport = transport

    def send(
        self, conversation: str, key: str, message: Message, perhaps_again: bool, since: datetime | None = None
    ) -> Sent:
        SAYING.set(key)
        return self._transport.send(conversation, key, message, perhaps_again, since)

    def find(self, conversation: str, key: str, since: datetime | None = None) -> Sent | None:
        return self._transport.find(conversation, key, since)

    def update(self, conversation: str, sent: Sent, message: Message) -> Sent:
        SAYING.set(sent.key)
        return self._transport.update(conversation, sent, message)


class TeamsProcess:
    """The service, from its start to its end: the app, and the looks. `number` is its own among those of a story."""

    numbers = itertools.count(1)

    def __init__(self, teams: Teams, issuer: Issuer, entra: Entra, file: Path, clock: StormClock) -> None:
        self.life, self.clock, self.number = Life(), clock, str(next(self.numbers))
        self.engine = mortal_engine(file, self.life)
        tokens = Tokens(TokenManager(TokenCredentials(client_id="app", tenant_id="tenant", token=entra.token)))
        pace = MortalPace(self.life, clock)
        self.connector = Connector(
            self.engine, tokens, teams.tenant, rate_limiter=pace, timeout=TIMEOUT, clock=clock.seconds
        )
        self.connector._client.http._transport = Wire(teams.port, self.number)
        self.transports: dict[str, Transport] = {}
        given = settings(TEAMS_TENANT_ID=teams.tenant)
        self.app = TeamsApp(
            given, self.engine, Clients(self.connector, tokens), self.transports, clock, cloud=issuer.cloud
        )
        self.transports[PLATFORM] = Named(self.app.transport)
        self.app._worker._handle = _named(self.app._worker._handle)
        self.app._receiver._patience = PATIENCE
        self._running = ExitStack()
        self.url = self._running.enter_context(served(self._site())) + PATH

    def _site(self) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> Any:
            self.loop = asyncio.get_running_loop()
            await self.app.start()
            yield
            await self.app.stop()

        site = FastAPI(lifespan=lifespan)
        site.add_api_route(PATH, self.app.routes[PATH], methods=["POST"])
        return site

    def look(self, together: int) -> None:
        try:
            tick(self.engine, self.transports, self.clock.now(), DeliveryOptions(together=together))
        except KilledError:
            assert self.life.is_over

    def wake(self) -> None:
        """As the worker does by itself every few seconds."""
        self.loop.call_soon_threadsafe(self.app._worker.wake)

    def rest(self) -> None:
        def is_idle() -> bool:
            idle = asyncio.run_coroutine_threadsafe(_is_idle(self.app), self.loop)
            return self.life.is_over or idle.result(20)

        until(is_idle, lambda: "the app is still at work", 60)

    def end(self) -> None:
        self._running.close()
        self.engine.dispose()


def _named(handle: Callable[[LeasedEvent], Awaitable[None]]) -> Callable[[LeasedEvent], Awaitable[None]]:
    async def handled(kept: LeasedEvent) -> None:
        SAYING.set(EVENT + kept.key)
        await handle(kept)

    return handled


async def _is_idle(app: TeamsApp) -> bool:
    await asyncio.sleep(0)
    tasks = (*app._worker._tasks._running, *app._recorder._tasks._running)
    rounds = app._delivery._tasks
    asked = any(each._is_requested for each in rounds)
    return not tasks and not asked and all(map(_waits, (app._worker, *rounds)))


def _waits(work: Any) -> bool:
    return bool(work._wake_up._waiters) and not work._wake_up.is_set()
