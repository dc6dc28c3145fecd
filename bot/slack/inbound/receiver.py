"""Records what Slack sends and acknowledges it; only a submission waits for its outcome.

This is a global middleware: an exception here becomes status 500, or leaves a socket's envelope unanswered, and Slack
delivers again. Bolt acknowledges before it runs a listener, so an event that a listener loses would be lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from sqlalchemy import Engine

from remembrancer.bot.inbound.batch_writer import BatchWriter
from remembrancer.bot.inbound.inbox import NewEvent
from remembrancer.bot.inbound.pending_submissions import Response, wait_for_outcome
from remembrancer.bot.inbound.worker import Tasks, Worker
from remembrancer.bot.slack.identity import Identity
from remembrancer.bot.slack.inbound.event_handler import EventHandler
from remembrancer.bot.slack.inbound.events import Event, parse, team_of
from remembrancer.bot.slack.inbound.submission_responses import CLOSED, PATIENCE
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import Clock
from remembrancer.wording import say

log = structlog.get_logger()
SECRETS = frozenset({"token"})
"""Keys of a payload that are not stored."""


class Receiver(AsyncMiddleware):
    """Bolt middleware that records events in the inbox."""

    def __init__(
        self, engine: Engine, identity: Identity, event_handler: EventHandler, worker: Worker, clock: Clock
    ) -> None:
        self._identity, self._event_handler, self._clock = identity, event_handler, clock
        self._batch_writer = BatchWriter(engine, PLATFORM, worker.wake)
        self._tasks = Tasks()

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
        if event.kind == "submit":
            return _bolt_response(await self._submit(event, body))
        await self._record(event, body)
        return _bolt_response(_immediate_answer(event))

    async def _record(self, event: Event, body: Mapping[str, Any]) -> bool:
        """Record the event and return whether it is new."""
        stored = {key: value for key, value in body.items() if key not in SECRETS}
        return await self._batch_writer.record(NewEvent(event.key, stored, self._clock.now(), event.lane))

    async def _submit(self, event: Event, body: Mapping[str, Any]) -> Response:
        """Return the outcome of a submission if it is known in time; a repeated delivery is handled again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        future = self._event_handler.submissions.expect(event.key)
        try:
            if not await self._record(event, body):
                self._tasks.start(self._submit_again(event))
            answer = await wait_for_outcome(future, max(0.0, until - loop.time()))
        finally:
            self._event_handler.submissions.forget(event.key, future)
        return CLOSED if answer is None else answer

    async def _submit_again(self, event: Event) -> None:
        try:
            await self._event_handler.submit(event)
        except Exception:  # the edge: the form stays open, and the worker handles the recorded event
            log.exception("submission not handled", key=event.key)

    async def stop(self) -> None:
        await self._tasks.drain()
        await self._batch_writer.stop()


def _immediate_answer(event: Event) -> Response:
    """Return what a person sees where they typed a command, if the answer appears elsewhere."""
    if not event.elsewhere:
        return {}
    return {"response_type": "ephemeral", "text": say("slack.answered_in_chat")}


def _bolt_response(answer: Response) -> BoltResponse:
    return BoltResponse(status=200, body=dict(answer) or "")
