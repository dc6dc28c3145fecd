"""A Bolt app run against the strict Slack in a thread of its own: over the socket, or behind a real HTTP server."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from tests.slack.strict import Slack

WAYS = ("socket", "http")


class Running:
    """`make` builds the app within the loop that it runs in. `way` is one of WAYS."""

    def __init__(self, slack: Slack, make: Callable[[Slack], AsyncApp], way: str) -> None:
        self.slack = slack
        self.make = make
        self.way = way
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True, name=f"app by {way}")
        self.ready: concurrent.futures.Future[str | None] = concurrent.futures.Future()
        self.stopping = asyncio.Event()

    def __enter__(self) -> Self:
        self.thread.start()
        url = self.ready.result(20)
        self.slack.listen_at(url)
        if url is None:
            self.slack.await_socket()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(20)

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Done on the app's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._socket() if self.way == "socket" else self._http())
        self.loop.close()

    async def _socket(self) -> None:
        token = self.slack.workspace.app_token
        # A connection that was cut is seen after this many seconds.
        self.handler = AsyncSocketModeHandler(self.make(self.slack), token, ping_interval=0.2)
        await self.handler.connect_async()  # type: ignore[no-untyped-call]
        self.ready.set_result(None)
        await self.stopping.wait()
        await self.handler.close_async()  # type: ignore[no-untyped-call]

    async def _http(self) -> None:
        handler = AsyncSlackRequestHandler(self.make(self.slack))
        site = FastAPI()

        @site.post("/slack/events")
        async def events(request: Request) -> Response:
            return await handler.handle(request)

        server = uvicorn.Server(uvicorn.Config(site, port=0, log_level="critical", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        self.ready.set_result(f"http://127.0.0.1:{port}/slack/events")
        await self.stopping.wait()
        server.should_exit = True
        await serving
