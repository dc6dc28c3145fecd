"""The whole of it: a server that tests start, and its people."""

from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.slack.strict.delivery import Delivery as Delivered
from tests.slack.strict.delivery import as_http, signed
from tests.slack.strict.screen import Screen
from tests.slack.strict.state import Json


class Slack(Screen):
    """`with Slack() as slack:` or start() and stop()."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def tokens(self) -> dict[str, str]:
        """What an app's settings need, by the names of the environment's variables."""
        workspace = self.workspace
        return {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": self.api_url,
        }

    def verify_url(self, url: str) -> bool:
        """Whether the app there answers the challenge that Slack sends when a request URL is saved."""
        return self.wait(self._challenge(url))

    async def _challenge(self, url: str) -> bool:
        asked: Json = {"token": "strict", "challenge": "strict-challenge", "type": "url_verification"}
        body, content_type = as_http(Delivered("events_api", asked))
        headers = {"Content-Type": content_type, **signed(self.workspace.signing_secret, body)}
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status == 200 and asked["challenge"] in await answer.text()

    def goodbye(self) -> None:
        """Every open socket is told to come again, as Slack does every few hours."""
        self.wait(self._each(self.sockets.say_goodbye))

    def cut_sockets(self) -> None:
        """Every open socket is closed in the middle."""

        async def cut(socket: Any) -> None:
            self.sockets.cut(socket)

        self.wait(self._each(cut))

    async def _each(self, act: "Any") -> None:
        for socket in list(self.sockets.open):
            work: Coroutine[Any, Any, None] = act(socket)
            await work
