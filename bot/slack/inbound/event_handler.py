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

    `on_acted` is called with the person after each of their events, and `on_home_opened` with the person and the state
    hash of the home tab that they opened.
    """

    def __init__(
        self,
        dispatcher: SlackDispatcher,
        client: AsyncWebClient,
        clock: Clock,
        directory: Directory,
        on_acted: Callable[[int], None],
        on_home_opened: Callable[[int, str], None],
    ) -> None:
        self._dispatcher, self._client, self._clock, self._directory = dispatcher, client, clock, directory
        self._on_acted, self._on_home_opened = on_acted, on_home_opened
        self._views = OpenViews(dispatcher.engine, client)
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

    async def handle(self, leased: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        event = parse(leased.body)
        if event is not None:
            await self._handlers[event.kind](event)

    async def give_up(self, leased: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        event = parse(leased.body)
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event) if event else None
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.report_failure, leased.key, person_id)
            self._on_acted(person_id)

    async def _handle_text(self, event: Event) -> None:
        await self._show_outcome(event, await asyncio.to_thread(self._dispatcher.handle_text, event))

    async def _handle_press(self, event: Event) -> None:
        await self._show_outcome(event, await asyncio.to_thread(self._dispatcher.handle_press, event))

    async def _show_outcome(self, event: Event, outcome: Outcome | None) -> None:
        if outcome is None:
            await self._record_stranger(event)
            return
        if outcome.form is not None:
            await self._views.open(outcome.form, event.trigger, event.key, self._clock.now())
        self._on_acted(outcome.person_id)

    async def _handle_change(self, event: Event) -> None:
        outcome = await asyncio.to_thread(self._dispatcher.handle_change, event)
        if outcome is not None and outcome.form is not None:
            await self._views.update(outcome.form, event.view)
        if outcome is not None:
            self._on_acted(outcome.person_id)

    async def submit(self, event: Event) -> None:
        """Answer the request that waits for the outcome; where none waits, offer the form in a message."""
        with self.submissions.answering(event.key, keep_open(event)) as answering:
            outcome = await asyncio.to_thread(self._dispatcher.handle_submission, event)
            is_heard = answering((outcome.answer if outcome else None) or CLOSED)
        if outcome is None:
            await self._record_stranger(event)
            return
        if outcome.form is not None and not is_heard:
            await self._views.offer(outcome.form, "chat.form_again", event.key, self._clock.now())
        self._on_acted(outcome.person_id)

    async def _handle_closed(self, event: Event) -> None:
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event)
        if person_id is not None:
            await asyncio.to_thread(self._dispatcher.save_typed, event, person_id)

    async def _handle_home(self, event: Event) -> None:
        person_id = await asyncio.to_thread(self._dispatcher.sender_id, event)
        if person_id is None:
            await self._record_stranger(event)
        else:
            self._on_home_opened(person_id, str(event.view.get("private_metadata") or ""))

    async def _handle_workspace_change(self, event: Event) -> None:
        """Apply user events and the end of the installation; only log what happens to channels.

        Admins are told of a missing channel when something is to be posted there.
        """
        if ends_installation(event.event):
            self._directory.stop_sending(str(event.event["type"]))
        elif event.event.get("type") not in USER_EVENTS:
            log.warning("workspace changed", type=event.event.get("type"), channel=event.event.get("channel"))
        elif await asyncio.to_thread(self._apply_user_event, event):
            self._directory.request_match()

    def _apply_user_event(self, event: Event) -> bool:
        with Session(self._dispatcher.engine) as session:
            may_match = self._directory.apply_user_event(session, event.event, self._clock.now())
            session.commit()
            return may_match

    async def _record_stranger(self, event: Event) -> None:
        """Record a stranger once a day, so that they get one answer however much they press and write."""
        log.warning("somebody unknown", user=event.user, kind=event.kind)
        now = self._clock.now()
        note = stranger_note(event.user, now.date())
        note_event = parse(note)
        if note_event is not None and event.user:
            new_event = NewEvent(note_event.key, note, now, note_event.lane)
            await asyncio.to_thread(inbox.record, self._dispatcher.engine, PLATFORM, [new_event])

    async def _answer_stranger(self, event: Event) -> None:
        await self._client.chat_postMessage(channel=event.user, text=say("slack.stranger"))
