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

    def follow(self, session: Session, event: Mapping[str, Any], now: datetime) -> bool:
        """Apply a user event; return whether the user may match somebody."""

    def ask_match(self) -> None:
        """Request a matching of everybody without an account."""

    def ended(self, reason: str) -> None:
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
        self._turns, self._client, self._clock, self._directory = turns, client, clock, directory
        self._acted, self._opened_home = acted, opened_home
        self._showing = OpenViews(turns.engine, client)
        self.submissions = PendingSubmissions()
        self._handlers: Mapping[str, Callable[[Event], Awaitable[None]]] = {
            "text": self._text,
            "press": self._press,
            "change": self._change,
            "submit": self.submit,
            "closed": self._closed,
            "home": self._home,
            "directory": self._workspace_changed,
            "stranger": self._stranger,
        }

    async def handle(self, kept: LeasedEvent) -> None:
        """Handle an event; raise where it is to be tried again."""
        heard = parse(kept.body)
        if heard is not None:
            await self._handlers[heard.kind](heard)

    async def give_up(self, kept: LeasedEvent) -> None:
        """Tell the sender that their event failed for good, unless it was answered."""
        heard = parse(kept.body)
        person_id = await asyncio.to_thread(self._turns.who, heard) if heard else None
        if person_id is not None:
            await asyncio.to_thread(self._turns.sorry, kept.key, person_id)
            self._acted(person_id)

    async def _text(self, heard: Event) -> None:
        await self._after(heard, await asyncio.to_thread(self._turns.said, heard))

    async def _press(self, heard: Event) -> None:
        await self._after(heard, await asyncio.to_thread(self._turns.pressed, heard))

    async def _after(self, heard: Event, turn: Outcome | None) -> None:
        if turn is None:
            await self._met_stranger(heard)
            return
        if turn.form is not None:
            await self._showing.open(turn.form, heard.trigger, heard.key, self._clock.now())
        self._acted(turn.person_id)

    async def _change(self, heard: Event) -> None:
        turn = await asyncio.to_thread(self._turns.changed, heard)
        if turn is not None and turn.form is not None:
            await self._showing.update(turn.form, heard.view)
        if turn is not None:
            self._acted(turn.person_id)

    async def submit(self, heard: Event) -> None:
        """Answer the request that waits for the outcome; where none waits, offer the form in a message."""
        with self.submissions.answering(heard.key, keep_open(heard)) as answering:
            turn = await asyncio.to_thread(self._turns.submitted, heard)
            is_heard = answering((turn.answer if turn else None) or CLOSED)
        if turn is None:
            await self._met_stranger(heard)
            return
        if turn.form is not None and not is_heard:
            await self._showing.offer(turn.form, "chat.form_again", heard.key, self._clock.now())
        self._acted(turn.person_id)

    async def _closed(self, heard: Event) -> None:
        person_id = await asyncio.to_thread(self._turns.who, heard)
        if person_id is not None:
            await asyncio.to_thread(self._turns.typed, heard, person_id)

    async def _home(self, heard: Event) -> None:
        person_id = await asyncio.to_thread(self._turns.who, heard)
        if person_id is None:
            await self._met_stranger(heard)
        else:
            self._opened_home(person_id, str(heard.view.get("private_metadata") or ""))

    async def _workspace_changed(self, heard: Event) -> None:
        """Apply user events and the end of the installation; only log what happens to channels.

        Admins are told of a missing channel when something is to be posted there.
        """
        if ends_installation(heard.event):
            self._directory.ended(str(heard.event["type"]))
        elif heard.event.get("type") not in USER_EVENTS:
            log.warning("workspace changed", type=heard.event.get("type"), channel=heard.event.get("channel"))
        elif await asyncio.to_thread(self._follow, heard):
            self._directory.ask_match()

    def _follow(self, heard: Event) -> bool:
        with Session(self._turns.engine) as session:
            may_match = self._directory.follow(session, heard.event, self._clock.now())
            session.commit()
            return may_match

    async def _met_stranger(self, heard: Event) -> None:
        """Record a stranger once a day, so that they get one answer however much they press and write."""
        log.warning("somebody unknown", user=heard.user, kind=heard.kind)
        now = self._clock.now()
        note = stranger_note(heard.user, now.date())
        named = parse(note)
        if named is not None and heard.user:
            delivered = NewEvent(named.key, note, now, named.lane)
            await asyncio.to_thread(inbox.record, self._turns.engine, PLATFORM, [delivered])

    async def _stranger(self, heard: Event) -> None:
        await self._client.chat_postMessage(channel=heard.user, text=say("slack.stranger"))
