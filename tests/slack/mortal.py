"""The service in Slack, which may be killed between any two steps."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.app import SlackApp
from remembrancer.bot.slack.outbound.rate_limits import SlackRateLimiter
from remembrancer.bot.slack.outbound.transport import PLATFORM, SlackTransport
from remembrancer.scheduler.outbox.deliver import DeliveryOptions
from remembrancer.scheduler.tick import tick
from tests.slack.hosting import Hosted, settings_for, until
from tests.slack.strict import Slack
from tests.storm.life import KilledError, Life, StormClock, mortal_engine

PING = 0.25  # seconds of the machine's time


class MortalPace(SlackRateLimiter):
    """Through which all that is sent goes."""

    def __init__(self, life: Life, clock: StormClock) -> None:
        super().__init__(clock=clock.seconds, sleep=clock.sleep)
        self._life = life

    @contextmanager
    def acquire(self, name: str, within: str = "", patience: float = 3.0) -> Iterator[None]:
        self._life.go_on()
        with super().acquire(name, within, patience):
            yield


class SlackProcess(Hosted):
    """The service, from its start to its end: the app, and the looks."""

    def __init__(self, slack: Slack, way: str, file: Path, clock: StormClock) -> None:
        self.life, self.clock = Life(), clock
        self.engine = mortal_engine(file, self.life)
        settings = settings_for(slack, way)
        transport = SlackTransport(SlackWebApi(settings, MortalPace(self.life, clock), clock.seconds))
        self.transports = {PLATFORM: transport}
        super().__init__(SlackApp(settings, self.engine, transport, self.transports, clock), slack, way)

    async def begin(self) -> None:
        await super().begin()
        if self.app._socket is not None:
            # A socket that was cut is seen after so long.
            self.app._socket._handler.client.ping_interval = PING

    def look(self, together: int) -> None:
        try:
            tick(self.engine, self.transports, self.clock.now(), DeliveryOptions(together=together))
        except KilledError:
            assert self.life.is_over

    def wake(self) -> None:
        """As the worker does by itself every few seconds."""
        self.loop.call_soon_threadsafe(self.app._worker.wake)

    def rest(self) -> None:
        """Until it has done all that it was asked for, or is dead."""
        until(lambda: self.life.is_over or self.call(_is_idle(self.app)), lambda: "the app is still at work", 60)

    def end(self) -> None:
        """Stop, or clear away what is left of a process that was killed."""
        if self.life.is_over:
            self.call(self.app._session.close())
        self.__exit__(None, None, None)
        self.engine.dispose()


async def _is_idle(app: SlackApp) -> bool:
    await asyncio.sleep(0)
    tasks = (*app._worker._tasks._running, *app._recorder._tasks._running)
    rounds = (*app._delivery._tasks, app._homes.task)
    asked = any(each._is_requested for each in rounds)
    return not tasks and not asked and all(map(_waits, (app._worker, *rounds)))


def _waits(work: Any) -> bool:
    return bool(work._wake_up._waiters) and not work._wake_up.is_set()
