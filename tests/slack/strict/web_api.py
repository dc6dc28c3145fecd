"""The Web API over HTTP: who calls, whether they may, what goes wrong, and a log of it all."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from tests.slack.strict import conversations, team  # noqa: F401 - importing them fills METHODS
from tests.slack.strict.args import Args, read_args
from tests.slack.strict.faults import Faults
from tests.slack.strict.limits import Limits
from tests.slack.strict.methods import METHODS, Method, need
from tests.slack.strict.state import Json, RefusedError, Workspace


@dataclass
class Call:
    """One call. `at` is by the workspace's clock, `second` by the machine's; `answer` is what was done, heard or not.

    `heard`: whether the caller got that answer. `violation`: it was over a limit.
    """

    method: str
    args: Json
    at: datetime
    second: float
    answer: Json | None = None
    fault: str | None = None
    heard: bool = True
    violation: bool = False

    @property
    def done(self) -> bool:
        return self.answer is not None and bool(self.answer["ok"])


class WebApi:
    """In seconds: `hang`, how long a hung call is held at most, and `away`, how long the way here and back takes."""

    def __init__(self, workspace: Workspace, faults: Faults, hang: float) -> None:
        self.workspace = workspace
        self.faults = faults
        self.limits: Limits | None = None
        self.hang, self.away = hang, 0.0
        self.calls: list[Call] = []
        self.refusing: defaultdict[str, list[str]] = defaultdict(list)
        self.closing = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            await asyncio.sleep(self.away)
        name = request.match_info["method"]
        args = await read_args(request)
        token = bearer(request, args)
        call = Call(name, dict(args), self.workspace.clock.now(), time.monotonic())
        self.calls.append(call)
        call.fault = self.faults.strike_call(name)
        if call.fault in ("dropped before", "500 before", "429"):
            return self._struck_before(request, call)
        answer, status, headers = self._answer(call, args, token)
        call.answer = answer
        if call.fault is None:
            return web.json_response(answer, status=status, headers=headers)
        call.heard = False
        return await self._struck_after(request, call.fault)

    def _struck_before(self, request: web.Request, call: Call) -> web.StreamResponse:
        call.heard = False
        if call.fault == "dropped before":
            return drop(request)
        if call.fault == "429":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        return web.Response(status=500, text="Internal Server Error")

    async def _struck_after(self, request: web.Request, fault: str) -> web.StreamResponse:
        if fault == "hung":
            await self._hold()
        if fault in ("hung", "dropped after"):
            return drop(request)
        if fault == "500 after":
            return web.Response(status=500, text="Internal Server Error")
        return web.json_response({"ok": False, "error": fault.removesuffix(" after")})

    async def _hold(self) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), self.hang)
        except TimeoutError:
            return

    def _answer(self, call: Call, args: Args, token: str) -> tuple[Json, int, dict[str, str]]:
        try:
            known = self._admit(call.method, token)
            wait = self._limited(call.method, known, args)
            if wait is not None:
                call.violation = True
                return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)}
            if self.refusing[call.method]:
                raise RefusedError(self.refusing[call.method].pop(0))
            return {"ok": True, **known.handle(self.workspace, args)}, 200, self._headers()
        except RefusedError as refused:
            return refused.answer, 200, self._headers()

    def _headers(self) -> dict[str, str]:
        return {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes)), "X-Slack-Req-Id": "strict"}

    def _admit(self, name: str, token: str) -> Method:
        """Raises RefusedError where this token may not call this."""
        workspace = self.workspace
        if not token:
            raise RefusedError("not_authed")
        if token not in (workspace.bot_token, workspace.app_token):
            raise RefusedError("invalid_auth")
        known = METHODS.get(name)
        if known is None:
            raise RefusedError("unknown_method", req_method=name)
        if token != (workspace.bot_token if known.token == "bot" else workspace.app_token):
            raise RefusedError("not_allowed_token_type")
        if workspace.standing != "live":
            raise RefusedError(workspace.standing)
        if known.scope is not None:
            need(workspace, known.scope)
        return known

    def _limited(self, name: str, known: Method, args: Args) -> int | None:
        if self.limits is None:
            return None
        return self.limits.take(name, known.tier, args.text("channel"))

    async def upload(self, request: web.Request) -> web.Response:
        """What the upload URL takes: the file itself, raw or as a form's field."""
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file["complete"]:
            return web.Response(status=404, text="not found")
        data = await self._bytes(request)
        if len(data) != file["size"]:
            return web.Response(status=400, text="the length is not what was announced")
        self.workspace.uploads[file["id"]] = data
        return web.Response(text=f"OK - {len(data)}")

    async def _bytes(self, request: web.Request) -> bytes:
        if request.content_type != "multipart/form-data":
            return await request.read()
        for value in (await request.post()).values():
            if isinstance(value, web.FileField):
                return value.file.read()
        return b""


def bearer(request: web.Request, args: Args) -> str:
    """The token of the header, or of the arguments, where it is taken out so that no log has it."""
    given: str = args.pop("token", "") or ""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else given


def drop(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
