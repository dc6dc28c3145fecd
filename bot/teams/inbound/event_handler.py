"""Handles each event of the inbox once, and shows in Teams what must appear at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.dispatch import Outcome
from remembrancer.bot.inbound.inbox import LeasedEvent, NewEvent
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.inbound.pending_submissions import PendingSubmissions
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.directory import Directory
from remembrancer.bot.teams.forms.form_cards import closed_card, summary_of
from remembrancer.bot.teams.inbound.activity_source import PLATFORM
from remembrancer.bot.teams.inbound.dispatch import TeamsDispatcher, card_of
from remembrancer.bot.teams.inbound.events import Event, parse, stranger_note
from remembrancer.bot.teams.inbound.invoke_responses import card_response, text_response
from remembrancer.bot.teams.outbound.card import card_activity
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import SendError
from remembrancer.wording import say

log = structlog.get_logger()
UPDATE_SECONDS = 2.0
"""Seconds that the update of a form's message in the chat may take before the waiting press is answered."""
Activity = Mapping[str, Any]
PERSON_EVENTS = frozenset({"text", "press", "page"})
"""The kinds of event that people cause; the other kinds' handlers store the conversation themselves."""


class EventHandler:
    """Handles Teams' events. `on_acted` is called after each event that somebody caused."""

    def __init__(
        self,
        dispatcher: TeamsDispatcher,
        connector: Connector,
        directory: Directory,
        clock: Clock,
        on_acted: Callable[[], None],
    ) -> None:
        self._dispatcher, self._connector, self._directory, self._clock = dispatcher, connector, directory, clock
        self._on_acted = on_acted
        self.submissions = PendingSubmissions()
        self._handlers: Mapping[str, Callable[[Event, Activity], Awaitable[None]]] = {
            "text": self._handle_text,
            "press": self._handle_press,
            "page": self._handle_page,
            "installed": self._handle_installed,
            "removed": self._handle_removed,
            "channel": self._handle_channel,
            "stranger": self._answer_stranger,
        }

    async def handle(self, leased: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        event = parse(leased.body)
        if event is not None:
            if event.kind in PERSON_EVENTS:
                await asyncio.to_thread(self._directory.note_activity, leased.body)
            await self._handlers[event.kind](event, leased.body)

    async def give_up(self, leased: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        event = parse(leased.body)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event) if event else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.report_failure, leased.key, person_id)
            self._on_acted()

    async def handle_again(self, event: Event) -> None:
        """Handle a repeated delivery again, for the request that waits for its answer."""
        if event.kind == "page":
            await self._handle_page(event, {})

    async def _handle_text(self, event: Event, activity: Activity) -> None:
        await self._show_outcome(event, activity, await asyncio.to_thread(self._dispatcher.handle_text, event))

    async def _handle_press(self, event: Event, activity: Activity) -> None:
        await self._show_outcome(event, activity, await asyncio.to_thread(self._dispatcher.handle_press, event))

    async def _show_outcome(self, event: Event, activity: Activity, outcome: Outcome | None) -> None:
        if outcome is None:
            await self._record_stranger(event, activity)
            return
        if outcome.form is not None:
            await asyncio.to_thread(self._show, outcome.form)
        self._on_acted()

    def _show(self, form: OpenedForm) -> None:
        """Post the form as the newest message of the person's chat, wherever they asked for it."""
        where = self._dispatcher.chat_of(form.person_id)
        self._dispatcher.set_message(
            form, self._connector.post(where, card_activity(card_of(form), summary_of(form.form, form.page)))
        )

    async def _handle_page(self, event: Event, activity: Activity) -> None:
        """Answer a press on a form's page with the card that replaces it, and update the message in the chat.

        The message is updated first: a later update would delete what they began to type on the new page.
        """
        with self.submissions.answering(event.key, text_response(say("chat.try_again"))) as answering:
            outcome = await asyncio.to_thread(self._dispatcher.handle_page, event)
            replacing = asyncio.create_task(self._replace_in_thread(event, outcome))
            await asyncio.wait([replacing], timeout=UPDATE_SECONDS)
            answering(
                card_response(outcome.answer) if outcome and outcome.answer else text_response(say("teams.heard"))
            )
        await replacing
        if outcome is None:
            await self._record_stranger(event, activity)
        else:
            self._on_acted()

    async def _replace_in_thread(self, event: Event, outcome: Outcome | None) -> None:
        if outcome is not None:
            await asyncio.to_thread(self._replace, event, outcome)

    def _replace(self, event: Event, outcome: Outcome) -> None:
        """Update the message for the person's other devices; after a failure these show the old page until used."""
        if outcome.answer is None or event.about is None:
            return
        where = event.conversation or self._dispatcher.chat_of(outcome.person_id)
        summary = (
            summary_of(outcome.form.form, outcome.form.page) if outcome.form else str(outcome.answer["fallbackText"])
        )
        try:
            self._connector.update(where, event.about, card_activity(dict(outcome.answer), summary))
        except SendError as error:
            log.warning("form not updated", key=event.key, trouble=error.trouble, reason=error.reason)

    async def _handle_installed(self, event: Event, activity: Activity) -> None:
        await asyncio.to_thread(self._directory.installed, activity)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event) if event.conversation else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.welcome, person_id)
        elif event.conversation:
            await self._record_stranger(event, activity)
        self._on_acted()

    async def _handle_removed(self, _event: Event, activity: Activity) -> None:
        await asyncio.to_thread(self._directory.removed, activity)

    async def _handle_channel(self, _event: Event, activity: Activity) -> None:
        await asyncio.to_thread(self._directory.channel_changed, activity)

    async def _record_stranger(self, event: Event, activity: Activity) -> None:
        """Record a stranger once a day, so that they get one answer however much they do; never where others read."""
        log.warning("somebody unknown", user=event.user, kind=event.kind)
        if event.elsewhere or not activity:
            return
        now = self._clock.now()
        note = stranger_note(activity, now.date())
        note_event = parse(note)
        if note_event is not None and event.user:
            new_event = NewEvent(note_event.key, note, now, note_event.lane)
            await asyncio.to_thread(inbox.record, self._dispatcher.engine, PLATFORM, [new_event])

    async def _answer_stranger(self, event: Event, _activity: Activity) -> None:
        text = say("teams.stranger")
        await asyncio.to_thread(self._connector.post, event.conversation, card_activity(closed_card(text), text))
