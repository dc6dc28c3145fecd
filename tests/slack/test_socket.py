"""The socket is watched: one that falls silent, or that cannot be made at first, is made anew."""

import asyncio
from collections.abc import Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from remembrancer.bot.slack.inbound.socket import Socket
from tests.slack.strict import Slack
from tests.slack.waiting import until


async def watched(slack: Slack, silent: float, so: Callable[[], bool]) -> None:
    """Run a socket, looked after often, until something is so."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=slack.workspace.team_id)

    app = AsyncApp(client=AsyncWebClient(base_url=slack.api_url), signing_secret="none", authorize=authorize)
    socket = Socket(app, slack.workspace.app_token, check_seconds=0.05, silence_seconds=silent)
    socket._handler.client.ping_interval = 0.05  # how long it waits before it tries again
    socket.start()
    await until(so)
    await socket.stop()


def test_a_socket_that_is_silent_too_long_is_made_anew(slack: Slack) -> None:
    asyncio.run(watched(slack, 0.2, lambda: len(slack.called("apps.connections.open")) >= 3))


def test_a_socket_that_cannot_be_made_at_first_is_made_once_it_can(slack: Slack) -> None:
    for _ in range(3):
        slack.refuse("apps.connections.open", "internal_error")
    asyncio.run(watched(slack, 3600.0, lambda: bool(slack.sockets.open)))
    assert len(slack.called("apps.connections.open")) == 4


def test_a_socket_that_was_cut_is_made_anew(slack: Slack) -> None:
    def cut() -> bool:
        made = len(slack.called("apps.connections.open"))
        if made == 1 and slack.sockets.open:
            slack.cut_sockets()
        return made >= 2 and bool(slack.sockets.open)

    asyncio.run(watched(slack, 3600.0, cut))


def test_a_socket_that_slack_leaves_is_made_anew_though_that_fails_at_first(slack: Slack) -> None:
    left: list[bool] = []

    def leave() -> bool:
        if not left and slack.sockets.open:
            left.append(True)
            slack.refuse("apps.connections.open", "internal_error")
            slack.goodbye()
        return bool(left) and bool(slack.sockets.open)

    asyncio.run(watched(slack, 3600.0, leave))
    assert len(slack.called("apps.connections.open")) == 3
