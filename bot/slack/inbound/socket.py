"""Runs Slack's Socket Mode connection, and renews it when it falls silent without being closed."""

import asyncio
import json
import time

import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

log = structlog.get_logger()
CHECK_SECONDS = 10.0  # seconds
SILENCE_SECONDS = 900.0
"""Seconds without a message after which the socket is renewed: a quiet night looks like a dead connection."""


class Socket:
    """The Socket Mode connection. Create, start and stop it in one event loop."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        check_seconds: float = CHECK_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token)
        self._handler.client.on_message_listeners.append(self._on_message)
        self._check_seconds, self._silence_seconds = check_seconds, silence_seconds
        self._last_message, self._is_left = time.monotonic(), False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def is_connected(self) -> bool:
        return not self._is_left and await self._handler.client.is_connected()

    async def _on_message(self, message: WSMessage) -> None:
        """Track 'hello' on a new socket and 'disconnect' on an old one, over which nothing more comes.

        The client then connects again at once, and tries that only once.
        """
        self._last_message = time.monotonic()
        kind = json.loads(message.data).get("type")
        self._is_left = kind == "disconnect" or (self._is_left and kind != "hello")

    async def _run(self) -> None:
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        while True:
            await asyncio.sleep(self._check_seconds)
            try:
                await self._check()
            except Exception:  # the edge: Slack cannot be reached just now
                log.exception("socket not connected")

    async def _check(self) -> None:
        silent = time.monotonic() - self._last_message > self._silence_seconds
        if silent or not await self.is_connected():
            log.warning("socket made anew", silent=silent, left=self._is_left)
            self._last_message = time.monotonic()
            await self._handler.client.connect_to_new_endpoint(force=silent or self._is_left)
