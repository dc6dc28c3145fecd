"""Assembles the Teams app of one tenant, which receives activities over HTTP."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.inbound.after_reply import ImmediateDelivery
from remembrancer.bot.inbound.event_recorder import EventRecorder
from remembrancer.bot.inbound.worker import Worker
from remembrancer.bot.platform.account_matcher import AccountMatcher
from remembrancer.bot.platform.base import Handler, Job
from remembrancer.bot.teams.app_installation import match
from remembrancer.bot.teams.clients import Clients
from remembrancer.bot.teams.directory import Directory
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.dispatch import TeamsDispatcher
from remembrancer.bot.teams.inbound.endpoint import PATH, Endpoint
from remembrancer.bot.teams.inbound.event_handler import TeamsEventHandler
from remembrancer.bot.teams.inbound.receiver import Receiver
from remembrancer.bot.teams.outbound.transport import TeamsTransport
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import Transport
from remembrancer.settings import Settings

if TYPE_CHECKING:
    from microsoft_teams.api.auth.cloud_environment import CloudEnvironment


class TeamsApp:
    """The Teams app. It is built before there is an event loop, and runs from start() to stop() in one loop.

    `transports` deliver what is due at once after an event; this app's own is added to them. `clients` are started and
    stopped with the app. `playground`: Microsoft's local Teams is accepted without a token. Raises SetUpError where the
    settings contradict each other.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clients: Clients,
        transports: dict[str, Transport],
        clock: Clock,
        playground: bool = False,
        cloud: "CloudEnvironment | None" = None,
    ) -> None:
        self._clients, self._look_seconds = clients, settings.look_seconds
        connector, graph = clients.connector, clients.graph
        self._matcher = (
            AccountMatcher(engine, PLATFORM, partial(match, engine, graph), clock) if graph is not None else None
        )
        self.transport = TeamsTransport(connector)
        transports[PLATFORM] = self.transport
        self._delivery = ImmediateDelivery(engine, transports, clock, timedelta(seconds=settings.lease_seconds))
        dispatcher = TeamsDispatcher(engine, clock)
        handler = TeamsEventHandler(
            dispatcher, connector, Directory(engine, connector, clock), clock, self._delivery.request
        )
        self._worker = Worker(engine, PLATFORM, handler.handle, handler.give_up, clock)
        self._recorder = EventRecorder(engine, PLATFORM, clock, self._worker.wake, handler.submissions, handler.submit)
        self._receiver = Receiver(self._recorder)
        self._endpoint = Endpoint(settings, self._receiver, playground, cloud)

    @property
    def routes(self) -> Mapping[str, Handler]:
        return {PATH: self._endpoint.messages}

    @property
    def jobs(self) -> Sequence[Job]:
        return self._matcher.jobs(self._look_seconds) if self._matcher is not None else ()

    def not_looked_up(self, session: Session) -> set[int]:
        """Return nobody where the app may not be installed for people: they are linked when they get it."""
        return self._matcher.not_looked_up(session) if self._matcher is not None else set()

    async def start(self) -> None:
        """Start to receive activities, and handle those that are left from before."""
        self._clients.start()
        if self._matcher is not None:
            self._matcher.start()
        self._delivery.start()
        self._worker.start()

    async def stop(self) -> None:
        """Receive no more activities, finish those that were received, and release all resources."""
        await asyncio.to_thread(self._endpoint.stop)
        await self._recorder.stop()
        await self._worker.stop()
        await self._delivery.stop()
        if self._matcher is not None:
            await asyncio.to_thread(self._matcher.stop)
        await asyncio.to_thread(self._clients.stop)

    async def status(self) -> str:
        """Return 'stopped' where Teams refuses all calls; otherwise 'listening'."""
        return "stopped" if self._clients.connector.stopped is not None else "listening"
