"""Records what Slack sends and acknowledges it; only a submission waits for its outcome.

This is a global middleware: an exception here becomes status 500, or leaves a socket's envelope unanswered, and Slack
delivers again. Bolt acknowledges before it runs a listener, so an event that a listener loses would be lost.
"""

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from remembrancer.bot.inbound.event_recorder import EventRecorder, Response
from remembrancer.bot.slack.identity import Identity
from remembrancer.bot.slack.inbound.dispatch import CLOSED
from remembrancer.bot.slack.inbound.events import Event, parse, team_of
from remembrancer.wording import phrase

log = structlog.get_logger()
PATIENCE = 2.3
"""Seconds that an outcome may take: Slack waits for three, and the network takes some of them."""
SECRETS = frozenset({"token"})
"""Keys of a payload that are not stored."""


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
