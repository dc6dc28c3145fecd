"""The strict Slack as a whole: as a process, with sockets in number, on a clock of the test's own, and in a storm."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from remembrancer.clock import SetClock
from tests.conftest import ROOT
from tests.slack.bare import Heard, bare_app, button, card, client_of, refused
from tests.slack.running import WAYS, Running
from tests.slack.strict import Faults, Slack
from tests.slack.strict.faults import CALLS, DELIVERIES
from tests.slack.strict.inputs import CannotError


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.slack.strict", "0", "--people", "2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ) as started:
        yield started
        started.terminate()


def test_it_runs_as_a_process_that_says_its_port(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    client = WebClient("xoxb-strict", base_url=f"http://127.0.0.1:{port}/api/")
    assert client.auth_test()["ok"]
    names = [user["name"] for user in client.users_list()["members"]]
    assert names == ["remembrancer", "person1", "person2"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/strict", timeout=5) as answer:
        assert json.load(answer)["done"] == {"auth.test": 1, "users.list": 1}


def test_a_clock_that_is_set_names_the_messages() -> None:
    with Slack(clock=SetClock(datetime(2019, 9, 13, 16, tzinfo=UTC))) as slack:
        ruth = slack.person("ruth.fairbrass")
        sent = [str(client_of(slack).chat_postMessage(channel=ruth, text="x")["ts"]) for _ in range(2)]
    assert sent == ["1568390400.000000", "1568390400.000100"]


def test_at_most_ten_sockets_are_open_and_each_needs_a_ticket(slack: Slack) -> None:
    client = client_of(slack)

    async def connect(urls: list[str]) -> int:
        refused, opened = 0, []
        async with aiohttp.ClientSession() as session:
            for url in urls:
                try:
                    socket = await session.ws_connect(url)
                    opened.append(socket)
                    assert (await socket.receive_json())["type"] == "hello"
                except aiohttp.WSServerHandshakeError:
                    refused += 1
            for socket in opened:
                await socket.close()
        return refused

    urls = [str(client.apps_connections_open(app_token="xapp-strict")["url"]) for _ in range(11)]
    assert asyncio.run(connect(urls[:1] * 2)) == 1
    assert asyncio.run(connect(urls[1:])) == 0
    more = [str(client.apps_connections_open(app_token="xapp-strict")["url"]) for _ in range(11)]
    assert asyncio.run(connect(more)) == 1
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token="xoxb-strict")


def test_any_error_can_be_had_from_a_destination_or_a_method(slack: Slack) -> None:
    ruth = slack.person("ruth.fairbrass")
    slack.forbid(ruth, "messages_tab_disabled")
    with pytest.raises(SlackApiError, match="messages_tab_disabled"):
        client_of(slack).chat_postMessage(channel=ruth, text="x")
    slack.forbid(ruth, None)
    sent = client_of(slack).chat_postMessage(channel=ruth, text="x")
    slack.refuse("chat.update", "edit_window_closed")
    change = {"channel": sent["channel"], "ts": sent["ts"], "text": "y"}
    assert refused(client_of(slack), "chat.update", **change) == "edit_window_closed"
    assert slack.shown(ruth) == ["x"]
    client_of(slack).api_call("chat.update", json=change)
    assert slack.shown(ruth) == ["y"]


def test_nobody_acts_who_is_gone_or_changes_what_is_not_theirs(slack: Slack) -> None:
    ruth = slack.person("ruth.fairbrass")
    ours = str(client_of(slack).chat_postMessage(channel=ruth, text="x")["ts"])
    slack.edit(ruth, slack.say(ruth, "nearly"), "done")
    assert slack.shown(ruth) == ["x", "done"]
    with pytest.raises(CannotError):
        slack.edit(ruth, ours, "y")
    slack.deactivate(ruth)
    with pytest.raises(CannotError):
        slack.say(ruth, "hello?")


@pytest.mark.parametrize("way", WAYS)
def test_home_is_published_pressed_and_reported(slack: Slack, way: str) -> None:
    heard, ruth = Heard(), slack.person("ruth.fairbrass")
    home = {"type": "home", "blocks": card(button("Answer", "answer"))}
    with Running(slack, bare_app(heard), way):
        client_of(slack).views_publish(user_id=ruth, view=home)
        assert slack.shown_home(ruth) == "*52* is due\n[Answer]"
        slack.press_in(ruth, home=True, label="Answer")
        slack.open_home(ruth)
    shown = slack.home_of(ruth)
    assert shown is not None
    assert heard.of("block_actions")[0]["container"] == {"type": "view", "view_id": shown["id"]}
    assert heard.of("app_home_opened")[0]["event"]["view"]["hash"] == shown["hash"]


def test_an_app_hears_of_channels_that_it_is_in_and_nothing_once_it_is_thrown_out(slack: Slack) -> None:
    heard, ruth = Heard(), slack.person("ruth.fairbrass")
    slack.workspace.subscriptions |= {"message.channels", "message.groups"}
    inside, outside = slack.room("board", [ruth]), slack.room("elsewhere", [ruth], with_bot=False)
    with Running(slack, bare_app(heard), "http"):
        slack.say(ruth, "here", inside)
        slack.say(ruth, "there", outside)
        slack.remove(inside)
        slack.say(ruth, "gone", inside)
        slack.uninstall()
        slack.say(ruth, "anyone?")
        slack.change(ruth, tz="Europe/Paris")
    assert [body["event"].get("text") for body in heard.all] == ["here", None]
    assert heard.all[-1]["event"]["type"] == "app_uninstalled"


@pytest.mark.parametrize("way", WAYS)
def test_in_a_storm_every_class_strikes_and_nothing_said_is_lost(way: str) -> None:
    rates = dict.fromkeys(CALLS, 0.15) | dict.fromkeys(DELIVERIES, 0.2)
    faults, heard = Faults(7, rates, most=4), Heard()
    with Slack(faults=faults, patience=0.5, hang=0.1) as slack:
        faults.only = frozenset({"chat.postMessage"})
        ruth = slack.person("ruth.fairbrass")
        with Running(slack, bare_app(heard), way):
            for number in range(60):
                slack.say(ruth, f"said {number}")
                post_whatever_happens(slack, ruth, f"posted {number}")
            slack.settle()
        assert set(faults.counts) == {*CALLS, *DELIVERIES} - ({*DELIVERIES[3:]} if way == "http" else set())
        done = [call.args["text"] for call in slack.called("chat.postMessage") if call.done]
        assert [text for text in slack.shown(ruth) if text.startswith("posted")] == done
        assert all(delivery.acknowledged for delivery in slack.deliveries)
    said = {body["event"]["text"] for body in heard.of("message")}
    assert said >= {f"said {number}" for number in range(60)}


def post_whatever_happens(slack: Slack, user: str, text: str) -> None:
    """Once; what came of it is in the server's log, whatever was heard of it."""
    try:
        client_of(slack).chat_postMessage(channel=user, text=text)
    except (SlackClientError, OSError):
        assert not slack.called("chat.postMessage")[-1].heard
