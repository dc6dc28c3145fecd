"""The whole Slack app, run in a thread of its own against the strict Slack: over the socket, or behind real HTTP."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.app import SlackApp
from remembrancer.bot.slack.outbound.rate_limits import SlackRateLimiter
from remembrancer.bot.slack.outbound.transport import SlackTransport
from remembrancer.clock import Clock
from remembrancer.models import ChatAccount, Person
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.scheduler.tick import tick
from remembrancer.settings import Settings
from tests.dialog import World, london
from tests.free_time import FreeTime
from tests.slack.strict import Slack

WAYS = ("socket", "http")
OPENS = "2019-08-30 09:00"


def settings_for(slack: Slack, way: str) -> Settings:
    """As the environment would have them, with the one way in that is wanted."""
    names = dict(slack.tokens)
    del names["SLACK_SIGNING_SECRET" if way == "socket" else "SLACK_APP_TOKEN"]
    return Settings(slack_messages_a_minute=100_000, **names)  # type: ignore[arg-type]


def transport_for(settings: Settings) -> SlackTransport:
    """One that waits for nobody's turn: strictly one message a second goes into a conversation."""
    time = FreeTime()
    return SlackTransport(SlackWebApi(settings, SlackRateLimiter(clock=time, sleep=time.sleep)))


class Workplace:
    """The example organisation, some of whose people are in the strict Slack; the first window opens at once."""

    def __init__(self, engine: Engine, slack: Slack, *people: str) -> None:
        self.world, self.slack, self.engine = World(engine), slack, engine
        self.transport = transport_for(settings_for(slack, "socket"))
        self.transports: dict[str, Transport] = {"slack": self.transport}
        self.users = {who: slack.person(who) for who in people}
        self.world.unlink_everybody()
        with Session(engine) as session:
            for who, user in self.users.items():
                person = session.exec(select(Person).where(Person.email == f"{who}@example.org")).one()
                conversation = slack.workspace.dm(user).id
                session.add(
                    ChatAccount(
                        person_id=stored_id(person.id), platform="slack", conversation=conversation, account=user
                    )
                )
            session.commit()
        self.move_to(OPENS)

    def move_to(self, text: str) -> None:
        self.world.clock.set(london(text))
        tick(self.engine, self.transports, self.world.clock.now())

    def app(self, way: str, clock: Clock | None = None) -> "Hosted":
        settings = settings_for(self.slack, way)
        made = SlackApp(settings, self.engine, self.transport, self.transports, clock or self.world.clock)
        return Hosted(made, self.slack, way)

    def shown(self, who: str) -> str:
        """All that somebody sees in the chat, newest last."""
        return "\n".join(message.text for message in self.slack.messages(self.users[who]))


class Hosted:
    """`with` starts it and stops it, as the service does."""

    def __init__(self, app: SlackApp, slack: Slack, way: str) -> None:
        self.app, self.slack, self.way = app, slack, way
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True, name=f"app by {way}")
        self.ready: Future[str | None] = Future()
        self.stopping = asyncio.Event()

    def __enter__(self) -> Self:
        self.thread.start()
        self.slack.listen_at(self.ready.result(20))
        if self.way == "socket":
            self.slack.await_socket()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(30)
        assert not self.thread.is_alive(), "the app did not stop"

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Done on the app's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._socket() if self.way == "socket" else self._http())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    async def begin(self) -> None:
        await self.app.start()

    async def _socket(self) -> None:
        await self.begin()
        self.ready.set_result(None)
        await self.stopping.wait()
        await self.app.stop()

    async def _http(self) -> None:
        @asynccontextmanager
        async def lifespan(_site: FastAPI) -> Any:
            await self.app.start()
            yield
            await self.app.stop()

        site = FastAPI(lifespan=lifespan)
        site.add_api_route("/slack/events", self.app.events, methods=["POST"])
        server = uvicorn.Server(uvicorn.Config(site, port=0, log_level="critical"))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        self.ready.set_result(f"http://127.0.0.1:{port}/slack/events")
        await self.stopping.wait()
        server.should_exit = True
        await serving


def until(so: Callable[[], object], instead: Callable[[], object] = lambda: "", seconds: float = 15.0) -> None:
    """What the app does after it has acknowledged; `instead` is what there is where it never comes to be so."""
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, f"it never came to be so: {instead()}"
        time.sleep(0.005)
