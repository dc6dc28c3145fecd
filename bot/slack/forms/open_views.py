"""Opens and updates Slack's views; a form that cannot be opened is offered again in a message."""

import asyncio
from datetime import datetime

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from remembrancer.bot.inbound import open_forms
from remembrancer.bot.inbound.open_forms import OpenedForm
from remembrancer.bot.slack.errors import CALL_ERRORS, as_send_error, code_of
from remembrancer.bot.slack.inbound.dispatch import view_of

log = structlog.get_logger()
OUR_ERRORS = frozenset({"invalid_arguments", "invalid_blocks", "view_too_large", "duplicate_external_id"})
"""Slack's errors for a view that we built wrong: a second attempt does not help, and the error must be noticed."""
VIEW_ERRORS = (aiohttp.ClientError, TimeoutError, *CALL_ERRORS)
"""The exceptions of a failed call: Slack refuses the view, does not answer, or answers in part."""


class OpenViews:
    """Opens and updates the views of one workspace."""

    def __init__(self, engine: Engine, client: AsyncWebClient) -> None:
        self._engine, self._client = engine, client

    async def open(self, form: OpenedForm, trigger: str, event: str, now: datetime) -> None:
        """Show the form at once; without a trigger, or where it has expired, send a button that opens it."""
        if trigger:
            try:
                await self._client.views_open(trigger_id=trigger, view=view_of(form))
            except VIEW_ERRORS as error:
                log.warning("form not opened", reason=refusal_code(error), action=form.form.action)
            else:
                return
        await self.offer(form, "chat.form_late" if trigger else "chat.form_ready", event, now)

    async def offer(self, form: OpenedForm, phrase: str, event: str, now: datetime) -> None:
        """Send a message with a button that opens the form; `phrase` is the name of the text that says why."""
        await asyncio.to_thread(open_forms.offer, self._engine, form, phrase, event, now)

    async def update(self, form: OpenedForm, view_id: str, hash: str | None) -> None:
        """Show the form in the view that somebody has open, unless that view is gone.

        `hash` is of the view as it was; where it was changed meanwhile, the stored form is shown. None: of any view.
        """
        try:
            await self._client.views_update(view_id=view_id, hash=hash, view=view_of(form))
        except VIEW_ERRORS as error:
            reason = refusal_code(error)
            if reason != "hash_conflict" or hash is None:
                log.warning("form not updated", reason=reason, action=form.form.action)
                return
            newest = await asyncio.to_thread(open_forms.load, self._engine, form.token, form.person_id)
            if newest is not None:
                await self.update(newest, view_id, None)


def refusal_code(error: Exception) -> str:
    """Return why a view could not be shown; raise the error again where we built the view wrong."""
    reason = code_of(as_send_error(error))
    if reason in OUR_ERRORS:
        raise error
    return reason
