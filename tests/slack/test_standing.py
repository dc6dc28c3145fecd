"""How Slack stands: what the service says of it, and what is done once the app is gone from the workspace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.slack.inbound.events import ends_installation
from remembrancer.models import Person
from remembrancer.models.message import message
from remembrancer.scheduler.outbox.transport import SendError, Trouble
from remembrancer.web.app import service_app
from tests.dialog import LEAD, World, london
from tests.scheduler.test_unreachable import told
from tests.slack.hosting import OPENS, WAYS, Hosted, Workplace, settings_for, until
from tests.slack.strict import Slack
from tests.slack.talking import all_done

PATIENCE = 10.0  # seconds


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The service while it runs, for somebody who asks it."""
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


async def healthy(client: httpx.AsyncClient, slack: str) -> None:
    """Ask until it says so of Slack; it is well all the while."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.get("/health")
            assert (answer.status_code, answer.json()["status"]) == (200, "ok")
            if answer.json()["slack"] == slack:
                return
            await asyncio.sleep(0.01)


def test_the_service_says_how_its_socket_stands_and_stays_well_where_slack_is_dead(
    engine: Engine, slack: Slack
) -> None:
    async def ask() -> None:
        async with running(service_app(engine, settings_for(slack, "socket"))) as client:
            await healthy(client, "connected")
            await asyncio.to_thread(slack.await_socket)
            await asyncio.to_thread(slack.revoke_tokens)
            await healthy(client, "stopped")

    asyncio.run(ask())


def test_a_socket_that_cannot_be_made_is_not_connected(engine: Engine, slack: Slack) -> None:
    settings = settings_for(slack, "socket").model_copy(update={"slack_app_token": "xapp-1-A0-1-wrong"})

    async def ask() -> None:
        async with running(service_app(engine, settings)) as client:
            await healthy(client, "not connected")

    asyncio.run(ask())


def test_over_http_it_listens_and_without_slack_nothing_is_said_of_it(engine: Engine, slack: Slack) -> None:
    settings = settings_for(slack, "http")

    async def ask() -> None:
        async with running(service_app(engine, settings)) as client:
            await healthy(client, "listening")
        without = settings.model_copy(update={"slack_bot_token": ""})
        async with running(service_app(engine, without)) as client:
            assert (await client.get("/health")).json() == {"status": "ok"}

    asyncio.run(ask())


GONE: tuple[Callable[[Slack], None], ...] = (Slack.uninstall, Slack.revoke_tokens)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("leave", GONE)
def test_once_the_app_is_gone_nothing_more_is_asked_of_slack(
    place: Workplace, leave: Callable[[Slack], None], way: str
) -> None:
    with place.app(way):
        assert place.transport.stopped is None
        leave(place.slack)
        until(lambda: place.transport.stopped in ("app_uninstalled", "tokens_revoked"))
        all_done(place.engine, 1)
    posted = len(place.slack.called("chat.postMessage"))
    with pytest.raises(SendError) as refused:
        place.transport.send(place.users[LEAD], "key", message("Anyone?"), perhaps_again=False)
    assert refused.value.trouble == Trouble.STOPPED
    assert len(place.slack.called("chat.postMessage")) == posted


def test_somebodys_own_token_is_not_ours(place: Workplace, app: Hosted) -> None:
    place.slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    all_done(place.engine, 1)
    assert place.transport.stopped is None


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U1"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, False),
        ({"type": "tokens_revoked"}, False),
        ({"type": "channel_archive"}, False),
    ],
)
def test_which_events_end_the_installation(event: dict[str, object], ends: bool) -> None:
    assert ends_installation(event) is ends


def test_at_the_first_start_only_those_whom_slack_does_not_know_are_said_to_be_out_of_reach(
    engine: Engine, slack: Slack
) -> None:
    world = World(engine)
    world.unlink_everybody()
    world.clock.set(london(OPENS))
    with Session(engine) as session:
        emails = session.exec(select(Person.email)).all()
    for email in emails:
        if email != f"{LEAD}@example.org":
            slack.person(email.partition("@")[0])
    settings = settings_for(slack, "http").model_copy(update={"look_seconds": 1})

    async def run() -> None:
        async with running(service_app(engine, settings, world.clock)):
            await asyncio.to_thread(until, lambda: told(world))

    asyncio.run(run())
    named = [line for _, text in told(world) for line in text.splitlines() if line.startswith("- ")]
    assert {line.partition(" (")[0] for line in named} == {"- Ruth Fairbrass"}
