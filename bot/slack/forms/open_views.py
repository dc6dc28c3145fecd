"""Views in Slack: forms are opened and brought up to date, and where that cannot be done they are offered again."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from remembrancer.bot.inbound import open_forms
from remembrancer.bot.inbound.open_forms import Opened
from remembrancer.bot.slack.errors import OF_A_CALL, as_send_error, code_of
from remembrancer.bot.slack.inbound.dispatch import view_of

log = structlog.get_logger()
OURS = frozenset({"invalid_arguments", "invalid_blocks", "view_too_large", "duplicate_external_id"})
"""What Slack answers where the view that we made is wrong: no second attempt helps, and nobody may miss it."""
NO_VIEW = (aiohttp.ClientError, TimeoutError, *OF_A_CALL)
"""What a call can end with: Slack refuses the view, does not answer, or answers half."""


class Showing:
    """The views of one workspace."""

    def __init__(self, engine: Engine, client: AsyncWebClient) -> None:
        self._engine, self._client = engine, client

    async def open(self, form: Opened, trigger: str, event: str, now: datetime) -> None:
        """Show the form at once; where there is no time for that any more, or never was, offer it with a button."""
        if not (trigger and await self._opens(form, trigger)):
            words = "chat.form_late" if trigger else "chat.form_ready"
            await self.offer(form, words, event, now)

    async def offer(self, form: Opened, words: str, event: str, now: datetime) -> None:
        await asyncio.to_thread(open_forms.offer, self._engine, form, words, event, now)

    async def _opens(self, form: Opened, trigger: str) -> bool:
        try:
            await self._client.views_open(trigger_id=trigger, view=view_of(form))
        except NO_VIEW as error:
            log.warning("form not opened", reason=not_ours(error), action=form.form.action)
            return False
        return True

    async def update(self, form: Opened, view: Mapping[str, Any]) -> None:
        """Show the form as it is now in the view that somebody has open, unless that is gone."""
        try:
            await self._client.views_update(view_id=view["id"], hash=view.get("hash"), view=view_of(form))
        except NO_VIEW as error:
            reason = not_ours(error)
            if reason == "hash_conflict":
                await self._update_newest(form, view["id"])
            else:
                log.warning("form not updated", reason=reason, action=form.form.action)

    async def _update_newest(self, form: Opened, view_id: str) -> None:
        """The view was changed meanwhile: what is shown is the form as it is by now, whoever changed it."""
        newest = await asyncio.to_thread(open_forms.opened, self._engine, form.token, form.person_id)
        if newest is None:
            return
        try:
            await self._client.views_update(view_id=view_id, view=view_of(newest))
        except NO_VIEW as error:
            log.warning("form not updated", reason=not_ours(error), action=form.form.action)


def not_ours(error: Exception) -> str:
    """Why a view could not be shown; raises the error again where what we made is wrong."""
    reason = code_of(as_send_error(error))
    if reason in OURS:
        raise error
    return reason
