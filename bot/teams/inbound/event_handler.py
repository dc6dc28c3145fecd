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
    """Handles Teams' events. `acted` is called after each event that somebody caused."""

    def __init__(
        self,
        turns: TeamsDispatcher,
        connector: Connector,
        directory: Directory,
        clock: Clock,
        acted: Callable[[], None],
    ) -> None:
        self._dispatcher, self._connector, self._directory, self._clock = turns, connector, directory, clock
        self._on_acted = acted
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

    async def handle(self, kept: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        heard = parse(kept.body)
        if heard is not None:
            if heard.kind in PERSON_EVENTS:
                await asyncio.to_thread(self._directory.note_activity, kept.body)
            await self._handlers[heard.kind](heard, kept.body)

    async def give_up(self, kept: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        heard = parse(kept.body)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, heard) if heard else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.report_failure, kept.key, person_id)
            self._on_acted()

    async def handle_again(self, heard: Event) -> None:
        """Handle a repeated delivery again, for the request that waits for its answer."""
        if heard.kind == "page":
            await self._handle_page(heard, {})

    async def _handle_text(self, heard: Event, told: Activity) -> None:
        await self._show_outcome(heard, told, await asyncio.to_thread(self._dispatcher.handle_text, heard))

    async def _handle_press(self, heard: Event, told: Activity) -> None:
        await self._show_outcome(heard, told, await asyncio.to_thread(self._dispatcher.handle_press, heard))

    async def _show_outcome(self, heard: Event, told: Activity, turn: Outcome | None) -> None:
        if turn is None:
            await self._record_stranger(heard, told)
            return
        if turn.form is not None:
            await asyncio.to_thread(self._show, turn.form)
        self._on_acted()

    def _show(self, form: OpenedForm) -> None:
        """Post the form as the newest message of the person's chat, wherever they asked for it."""
        where = self._dispatcher.chat_of(form.person_id)
        self._dispatcher.set_message(
            form, self._connector.post(where, card_activity(card_of(form), summary_of(form.form, form.page)))
        )

    async def _handle_page(self, heard: Event, told: Activity) -> None:
        """Answer a press on a form's page with the card that replaces it, and update the message in the chat.

        The message is updated first: a later update would delete what they began to type on the new page.
        """
        with self.submissions.answering(heard.key, text_response(say("chat.try_again"))) as answering:
            turn = await asyncio.to_thread(self._dispatcher.handle_page, heard)
            replacing = asyncio.create_task(self._replace_in_thread(heard, turn))
            await asyncio.wait([replacing], timeout=UPDATE_SECONDS)
            answering(card_response(turn.answer) if turn and turn.answer else text_response(say("teams.heard")))
        await replacing
        if turn is None:
            await self._record_stranger(heard, told)
        else:
            self._on_acted()

    async def _replace_in_thread(self, heard: Event, turn: Outcome | None) -> None:
        if turn is not None:
            await asyncio.to_thread(self._replace, heard, turn)

    def _replace(self, heard: Event, turn: Outcome) -> None:
        """Update the message for the person's other devices; after a failure these show the old page until used."""
        if turn.answer is None or heard.about is None:
            return
        where = heard.conversation or self._dispatcher.chat_of(turn.person_id)
        summary = summary_of(turn.form.form, turn.form.page) if turn.form else str(turn.answer["fallbackText"])
        try:
            self._connector.update(where, heard.about, card_activity(dict(turn.answer), summary))
        except SendError as error:
            log.warning("form not updated", key=heard.key, trouble=error.trouble, reason=error.reason)

    async def _handle_installed(self, heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.installed, told)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, heard) if heard.conversation else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.welcome, person_id)
        elif heard.conversation:
            await self._record_stranger(heard, told)
        self._on_acted()

    async def _handle_removed(self, _heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.removed, told)

    async def _handle_channel(self, _heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.channel_changed, told)

    async def _record_stranger(self, heard: Event, told: Activity) -> None:
        """Record a stranger once a day, so that they get one answer however much they do; never where others read."""
        log.warning("somebody unknown", user=heard.user, kind=heard.kind)
        if heard.elsewhere or not told:
            return
        now = self._clock.now()
        note = stranger_note(told, now.date())
        named = parse(note)
        if named is not None and heard.user:
            delivered = NewEvent(named.key, note, now, named.lane)
            await asyncio.to_thread(inbox.record, self._dispatcher.engine, PLATFORM, [delivered])

    async def _answer_stranger(self, heard: Event, _told: Activity) -> None:
        words = say("teams.stranger")
        await asyncio.to_thread(self._connector.post, heard.conversation, card_activity(closed_card(words), words))
