"""Handles each event of a platform's inbox once; a platform's own class shows what must appear at once."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Generic, TypeVar

import structlog

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.dispatch import Dispatcher, Outcome, PlatformEvent
from remembrancer.bot.inbound.event_recorder import PendingSubmissions
from remembrancer.bot.inbound.inbox import LeasedEvent, NewEvent
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.clock import Clock

log = structlog.get_logger()
Body = Mapping[str, Any]
E = TypeVar("E", bound=PlatformEvent)


class EventHandler(ABC, Generic[E]):
    """Handles the events of one platform. `on_acted` is called with the person after each of their events.

    `parse`: parses a stored event, None where it is not handled; `stranger_note`: builds our own event that an unknown
    user did something, once a day, None where they get no answer.
    """

    _handlers: Mapping[str, Callable[[E], Awaitable[None]]]
    """The handlers by the kind of event."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        on_acted: Callable[[int], None],
        parse: Callable[[Body], E | None],
        stranger_note: Callable[[E, date], Body | None],
    ) -> None:
        self._dispatcher, self._clock, self._on_acted = dispatcher, clock, on_acted
        self._parse, self._stranger_note = parse, stranger_note
        self.submissions = PendingSubmissions()

    @abstractmethod
    async def submit(self, event: E) -> None:
        """Answer the requests that wait for the outcome of a submitted form."""

    @abstractmethod
    async def show_form(self, form: OpenedForm, event: E) -> None:
        """Show a form at once."""

    async def handle(self, leased: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        event = self._parse(leased.body)
        if event is not None:
            await self._handlers[event.kind](event)

    async def give_up(self, leased: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        event = self._parse(leased.body)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event) if event else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.report_failure, leased.key, person_id)
            self._on_acted(person_id)

    async def _handle_text(self, event: E) -> None:
        await self._show_outcome(event, await asyncio.to_thread(self._dispatcher.handle_text, event))

    async def _handle_press(self, event: E) -> None:
        await self._show_outcome(event, await asyncio.to_thread(self._dispatcher.handle_press, event))

    async def _show_outcome(self, event: E, outcome: Outcome | None) -> None:
        if outcome is None:
            await self._record_stranger(event)
            return
        if outcome.form is not None:
            await self.show_form(outcome.form, event)
        self._on_acted(outcome.person_id)

    async def _record_stranger(self, event: E) -> None:
        """Record a stranger once a day, so that they get one answer however much they do."""
        log.warning("somebody unknown", user=event.user, kind=event.kind)
        now = self._clock.now()
        note = self._stranger_note(event, now.date())
        note_event = self._parse(note) if note else None
        if note and note_event and event.user:
            new_event = NewEvent(note_event.key, note, now, note_event.lane)
            await asyncio.to_thread(inbox.record, self._dispatcher.engine, self._dispatcher.platform, [new_event])
