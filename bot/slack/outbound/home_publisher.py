"""Publishes each person's App Home when they open it and after their events, if it has changed."""

import asyncio
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine
from sqlmodel import Session

from remembrancer.bot.conversation.home import home
from remembrancer.bot.inbound.after_reply import CoalescedTask
from remembrancer.bot.inbound.sender_lookup import account_id
from remembrancer.bot.slack.forms.open_views import VIEW_ERRORS, refusal_code
from remembrancer.bot.slack.outbound.blocks import Block, actions, blocks, plain_text
from remembrancer.bot.slack.outbound.transport import PLATFORM
from remembrancer.clock import Clock
from remembrancer.models.message import Message
from remembrancer.services.context import make_context
from remembrancer.wording import phrase

log = structlog.get_logger()
MAX_BLOCKS = 100


class HomePublisher:
    """Publishes home tabs. Slack stores a hash of each tab's state with it, and sends the hash when it is opened."""

    def __init__(self, engine: Engine, client: AsyncWebClient, clock: Clock) -> None:
        self._engine, self._client, self._clock = engine, client, clock
        self._state_hashes: dict[int, str] = {}
        self._requested: set[int] = set()
        self.task = CoalescedTask("homes", self._publish_requested)

    def note_opened(self, person_id: int, mark: str) -> None:
        """Note the state hash of an opened tab ('' if it was never published), and request its publication."""
        self._state_hashes[person_id] = mark
        self.request(person_id)

    def request(self, person_id: int) -> None:
        """Request the publication of a person's home tab."""
        self._requested.add(person_id)
        self.task.request()

    async def _publish_requested(self) -> None:
        while self._requested:
            person_id = self._requested.pop()
            account, page = await asyncio.to_thread(self._page, person_id)
            if not account or self._state_hashes.get(person_id) == page.mark:
                continue
            view = home_view(page) | {"private_metadata": page.mark}
            try:
                await self._client.views_publish(user_id=account, view=view)
            except VIEW_ERRORS as error:
                log.warning("home not published", person=person_id, reason=refusal_code(error))
            else:
                self._state_hashes[person_id] = page.mark

    def _page(self, person_id: int) -> tuple[str, Message]:
        with Session(self._engine) as session:
            page = home(make_context(session, person_id, "", self._clock.now()))
            return account_id(session, PLATFORM, person_id), page


def home_view(message: Message) -> dict[str, Any]:
    """Build the view from as many whole parts as fit, and a line that counts those left out."""
    view_blocks: list[Block] = []
    for number, part in enumerate(message.parts):
        part_blocks = [*blocks(part.text, tables=False), *actions(part.buttons)]
        is_last = number + 1 == len(message.parts)
        if len(view_blocks) + len(part_blocks) > (MAX_BLOCKS if is_last else MAX_BLOCKS - 1):
            text = phrase("slack_blocks.rest_left_out", count=len(message.parts) - number)
            view_blocks.append({"type": "context", "elements": [plain_text(text)]})
            break
        view_blocks += part_blocks
    return {"type": "home", "blocks": [block | {"block_id": f"home.{n}"} for n, block in enumerate(view_blocks)]}
