"""Handles Slack's events, and shows in Slack what must appear at once."""

import asyncio
from collections.abc import Callable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from remembrancer.bot.inbound.event_handler import EventHandler
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.directory import apply_user_event
from remembrancer.bot.slack.forms.open_views import OpenViews
from remembrancer.bot.slack.inbound.dispatch import CLOSED, SlackDispatcher, keep_open
from remembrancer.bot.slack.inbound.events import USER_EVENTS, Event, ends_installation, parse, stranger_note
from remembrancer.clock import Clock
from remembrancer.models.database import write_once
from remembrancer.wording import phrase

log = structlog.get_logger()


class SlackEventHandler(EventHandler[Event]):
    """Handles Slack's events.

    `on_home_opened` is called with the person and the state hash of the home tab that they opened.
    """

    _dispatcher: SlackDispatcher

    def __init__(
        self,
        dispatcher: SlackDispatcher,
        clock: Clock,
        client: AsyncWebClient,
        web: SlackWebApi,
        on_acted: Callable[[int], None],
        on_home_opened: Callable[[int, str], None],
    ) -> None:
        super().__init__(dispatcher, clock, on_acted, parse, stranger_note)
        self._client, self._web, self._on_home_opened = client, web, on_home_opened
        self._views = OpenViews(dispatcher.engine, client)
        self._handlers = {
            "text": self._handle_text,
            "press": self._handle_press,
            "change": self._handle_change,
            "submit": self.submit,
            "closed": self._handle_closed,
            "home": self._handle_home,
            "directory": self._handle_workspace_change,
            "stranger": self._answer_stranger,
        }

    async def show_form(self, form: OpenedForm, event: Event) -> None:
        await self._views.open(form, event.trigger, event.key, self._clock.now())

    async def _handle_change(self, event: Event) -> None:
        outcome = await asyncio.to_thread(self._dispatcher.handle_change, event)
        if outcome is not None and outcome.form is not None:
            await self._views.update(outcome.form, event.view["id"], event.view.get("hash"))
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
            self._web.stop(str(event.event["type"]))
        elif event.event.get("type") not in USER_EVENTS:
            log.warning("workspace changed", type=event.event.get("type"), channel=event.event.get("channel"))
        else:
            await asyncio.to_thread(self._apply_user_event, event)

    def _apply_user_event(self, event: Event) -> None:
        with write_once(self._dispatcher.engine, key=event.key) as session:
            apply_user_event(session, event.event, self._clock.now())

    async def _answer_stranger(self, event: Event) -> None:
        await self._client.chat_postMessage(channel=event.user, text=phrase("slack.stranger"))
