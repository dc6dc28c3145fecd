"""Assembles the Slack app of one workspace, which receives events over Socket Mode or HTTP."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from fastapi import Request, Response
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.inbound.after_reply import ImmediateDelivery
from remembrancer.bot.inbound.event_recorder import EventRecorder
from remembrancer.bot.inbound.worker import Worker
from remembrancer.bot.platform.account_matcher import AccountMatcher
from remembrancer.bot.platform.base import Handler, Job
from remembrancer.bot.platform.http_body import read_body
from remembrancer.bot.slack.directory import match
from remembrancer.bot.slack.inbound.dispatch import SlackDispatcher
from remembrancer.bot.slack.inbound.event_handler import SlackEventHandler
from remembrancer.bot.slack.inbound.receiver import Identity, IdentityUnknownError, Receiver
from remembrancer.bot.slack.inbound.socket import Socket
from remembrancer.bot.slack.manifest import PATH
from remembrancer.bot.slack.outbound.home_publisher import HomePublisher
from remembrancer.bot.slack.outbound.transport import PLATFORM, SlackTransport
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.settings import Settings

log = structlog.get_logger()
TIMEOUT = 10  # seconds that Slack has for an answer


class SlackApp:
    """The Slack app. It is built before there is an event loop, and runs from start() to stop() in one loop.

    `transports` deliver what is due at once after an event, this workspace's own among them.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        transport: SlackTransport,
        transports: Mapping[str, Transport],
        clock: Clock,
    ) -> None:
        self._settings, self._engine, self._clock, self._web = settings, engine, clock, transport.web
        self._delivery = ImmediateDelivery(engine, transports, clock, timedelta(seconds=settings.lease_seconds))
        self._matcher = AccountMatcher(engine, PLATFORM, partial(match, engine, transport.web), clock)
        self._socket: Socket | None = None

    @property
    def routes(self) -> Mapping[str, Handler]:
        return {PATH: self.events} if self._settings.slack_signing_secret else {}

    @property
    def jobs(self) -> Sequence[Job]:
        return self._matcher.jobs(self._settings.look_seconds)

    def not_looked_up(self, session: Session) -> set[int]:
        return self._matcher.not_looked_up(session)

    async def start(self) -> None:
        """Start to receive events, and handle those that are left from before."""
        settings, engine, clock = self._settings, self._engine, self._clock
        self._session = aiohttp.ClientSession()
        # A retry by a client itself could do a write twice.
        options: dict[str, Any] = {
            "base_url": settings.slack_api_url,
            "timeout": TIMEOUT,
            "session": self._session,
            "retry_handlers": [],
        }
        client = AsyncWebClient(settings.slack_bot_token, **options)
        identity = Identity(client)

        async def authorize() -> AuthorizeResult:
            return await identity.get()

        self._homes = HomePublisher(engine, client, clock)
        handler = SlackEventHandler(
            SlackDispatcher(engine, clock),
            clock,
            client,
            self._web,
            self._on_acted,
            self._homes.note_opened,
        )
        self._worker = Worker(engine, PLATFORM, handler.handle, handler.give_up, clock)
        self._recorder = EventRecorder(engine, PLATFORM, clock, self._worker.wake, handler.submissions, handler.submit)
        self.bolt = AsyncApp(
            name="remembrancer",
            # Bolt's own client has no token: with one it would call auth.test at every request.
            client=AsyncWebClient(**options),
            signing_secret=settings.slack_signing_secret,
            authorize=authorize,
        )
        self.bolt.middleware(Receiver(identity, self._recorder))
        for each in (self._delivery, self._homes.task, self._worker, self._matcher):
            each.start()
        await _log_identity(identity)
        if settings.slack_app_token:
            self._socket = Socket(self.bolt, settings.slack_app_token)
            self._socket.start()

    async def stop(self) -> None:
        """Receive no more events, finish those that were received, and release all resources."""
        if self._socket is not None:
            await self._socket.stop()
        await self._recorder.stop()
        await self._worker.stop()
        await self._delivery.stop()
        await self._homes.task.stop()
        await asyncio.to_thread(self._matcher.stop)
        await self._session.close()

    async def events(self, request: Request) -> Response:
        """Handle a request that Slack sends over HTTP; what Slack has not signed is neither parsed nor read far."""
        if "x-slack-signature" not in request.headers:
            return Response(status_code=401)
        body = await read_body(request)
        if body is None:
            return Response(status_code=413)
        try:
            signatures = SignatureVerifier(self._settings.slack_signing_secret)
            is_signed = signatures.is_valid_request(body, dict(request.headers))
        except (ValueError, TypeError):  # bytes that are no text, a time that is no number, other letters
            return Response(status_code=400)
        if not is_signed:
            return Response(status_code=401)
        return to_starlette_response(await self.bolt.async_dispatch(to_async_bolt_request(request, body)))

    async def status(self) -> str:
        """Return 'stopped' where Slack refuses all calls, 'listening' over HTTP, or the state of the socket."""
        if self._web.stopped is not None:
            return "stopped"
        if self._socket is None:
            return "listening"
        return "connected" if await self._socket.is_connected() else "not connected"

    def _on_acted(self, person_id: int) -> None:
        self._delivery.request()
        self._homes.request(person_id)


async def _log_identity(identity: Identity) -> None:
    try:
        known = await identity.get()
    except (IdentityUnknownError, aiohttp.ClientError, OSError) as error:
        log.error("slack not reached", reason=str(error))
    else:
        log.info("slack", team=known.team, url=known.url)
