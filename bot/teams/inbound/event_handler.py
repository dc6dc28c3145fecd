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
        self._turns, self._connector, self._directory, self._clock = turns, connector, directory, clock
        self._acted = acted
        self.submissions = PendingSubmissions()
        self._handlers: Mapping[str, Callable[[Event, Activity], Awaitable[None]]] = {
            "text": self._text,
            "press": self._press,
            "page": self._page,
            "installed": self._installed,
            "removed": self._removed,
            "channel": self._channel,
            "stranger": self._stranger,
        }

    async def handle(self, kept: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        heard = parse(kept.body)
        if heard is not None:
            if heard.kind in PERSON_EVENTS:
                await asyncio.to_thread(self._directory.met, kept.body)
            await self._handlers[heard.kind](heard, kept.body)

    async def give_up(self, kept: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        heard = parse(kept.body)
        person_id = await asyncio.to_thread(self._turns.who, heard) if heard else None
        if person_id is not None:
            await asyncio.to_thread(self._turns.sorry, kept.key, person_id)
            self._acted()

    async def again(self, heard: Event) -> None:
        """Handle a repeated delivery again, for the request that waits for its answer."""
        if heard.kind == "page":
            await self._page(heard, {})

    async def _text(self, heard: Event, told: Activity) -> None:
        await self._after(heard, told, await asyncio.to_thread(self._turns.said, heard))

    async def _press(self, heard: Event, told: Activity) -> None:
        await self._after(heard, told, await asyncio.to_thread(self._turns.pressed, heard))

    async def _after(self, heard: Event, told: Activity, turn: Outcome | None) -> None:
        if turn is None:
            await self._met_stranger(heard, told)
            return
        if turn.form is not None:
            await asyncio.to_thread(self._show, turn.form)
        self._acted()

    def _show(self, form: OpenedForm) -> None:
        """Post the form as the newest message of the person's chat, wherever they asked for it."""
        where = self._turns.where(form.person_id)
        self._turns.shown(
            form, self._connector.post(where, card_activity(card_of(form), summary_of(form.form, form.page)))
        )

    async def _page(self, heard: Event, told: Activity) -> None:
        """Answer a press on a form's page with the card that replaces it, and update the message in the chat.

        The message is updated first: a later update would delete what they began to type on the new page.
        """
        with self.submissions.answering(heard.key, text_response(say("chat.try_again"))) as answering:
            turn = await asyncio.to_thread(self._turns.turned, heard)
            replacing = asyncio.create_task(self._replaced(heard, turn))
            await asyncio.wait([replacing], timeout=UPDATE_SECONDS)
            answering(card_response(turn.answer) if turn and turn.answer else text_response(say("teams.heard")))
        await replacing
        if turn is None:
            await self._met_stranger(heard, told)
        else:
            self._acted()

    async def _replaced(self, heard: Event, turn: Outcome | None) -> None:
        if turn is not None:
            await asyncio.to_thread(self._replace, heard, turn)

    def _replace(self, heard: Event, turn: Outcome) -> None:
        """Update the message for the person's other devices; after a failure these show the old page until used."""
        if turn.answer is None or heard.about is None:
            return
        where = heard.conversation or self._turns.where(turn.person_id)
        summary = summary_of(turn.form.form, turn.form.page) if turn.form else str(turn.answer["fallbackText"])
        try:
            self._connector.update(where, heard.about, card_activity(dict(turn.answer), summary))
        except SendError as error:
            log.warning("form not updated", key=heard.key, trouble=error.trouble, reason=error.reason)

    async def _installed(self, heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.installed, told)
        person_id = await asyncio.to_thread(self._turns.who, heard) if heard.conversation else None
        if person_id is not None:
            await asyncio.to_thread(self._turns.welcome, person_id)
        elif heard.conversation:
            await self._met_stranger(heard, told)
        self._acted()

    async def _removed(self, _heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.removed, told)

    async def _channel(self, _heard: Event, told: Activity) -> None:
        await asyncio.to_thread(self._directory.channel_changed, told)

    async def _met_stranger(self, heard: Event, told: Activity) -> None:
        """Record a stranger once a day, so that they get one answer however much they do; never where others read."""
        log.warning("somebody unknown", user=heard.user, kind=heard.kind)
        if heard.elsewhere or not told:
            return
        now = self._clock.now()
        note = stranger_note(told, now.date())
        named = parse(note)
        if named is not None and heard.user:
            delivered = NewEvent(named.key, note, now, named.lane)
            await asyncio.to_thread(inbox.record, self._turns.engine, PLATFORM, [delivered])

    async def _stranger(self, heard: Event, _told: Activity) -> None:
        words = say("teams.stranger")
        await asyncio.to_thread(self._connector.post, heard.conversation, card_activity(closed_card(words), words))
