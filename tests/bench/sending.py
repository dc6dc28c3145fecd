"""Sending prompts, against a bare loop of chat.postMessage that posts the very same; both to another process."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine

from remembrancer.bot.slack.api import SlackWebApi
from remembrancer.bot.slack.outbound.transport import PLATFORM, SlackTransport
from remembrancer.scheduler.message_kinds import recheck
from remembrancer.scheduler.outbox.deliver import DeliveryOptions, deliver_due
from remembrancer.scheduler.prompts.planner import load_subjects, plan_due
from remembrancer.scheduler.windows import advance_windows
from tests.bench.council import OPENS, Server, database, join, settle, strict_slack

LEADS = 200
AWAY = (0, 50)
"""Milliseconds that a call is on its way: none, so that only the work counts, and some, as over a network."""

TOGETHER = 4
"""As the service sends."""


class Noting(SlackWebApi):
    """Keeps what it was asked to post."""

    posts: list[dict[str, Any]]

    def write(self, method: str, channel: str, **arguments: Any) -> Any:
        self.posts.append({"channel": channel, **arguments})
        return super().write(method, channel, **arguments)


def measure() -> None:
    """At least 0.7 of the bare loop's rate is wanted."""
    for kind in ("sqlite", "postgresql"):
        for away in AWAY:
            _measured(kind, away)


def _measured(kind: str, away: int) -> None:
    far = ("--away", str(away))
    with TemporaryDirectory() as folder, database(kind, Path(folder)) as engine, strict_slack(LEADS, *far) as server:
        settle(engine, Path(folder), LEADS)
        join(engine, server, LEADS)
        _compare(engine, server, f"{kind}, {away} ms away")


def _compare(engine: Engine, server: Server, where: str) -> None:
    plan(engine)
    web = Noting(server.settings)
    web.posts = []
    transport = SlackTransport(web)
    ours = seconds(
        lambda: deliver_due(engine, {PLATFORM: transport}, recheck, OPENS, DeliveryOptions(together=TOGETHER))
    )
    bare = seconds(lambda: bare_loop(server.client, web.posts))
    rate, wanted = len(web.posts) / ours, len(web.posts) / bare
    name = f"sending {len(web.posts)} prompts, {where}"
    print(f"{name:45} {rate:6.0f} a second  {rate / wanted:4.2f} of a bare loop's {wanted:.0f}")


def plan(engine: Engine) -> int:
    """Write down all that is due when the window opens; how much that is."""
    while advance_windows(engine, OPENS):
        pass
    loaded = load_subjects(engine, OPENS)
    assert loaded is not None
    return plan_due(engine, *loaded, OPENS)


def bare_loop(client: WebClient, posts: list[dict[str, Any]]) -> None:
    for post in posts:
        client.chat_postMessage(**post)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
