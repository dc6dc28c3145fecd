"""The socket: a hello, envelopes that wait to be acknowledged, and goodbyes, polite or not."""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import cast

from aiohttp import WSMsgType, web

from tests.slack.strict.args import Args
from tests.slack.strict.methods import method
from tests.slack.strict.state import Json, Workspace

MOST = 10


@method("apps.connections.open", token="app")
def open_connection(workspace: Workspace, args: Args) -> Json:
    ticket = workspace.new_id("ticket")
    workspace.tickets.add(ticket)
    return {"url": f"{workspace.base.replace('http', 'ws', 1)}/socket?ticket={ticket}"}


class Sockets:
    """The open connections of one app; an envelope goes to any one of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.open: list[web.WebSocketResponse] = []
        self.waiting: dict[str, asyncio.Future[Json]] = {}
        self.turn = itertools.count()
        self.opened = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.workspace.tickets or len(self.open) >= MOST:
            return web.Response(status=403, text="this ticket was used, or too many sockets are open")
        self.workspace.tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self.open.append(socket)
        self.opened.set()
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._heard(cast(str, message.data))
        finally:
            self._forget(socket)
        return socket

    def _hello(self) -> Json:
        info = {"app_id": self.workspace.app_id}
        return {"type": "hello", "num_connections": len(self.open) + 1, "connection_info": info}

    def _heard(self, text: str) -> None:
        said: Json = json.loads(text)
        waiting = self.waiting.pop(said.get("envelope_id", ""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self.open:
            self.open.remove(socket)
        if not self.open:
            self.opened.clear()

    async def send(self, envelope: Json, patience: float, then: Callable[[web.WebSocketResponse], None]) -> Json | None:
        """The acknowledgement, or None where none came in time. `then` is done to the socket it went over."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Json] = loop.create_future()
        self.waiting[envelope["envelope_id"]] = waiting
        try:
            socket = await asyncio.wait_for(self._any(), patience)
            await socket.send_json(envelope)
            then(socket)
            return await asyncio.wait_for(waiting, patience)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            self.waiting.pop(envelope["envelope_id"], None)

    async def _any(self) -> web.WebSocketResponse:
        """Waits for one. It may be gone again by the time that this is told of it."""
        while not self.open:
            await self.opened.wait()
        return self.open[next(self.turn) % len(self.open)]

    async def say_goodbye(self, socket: web.WebSocketResponse, reason: str = "refresh_requested") -> None:
        """A disconnect envelope, as Slack sends before it closes; nothing more goes over this one."""
        self._forget(socket)
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "strict"}})

    def cut(self, socket: web.WebSocketResponse) -> None:
        """Close it in the middle, without a word."""
        self._forget(socket)
        transport = socket._req.transport if socket._req is not None else None
        if transport is not None:
            transport.close()

    async def close(self) -> None:
        for socket in list(self.open):
            self._forget(socket)
            await socket.close()
