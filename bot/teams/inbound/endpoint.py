"""Receives all that Teams sends, and accepts only activities that are proven to come from Teams, for our tenant.

Microsoft's SDK proves the token; its router and its pages are not used. Input that could be turned against its checks
is refused first: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Request, Response
from fastapi.responses import JSONResponse

from remembrancer.bot.platform.http_body import read_body
from remembrancer.bot.teams import sdk
from remembrancer.bot.teams.conversation_references import ForeignAddressError, check_service_url
from remembrancer.bot.teams.inbound.message_text import object_at
from remembrancer.bot.teams.inbound.receiver import Acknowledgement
from remembrancer.settings import Settings

if TYPE_CHECKING:
    from microsoft_teams.api.auth.cloud_environment import CloudEnvironment


log = structlog.get_logger()
PATH = "/api/messages"
"""The path of all requests from Teams, whose route leads to `Endpoint.messages`."""
VALIDATION_THREADS = 4
CHANNEL = "msteams"
Activity = Mapping[str, Any]
Receive = Callable[[Activity], Awaitable[Acknowledgement]]


class Endpoint:
    """The HTTP endpoint; `receive` gets each accepted activity and returns the answer.

    `playground` accepts Microsoft's local Teams without a token, on this machine alone. `cloud` is for tests; the
    public cloud is the default. Raises SetUpError where the settings forbid it.
    """

    def __init__(
        self, settings: Settings, receive: Receive, playground: bool = False, cloud: "CloudEnvironment | None" = None
    ) -> None:
        sdk.check(settings, playground)
        credentials = sdk.credentials(settings)
        from remembrancer.bot.teams.inbound.token_validation import TokenValidator

        self._receive, self._tenant, self._playground = receive, settings.teams_tenant_id, playground
        self._is_configured = credentials is not None or playground
        self._validator = TokenValidator(credentials, playground, cloud)
        self._threads = ThreadPoolExecutor(VALIDATION_THREADS, "teams proving")

    async def messages(self, request: Request) -> Response:
        """Handle a request. An exception is answered with 500, and Teams delivers again."""
        authorization = request.headers.get("authorization", "")
        if not self._is_configured or not self._validator.names_issuer(authorization):
            return Response(status_code=401)
        body = await read_body(request)
        if body is None:
            return Response(status_code=413)
        activity = _activity(body)
        if activity is None:
            return Response(status_code=400)
        answered = await self._accept(authorization, activity)
        if answered.body is None:
            return Response(status_code=answered.status)
        return JSONResponse(dict(answered.body), answered.status)

    async def _accept(self, authorization: str, activity: Activity) -> Acknowledgement:
        proving = asyncio.get_running_loop().run_in_executor(
            self._threads, self._validator.validate, authorization, activity
        )
        status = await proving
        if status != 200:
            return Acknowledgement(status)
        reason = refusal(activity, self._tenant, self._playground)
        if reason is not None:
            log.warning("activity refused", reason=reason, tenants=sorted(tenants_of(activity)))
            return Acknowledgement(403)
        return await self._receive(activity)

    def stop(self) -> None:
        """Accept no more requests."""
        self._threads.shutdown(wait=True)


def _activity(body: bytes) -> Activity | None:
    """Parse the activity; None where the body is no JSON object, or is nested too deep."""
    try:
        read = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _refuse_constant(word: str) -> float:
    """Refuse NaN and Infinity, which are not JSON and which a database refuses."""
    raise ValueError(word)


def refusal(activity: Activity, tenant: str, playground: bool = False) -> str | None:
    """Return why an authenticated activity is refused; None where it is accepted.

    The token of an activity proves its service URL, and says nothing of the tenant that it comes from. `tenant` is
    ours; a playground may have none.
    """
    if activity.get("channelId") != CHANNEL:
        return "another channel"
    try:
        called = check_service_url(str(activity.get("serviceUrl") or ""), loopback=playground)
    except ForeignAddressError:
        return "another service"
    if playground and not called.startswith(f"http://{sdk.LOOPBACK}"):
        return "another service"
    tenants = tenants_of(activity)
    if any(each.lower() != tenant.lower() for each in tenants) and (tenant or not playground):
        return "another tenant"
    return None


def tenants_of(activity: Activity) -> set[str]:
    """Return every tenant that an activity names as its own."""
    of_data = object_at(object_at(activity, "channelData"), "tenant").get("id")
    of_conversation = object_at(activity, "conversation").get("tenantId")
    return {str(each) for each in (of_data, of_conversation) if each}
