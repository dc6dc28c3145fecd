"""Handles each event of the inbox once, and shows in Slack what must appear at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from remembrancer.bot.inbound import inbox
from remembrancer.bot.inbound.dispatch import Outcome
from remembrancer.bot.inbound.inbox import LeasedEvent, NewEvent
from remembrancer.bot.inbound.pending_submissions import PendingSubmissions
from remembrancer.bot.slack.forms.open_views import OpenViews
from remembrancer.bot.slack.inbound.dispatch import SlackDispatcher
from remembrancer.bot.slack.inbound.events import USER_EVENTS, Event, ends_installation, parse, stranger_note
from remembrancer.bot.slack.inbound.submission_responses import CLOSED, keep_open
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import Clock
from remembrancer.wording import say

log = structlog.get_logger()


class Directory(Protocol):
    """Follows changes of the workspace and its users."""

    def apply_user_event(self, session: Session, event: Mapping[str, Any], now: datetime) -> bool:
        """Apply a user event; return whether the user may match somebody."""

    def request_match(self) -> None:
        """Request a matching of everybody without an account."""

    def stop_sending(self, reason: str) -> None:
        """Stop sending, because the app was removed from the workspace."""


class EventHandler:
    """Handles Slack's events.

    `acted` is called with the person after each of their events; `opened_home` also with their home tab's state hash.
    """

    def __init__(
        self,
        turns: SlackDispatcher,
        client: AsyncWebClient,
        clock: Clock,
        directory: Directory,
        acted: Callable[[int], None],
        opened_home: Callable[[int, str], None],
    ) -> None:
        self._dispatcher, self._client, self._clock, self._directory = turns, client, clock, directory
        self._on_acted, self._on_home_opened = acted, opened_home
        self._views = OpenViews(turns.engine, client)
        self.submissions = PendingSubmissions()
        self._handlers: Mapping[str, Callable[[Event], Awaitable[None]]] = {
            "text": self._handle_text,
            "press": self._handle_press,
            "change": self._handle_change,
            "submit": self.submit,
            "closed": self._handle_closed,
            "home": self._handle_home,
            "directory": self._handle_workspace_change,
            "stranger": self._answer_stranger,
        }

    async def handle(self, kept: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        heard = parse(kept.body)
        if heard is not None:
            await self._handlers[heard.kind](heard)

    async def give_up(self, kept: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        heard = parse(kept.body)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, heard) if heard else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.report_failure, kept.key, person_id)
            self._on_acted(person_id)

    async def _handle_text(self, heard: Event) -> None:
        await self._show_outcome(heard, await asyncio.to_thread(self._dispatcher.handle_text, heard))

    async def _handle_press(self, heard: Event) -> None:
        await self._show_outcome(heard, await asyncio.to_thread(self._dispatcher.handle_press, heard))

    async def _show_outcome(self, heard: Event, turn: Outcome | None) -> None:
        if turn is None:
            await self._record_stranger(heard)
            return
        if turn.form is not None:
            await self._views.open(turn.form, heard.trigger, heard.key, self._clock.now())
        self._on_acted(turn.person_id)

    async def _handle_change(self, heard: Event) -> None:
        turn = await asyncio.to_thread(self._dispatcher.handle_change, heard)
        if turn is not None and turn.form is not None:
            await self._views.update(turn.form, heard.view)
        if turn is not None:
            self._on_acted(turn.person_id)

    async def submit(self, heard: Event) -> None:
        """Answer the request that waits for the outcome; where none waits, offer the form in a message."""
        with self.submissions.answering(heard.key, keep_open(heard)) as answering:
            turn = await asyncio.to_thread(self._dispatcher.handle_submission, heard)
            is_heard = answering((turn.answer if turn else None) or CLOSED)
        if turn is None:
            await self._record_stranger(heard)
            return
        if turn.form is not None and not is_heard:
            await self._views.offer(turn.form, "chat.form_again", heard.key, self._clock.now())
        self._on_acted(turn.person_id)

    async def _handle_closed(self, heard: Event) -> None:
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, heard)
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.save_typed, heard, person_id)

    async def _handle_home(self, heard: Event) -> None:
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, heard)
        if person_id is None:
            await self._record_stranger(heard)
        else:
            self._on_home_opened(person_id, str(heard.view.get("private_metadata") or ""))

    async def _handle_workspace_change(self, heard: Event) -> None:
        """Apply user events and the end of the installation; only log what happens to channels.

        Admins are told of a missing channel when something is to be posted there.
        """
        if ends_installation(heard.event):
            self._directory.stop_sending(str(heard.event["type"]))
        elif heard.event.get("type") not in USER_EVENTS:
            log.warning("workspace changed", type=heard.event.get("type"), channel=heard.event.get("channel"))
        elif await asyncio.to_thread(self._apply_user_event, heard):
            self._directory.request_match()

    def _apply_user_event(self, heard: Event) -> bool:
        with Session(self._dispatcher.engine) as session:
            may_match = self._directory.apply_user_event(session, heard.event, self._clock.now())
            session.commit()
            return may_match

    async def _record_stranger(self, heard: Event) -> None:
        """Record a stranger once a day, so that they get one answer however much they press and write."""
        log.warning("somebody unknown", user=heard.user, kind=heard.kind)
        now = self._clock.now()
        note = stranger_note(heard.user, now.date())
        named = parse(note)
        if named is not None and heard.user:
            delivered = NewEvent(named.key, note, now, named.lane)
            await asyncio.to_thread(inbox.record, self._dispatcher.engine, PLATFORM, [delivered])

    async def _answer_stranger(self, heard: Event) -> None:
        await self._client.chat_postMessage(channel=heard.user, text=say("slack.stranger"))
