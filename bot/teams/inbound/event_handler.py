"""Handles Teams' events, and shows in Teams what must appear at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from remembrancer.bot.inbound.dispatch import Outcome
from remembrancer.bot.inbound.event_handler import EventHandler
from remembrancer.bot.inbound.inbox import LeasedEvent
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.teams.connector import Connector
from remembrancer.bot.teams.directory import Directory
from remembrancer.bot.teams.forms.form_cards import closed_card, summary_of
from remembrancer.bot.teams.inbound.dispatch import TeamsDispatcher, card_of
from remembrancer.bot.teams.inbound.events import Event, parse, stranger_note
from remembrancer.bot.teams.inbound.receiver import card_response, text_response
from remembrancer.bot.teams.outbound.card import card_activity
from remembrancer.bot.teams.outbound.transport import Addresses
from remembrancer.clock import Clock
from remembrancer.scheduler.outbox.transport import SendError
from remembrancer.wording import phrase

log = structlog.get_logger()
UPDATE_SECONDS = 2.0
"""Seconds that the update of a form's message in the chat may take before the waiting press is answered."""
PERSON_EVENTS = frozenset({"text", "press", "page"})
"""The kinds of event that people cause; the other kinds' handlers store the conversation themselves."""


class TeamsEventHandler(EventHandler[Event]):
    """Handles Teams' events."""

    _dispatcher: TeamsDispatcher

    def __init__(
        self,
        dispatcher: TeamsDispatcher,
        connector: Connector,
        directory: Directory,
        clock: Clock,
        on_acted: Callable[[], None],
    ) -> None:
        super().__init__(dispatcher, clock, lambda _person_id: on_acted(), parse, stranger_note)
        self._connector, self._directory, self._addresses = connector, directory, Addresses(connector)
        self._handlers = {
            "text": self._handle_text,
            "press": self._handle_press,
            "page": self.submit,
            "installed": self._handle_installed,
            "removed": self._handle_removed,
            "channel": self._handle_channel,
            "stranger": self._answer_stranger,
        }

    async def handle(self, leased: LeasedEvent) -> None:
        event = parse(leased.body)
        if event is not None and event.kind in PERSON_EVENTS:
            await asyncio.to_thread(self._directory.note_activity, leased.body)
        await super().handle(leased)

    async def show_form(self, form: OpenedForm, event: Event) -> None:
        """Post the form as the newest message of the person's chat, wherever they asked for it."""
        await asyncio.to_thread(self._post_form, form)

    def _post_form(self, form: OpenedForm) -> None:
        chat = self._addresses.of(self._dispatcher.chat_of(form.person_id))
        posted = self._connector.post(chat, card_activity(card_of(form), summary_of(form.form, form.page)))
        self._dispatcher.save(replace(form, view=posted))

    async def submit(self, event: Event) -> None:
        """Answer a press on a form's page with the card that replaces it, and update the message in the chat.

        The message is updated first: a later update would delete what they began to type on the new page.
        """
        with self.submissions.answering(event.key, text_response(phrase("chat.try_again"))) as answering:
            outcome = await asyncio.to_thread(self._dispatcher.handle_page, event)
            replacing = asyncio.create_task(asyncio.to_thread(self._replace, event, outcome))
            await asyncio.wait([replacing], timeout=UPDATE_SECONDS)
            answering(
                card_response(outcome.answer) if outcome and outcome.answer else text_response(phrase("teams.heard"))
            )
        await replacing
        if outcome is None:
            await self._record_stranger(event)
        else:
            self._on_acted(outcome.person_id)

    def _replace(self, event: Event, outcome: Outcome | None) -> None:
        """Update the message for the person's other devices; after a failure these show the old page until used."""
        if outcome is None or outcome.answer is None or event.about is None:
            return
        where = event.conversation or self._addresses.of(self._dispatcher.chat_of(outcome.person_id))
        summary = (
            summary_of(outcome.form.form, outcome.form.page) if outcome.form else str(outcome.answer["fallbackText"])
        )
        try:
            self._connector.update(where, event.about, card_activity(dict(outcome.answer), summary))
        except SendError as error:
            log.warning("form not updated", key=event.key, trouble=error.trouble, reason=error.reason)

    async def _handle_installed(self, event: Event) -> None:
        await asyncio.to_thread(self._directory.installed, event.activity)
        if not event.conversation:
            return
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event)
        if person_id is None:
            await self._record_stranger(event)
            return
        await asyncio.to_thread(self._dispatcher.welcome, person_id)
        self._on_acted(person_id)

    async def _handle_removed(self, event: Event) -> None:
        await asyncio.to_thread(self._directory.removed, event.activity)

    async def _handle_channel(self, event: Event) -> None:
        await asyncio.to_thread(self._directory.channel_changed, event.activity)

    async def _answer_stranger(self, event: Event) -> None:
        text = phrase("teams.stranger")
        await asyncio.to_thread(self._connector.post, event.conversation, card_activity(closed_card(text), text))
