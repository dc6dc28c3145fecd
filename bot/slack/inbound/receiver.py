"""Records what Slack sends and acknowledges it; only a submission waits for its outcome.

This is a global middleware: an exception here becomes status 500, or leaves a socket's envelope unanswered, and Slack
delivers again. Bolt acknowledges before it runs a listener, so an event that a listener loses would be lost.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from remembrancer.bot.inbound.event_recorder import EventRecorder, Response
from remembrancer.bot.slack.inbound.dispatch import CLOSED
from remembrancer.bot.slack.inbound.events import Event, parse, team_of
from remembrancer.wording import phrase

log = structlog.get_logger()
PATIENCE = 2.3
"""Seconds that an outcome may take: Slack waits for three, and the network takes some of them."""
SECRETS = frozenset({"token"})
"""Keys of a payload that are not stored."""


class IdentityUnknownError(Exception):
    """Slack does not tell our identity. Events that arrive now stay unacknowledged, so Slack delivers them again."""


class Identity:
    """Caches the answer of auth.test, which Bolt itself would request for every event."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asking = asyncio.Lock()
        self._known: AuthorizeResult | None = None

    async def get(self) -> AuthorizeResult:
        """Return the identity, fetching it the first time. Raises IdentityUnknownError."""
        async with self._asking:
            if self._known is None:
                try:
                    answer = await self._client.auth_test()
                except SlackApiError as error:
                    # Bolt answers SlackApiError with 200, and the delivered event would be lost.
                    raise IdentityUnknownError(str(error)) from error
                token = self._client.token
                self._known = AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=token)
            return self._known

    async def is_ours(self, team: str, enterprise: str) -> bool:
        """Return whether a payload is from our workspace, or our organisation if the app is installed in all of it."""
        identity = await self.get()
        return team == identity.team_id or bool(enterprise and enterprise == identity.enterprise_id)


class Receiver(AsyncMiddleware):
    """Bolt middleware that records events in the inbox."""

    def __init__(self, identity: Identity, recorder: EventRecorder[Event]) -> None:
        self._identity, self._recorder = identity, recorder

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Return the acknowledgement of any payload; no other Bolt middleware or listener runs."""
        body = req.body
        if not await self._identity.is_ours(*team_of(body)):
            log.warning("another workspace", team=team_of(body)[0], type=body.get("type"))
            return BoltResponse(status=200)
        event = parse(body)
        if event is None:
            log.info("not listened to", type=body.get("type"), event=(body.get("event") or {}).get("type"))
            return BoltResponse(status=200)
        stored = {key: value for key, value in body.items() if key not in SECRETS}
        answer: Response | None = None
        if event.kind == "submit":
            answer = await self._recorder.outcome_of(event, stored, PATIENCE)
        else:
            await self._recorder.record(event, stored)
            if event.elsewhere:
                # The answer appears in the chat with the bot.
                answer = {"response_type": "ephemeral", "text": phrase("slack.answered_in_chat")}
        return BoltResponse(status=200, body=dict(answer or CLOSED) or "")
