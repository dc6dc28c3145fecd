"""The whole of it: a server that tests start, and its people."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.slack.strict.clock import RealClock
from tests.slack.strict.delivery import Delivery, as_http, signed
from tests.slack.strict.limits import Limits
from tests.slack.strict.screen import Screen
from tests.slack.strict.state import Channel, Json, Message
from tests.slack.strict.web_api import Call


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
    def calls(self) -> list[Call]:
        return list(self.api.calls)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        return list(self.courier.log)

    @property
    def limits(self) -> Limits | None:
        return self.api.limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self.api.limits = limits

    @property
    def api_url(self) -> str:
        return f"{self.workspace.base}/api/"

    def refuse(self, method: str, error: str) -> None:
        """The next call of this method is refused with that error, and nothing is done."""
        self.do(lambda: self.api.refusing[method].append(error))

    def later(self, seconds: float) -> None:
        """Move the clock on, where it is not the test's own."""
        assert isinstance(self.clock, RealClock), "move the clock that you gave"
        self.clock.move(timedelta(seconds=seconds))

    def channel(self, name: str) -> Channel:
        return self.workspace.channels[name]

    def messages(self, channel: str) -> list[Message]:
        """Of a conversation, or a person's DM, in order."""

        def found() -> list[Message]:
            return list(
                (self.workspace.dm(channel) if channel in self.workspace.users else self.channel(channel)).messages
            )

        return self.do(found)

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
        body, content_type = as_http(Delivery("events_api", asked))
        headers = {"Content-Type": content_type, **signed(self.workspace.signing_secret, body)}
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status == 200 and asked["challenge"] in await answer.text()

    def goodbye(self) -> None:
        """Every open socket is told to come again, as Slack does every few hours."""
        self.wait(self._each(self.sockets.say_goodbye))

    def cut_sockets(self) -> None:
        """Every open socket is closed in the middle."""

        async def cut(socket: web.WebSocketResponse) -> None:
            self.sockets.cut(socket)

        self.wait(self._each(cut))

    async def _each(self, act: Callable[[web.WebSocketResponse], Coroutine[Any, Any, None]]) -> None:
        for socket in list(self.sockets.open):
            await act(socket)
