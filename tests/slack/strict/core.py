"""The server itself: a thread with a loop of its own, the routes, and the way in for a synchronous test."""

import asyncio
import concurrent.futures
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from tests.slack.strict.clock import Clock, RealClock
from tests.slack.strict.delivery import TRIES, Courier, Delivery
from tests.slack.strict.faults import Faults
from tests.slack.strict.response_urls import answer_to
from tests.slack.strict.socket import Sockets
from tests.slack.strict.state import Json, Workspace
from tests.slack.strict.web_api import WebApi

T = TypeVar("T")

MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Core:
    """One workspace, served on 127.0.0.1.

    `patience` and `hang` are in seconds: for an acknowledgement, and how long a hung call is held at most. `echo`:
    whether the app is told of its own messages, as Slack does. `refusals`: what Slack did not take of the
    answers that came with acknowledgements.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        faults: Faults | None = None,
        patience: float = 3.0,
        hang: float = 5.0,
        port: int = 0,
    ) -> None:
        self.clock = clock or RealClock()
        self.faults = faults or Faults()
        self.workspace = Workspace(self.clock)
        self.workspace.emit = self._emit
        self.echo = True
        self.port = port
        self.sockets = Sockets(self.workspace)
        self.courier = Courier(self.workspace, self.sockets, self.faults, patience)
        self.api = WebApi(self.workspace, self.faults, hang)
        self.tasks: set[asyncio.Task[Any]] = set()
        self.attached = False
        self.refusals: list[Json] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True, name="strict Slack")

    def start(self) -> None:
        self.thread.start()
        self.wait(self._open())

    def stop(self) -> None:
        self.wait(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _open(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/upload/v1/{file}", self.api.upload)
        app.router.add_post("/response/{key}", self._response)
        app.router.add_get("/socket", self.sockets.handle)
        app.router.add_get("/strict", self._counted)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.runner.addresses[0][1]
        self.workspace.base = f"http://127.0.0.1:{self.port}"

    async def _response(self, request: web.Request) -> web.Response:
        return await answer_to(self.workspace, request)

    async def _counted(self, request: web.Request) -> web.Response:
        """For those who have this as a process: how many calls of each method, and what was over a limit or struck."""
        calls = Counter(call.method for call in self.api.calls)
        done = Counter(call.method for call in self.api.calls if call.done)
        violations = self.api.limits.violations if self.api.limits else {}
        return web.json_response({"calls": calls, "done": done, "violations": violations, "faults": self.faults.counts})

    async def _close(self) -> None:
        self.api.closing.set()
        await self.sockets.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.courier.close()
        await self.runner.cleanup()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Done on the server's own loop, from another thread. Raises what the work raises."""
        future: concurrent.futures.Future[T] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(60)

    def do(self, act: Callable[[], T]) -> T:
        """The same for what takes no time, so that nothing is seen half changed."""

        async def work() -> T:
            return act()

        return self.wait(work())

    def listen_at(self, url: str | None) -> None:
        """Deliver over HTTP to this URL; None: over the socket."""
        self.courier.url = url

    def has_app(self) -> bool:
        self.attached = self.attached or self.sockets.opened.is_set()
        return self.attached or self.courier.url is not None

    def await_socket(self, seconds: float = 10.0) -> None:
        """Until the app has a socket open. Raises TimeoutError."""
        self.wait(asyncio.wait_for(self.sockets.opened.wait(), seconds))
        self.attached = True

    def deliver(self, kind: str, payload: Json) -> Delivery:
        """Delivered, and waited for until it is acknowledged or is not."""
        return self.wait(self.courier.deliver(kind, payload))

    def event(self, event: Json) -> Delivery | None:
        """Told to the app, if it subscribes to this and there is one."""
        if not self._wanted(event):
            return None
        return self.deliver("events_api", self._wrapped(event))

    def _emit(self, event: Json) -> None:
        if self.echo and self._wanted(event):
            task = self.loop.create_task(self.courier.deliver("events_api", self._wrapped(event)))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _wanted(self, event: Json) -> bool:
        """An app hears what it subscribes to, of where it is a member; once thrown out, of that alone."""
        workspace, kind = self.workspace, event["type"]
        name = MESSAGES[event["channel_type"]] if kind == "message" else kind
        installed = workspace.standing == "live" or kind in ("tokens_revoked", "app_uninstalled")
        if name not in workspace.subscriptions or not installed or not self.has_app():
            return False
        members = kind in ("message", "member_joined_channel", "member_left_channel")
        return not members or workspace.bot.id in workspace.channels[event["channel"]].members

    def _wrapped(self, event: Json) -> Json:
        workspace = self.workspace
        installed: Json = {"enterprise_id": None, "team_id": workspace.team_id, "user_id": workspace.bot.id}
        body: Json = {"token": "strict", "team_id": workspace.team_id, "api_app_id": workspace.app_id, "event": event}
        body |= {"type": "event_callback", "event_id": workspace.new_id("Ev"), "event_time": self._second()}
        body["authorizations"] = [installed | {"is_bot": True, "is_enterprise_install": False}]
        return body | {"is_ext_shared_channel": False, "event_context": workspace.new_id("4-")}

    def _second(self) -> int:
        return int(self.clock.now().timestamp())

    def redeliver(self) -> int:
        """All that was not acknowledged, held back or late, now; how many."""
        return self.wait(self.courier.redeliver())

    def settle(self) -> None:
        """Until nothing is on its way any more: acknowledged, or given up."""
        for _ in range(TRIES + 1):
            self.wait(self._drained())
            if not self.redeliver():
                return

    async def _drained(self) -> None:
        while self.tasks:
            await asyncio.gather(*self.tasks)

    def next_fault(self, at: str, fault: str) -> None:
        """The next call of this method, or delivery of this kind ('delivery': of any), is struck."""
        self.do(lambda: self.faults.arm(at, fault))
