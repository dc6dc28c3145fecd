"""What follows at once when somebody did something: replies go out, and cards that show it are brought up to date."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Engine

from remembrancer.bot.inbound.coalesced_task import Round
from remembrancer.clock import Clock
from remembrancer.scheduler.message_kinds import CARD_SOURCES, recheck
from remembrancer.scheduler.outbox.card_updates import refresh_cards
from remembrancer.scheduler.outbox.deliver import Way, deliver_due
from remembrancer.scheduler.outbox.transport import Transport


class AfterActs:
    """From start() to stop(), in one loop. `lease`: how long a message being sent is left alone by others."""

    def __init__(self, engine: Engine, transports: Mapping[str, Transport], clock: Clock, lease: timedelta) -> None:
        self._engine, self._transports, self._clock, self._lease = engine, transports, clock, lease
        self._rounds = (Round("deliver", self._delivered), Round("refresh", self._refreshed))

    def start(self) -> None:
        for each in self._rounds:
            each.start()

    def ask(self) -> None:
        """Somebody did something."""
        for each in self._rounds:
            each.ask()

    async def stop(self) -> None:
        """What was asked for is still done."""
        for each in self._rounds:
            await each.stop()

    async def _delivered(self) -> None:
        await asyncio.to_thread(self._deliver_replies)

    def _deliver_replies(self) -> None:
        """Only what answers somebody: all else is for the look, however much of it waits."""
        deliver_due(self._engine, self._transports, recheck, self._clock.now(), Way(self._lease), paused=True)

    async def _refreshed(self) -> None:
        await asyncio.to_thread(self._refresh_cards)

    def _refresh_cards(self) -> None:
        now = self._clock.now()
        refresh_cards(self._engine, self._transports, CARD_SOURCES, now)
