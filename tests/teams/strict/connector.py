"""The Bot Connector's calls: who calls, whether they may, what goes wrong, and a log of it all."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web

from tests.teams.strict.checks import is_too_large, problems
from tests.teams.strict.faults import BEFORE, ODD, REFUSALS, SLOW, Faults
from tests.teams.strict.limits import Limits
from tests.teams.strict.state import CHANNEL, Json, Person, RefusedError, Shown, State

MESSAGE, PROCESS = "X-Message", "X-Process"
"""Headers of which Teams knows nothing."""

LAG = 0.1
"""Seconds that a slow answer takes."""


@dataclass
class Call:
    """One call. `kind`: create, post, update, delete, members or channels. `status` is what was answered, heard or not.

    `done`: it took effect; `made` is the id of what it posted. `violation`: it was over a limit. `message` and
    `process` are what a test lets its app call the message, and itself. `at`: by the clock of the limits, if any.
    """

    kind: str
    address: str
    activity: Json = field(default_factory=dict)
    fault: str | None = None
    status: int = 0
    done: bool = False
    made: str = ""
    violation: bool = False
    message: str = ""
    process: str = ""
    at: float = 0.0


class Connector:
    """`hang` is in seconds: how long a hung call is held at most."""

    def __init__(self, state: State, token: str, faults: Faults, limits: Limits | None, hang: float) -> None:
        self.state, self.token, self.faults, self.limits, self.hang = state, token, faults, limits, hang
        self.calls: list[Call] = []
        self.refusing: defaultdict[str, list[RefusedError]] = defaultdict(list)
        self.closing = asyncio.Event()

    def routes(self, app: web.Application) -> None:
        conversation = "/teams/v3/conversations/{conversation}"
        app.router.add_post("/teams/v3/conversations", self.handle)
        app.router.add_post(conversation + "/activities", self.handle)
        app.router.add_post(conversation + "/activities/{activity}", self.handle)
        app.router.add_put(conversation + "/activities/{activity}", self.handle)
        app.router.add_delete(conversation + "/activities/{activity}", self.handle)
        app.router.add_get("/teams/v3/teams/{team}/conversations", self.handle)
        app.router.add_get(conversation + "/members", self.handle)
        app.router.add_get(conversation + "/members/{member}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = Call(_kind(request), request.match_info.get("conversation", ""))
        call.message, call.process = (request.headers.get(name, "") for name in (MESSAGE, PROCESS))
        call.at = self.limits.seconds() if self.limits else 0.0
        if request.can_read_body:
            call.activity = await request.json()
        self.calls.append(call)
        call.fault = self.faults.strike(call.kind)
        if call.fault in BEFORE:
            return self._struck_before(request, call)
        if call.fault in REFUSALS:
            self.state.refuse(call.address, call.fault)
        answer = self._answer(request, call)
        call.status = answer.status
        if call.fault is None or call.fault in REFUSALS:
            return answer
        return await self._struck_after(request, call.fault, answer)

    def _struck_before(self, request: web.Request, call: Call) -> web.StreamResponse:
        assert call.fault is not None
        if call.fault == "dropped before":
            return _drop(request)
        call.status = int(call.fault.split()[0])
        named = {412: "PreconditionFailed", 429: "Throttled"}
        return _refusal(RefusedError(call.status, named.get(call.status, "ServiceError"), retry_after=1))

    async def _struck_after(self, request: web.Request, fault: str, answer: web.Response) -> web.StreamResponse:
        if fault == SLOW:
            await asyncio.sleep(LAG)
            return answer
        if fault == "hung":
            await self._hold()
        if fault in ("hung", "dropped after"):
            return _drop(request)
        if fault in ODD:
            bodies = {"nameless": "", "garbled": '["id"]', "cut short": '{"id": "17000'}
            return web.Response(status=200, text=bodies[fault], content_type="application/json")
        return web.Response(status=int(fault.split()[0]), text="<html>Bad gateway</html>")

    async def _hold(self) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), self.hang)
        except TimeoutError:
            return

    def _answer(self, request: web.Request, call: Call) -> web.Response:
        try:
            self._admit(request, call)
            answer = getattr(self, f"_{call.kind}")(call, request.match_info)
            call.done = True
            return web.json_response(answer, status=201 if call.kind in ("create", "post") else 200)
        except RefusedError as refused:
            return _refusal(refused)

    def _admit(self, request: web.Request, call: Call) -> None:
        """Raises RefusedError where this call is not taken, whatever it says."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise RefusedError(401, "Unauthorized", "Authorization has been denied for this request.")
        if self.refusing[call.kind]:
            raise self.refusing[call.kind].pop(0)
        place = call.address.partition(";")[0] or "new"
        wait = self.limits.take(place, self.state.tenant) if self.limits else None
        if wait is not None:
            call.violation = True
            raise RefusedError(429, "Throttled", "API calls quota exceeded", retry_after=wait)

    def _create(self, call: Call, named: Json) -> Json:
        members = call.activity.get("members") or []
        if len(members) != 1 or call.activity.get("tenantId") != self.state.tenant:
            raise RefusedError(400, "BadSyntax", "Bad format of conversation request")
        person = self.state.people.get(members[0].get("id", ""))
        if person is None:
            raise RefusedError(400, "BadArgument", "Failed to decrypt pairwise id")
        if not person.installed:
            raise RefusedError(403, "ForbiddenOperationException", "Bot isn't installed in user's personal scope")
        return {"id": self.state.chat_with(person.account).id}

    def _post(self, call: Call, named: Json) -> Json:
        conversation, thread = self.state.at(call.address)
        self._check(call.activity)
        replied_to = named.get("activity")
        if replied_to is not None and replied_to not in {post.id for post in conversation.shown}:
            raise RefusedError(404, "ActivityNotFoundInConversation", "Conversation not found.")
        shown = Shown(self.state.new_id(), call.activity, thread or (replied_to if _threads(call) else None))
        conversation.posts.append(shown)
        call.made = shown.id
        return {"id": shown.id}

    def _update(self, call: Call, named: Json) -> Json:
        shown = self._shown(call, named)
        self._check(call.activity)
        shown.activity = call.activity
        shown.versions += 1
        return {"id": shown.id}

    def _delete(self, call: Call, named: Json) -> Json:
        self._shown(call, named).deleted = True
        return {}

    def _members(self, call: Call, named: Json) -> Json | list[Json]:
        conversation, _ = self.state.at(call.address)
        people = [self.state.people[account] for account in conversation.members]
        listed = [self._told(person) for person in people]
        if "member" not in named:
            return listed
        for member in listed:
            if named["member"] in (member["id"], member["aadObjectId"]):
                return member
        raise RefusedError(404, "MemberNotFoundInConversation")

    def _told(self, person: Person) -> Json:
        told = {"id": f"29:{person.account}", "aadObjectId": person.account, "name": person.name, "userRole": "user"}
        addresses = {"email": person.email, "userPrincipalName": person.upn}
        return {**told, "tenantId": self.state.tenant, **{key: each for key, each in addresses.items() if each}}

    def _channels(self, call: Call, named: Json) -> Json:
        team = named["team"]
        self.state.at(team)
        channels = [each for each in self.state.conversations.values() if each.kind == "channel" and each.team == team]
        return {"conversations": [{"id": each.id, "name": each.name, "type": "standard"} for each in channels]}

    def _shown(self, call: Call, named: Json) -> Shown:
        conversation, thread = self.state.at(call.address)
        for post in conversation.shown:
            if post.id == named["activity"] and thread in (None, post.thread, post.id):
                return post
        raise RefusedError(404, "ActivityNotFoundInConversation", "Conversation not found.")

    def _check(self, activity: Json) -> None:
        if is_too_large(activity):
            raise RefusedError(413, "MessageSizeTooBig", "Message size too large.")
        if wrong := problems(activity):
            raise RefusedError(400, "BadArgument", "; ".join(wrong))


def _threads(call: Call) -> bool:
    return call.address.endswith(CHANNEL)


def _kind(request: web.Request) -> str:
    if "team" in request.match_info:
        return "channels"
    if "conversation" not in request.match_info:
        return "create"
    return {"POST": "post", "PUT": "update", "DELETE": "delete"}.get(request.method, "members")


def _refusal(refused: RefusedError) -> web.Response:
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    body = {"error": {"code": refused.code, "message": refused.message}}
    return web.json_response(body, status=refused.status, headers=headers)


def _drop(request: web.Request) -> web.Response:
    """The connection is gone; nobody is answered."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
