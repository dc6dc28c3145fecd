"""What goes wrong on purpose goes wrong as it says, is counted, and leaves what it says behind."""

import asyncio
from collections.abc import Iterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.bare import Heard, bare_app, button, card, client_of
from tests.slack.running import Running
from tests.slack.strict import Faults, Slack
from tests.slack.strict.faults import CALLS


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack(patience=0.5, hang=2) as server:
        yield server


@pytest.fixture
def ruth(slack: Slack) -> str:
    return slack.person("ruth.fairbrass")


@pytest.fixture
def heard() -> Heard:
    return Heard()


DONE = {
    "dropped before": (False, ConnectionError),
    "dropped after": (True, ConnectionError),
    "hung": (True, TimeoutError),
    "500 before": (False, SlackApiError),
    "500 after": (True, SlackApiError),
    "429": (False, SlackApiError),
    "internal_error after": (True, SlackApiError),
    "fatal_error after": (True, SlackApiError),
}


@pytest.mark.parametrize("fault", CALLS)
def test_a_struck_call_was_done_or_was_not_as_its_name_says(slack: Slack, ruth: str, fault: str) -> None:
    done, raises = DONE[fault]
    slack.next_fault("chat.postMessage", fault)
    with pytest.raises(raises):
        client_of(slack, timeout=1).chat_postMessage(channel=ruth, text="once")
    assert slack.shown(ruth) == (["once"] if done else [])
    call = slack.called("chat.postMessage")[0]
    assert (call.fault, call.done, call.heard) == (fault, done, False)
    assert slack.faults.counts == {fault: 1}
    client_of(slack, timeout=1).chat_postMessage(channel=ruth, text="twice")
    assert slack.shown(ruth)[-1] == "twice"


def test_struck_calls_say_why_to_those_who_hear_it(slack: Slack, ruth: str) -> None:
    said = []
    for fault in ("429", "internal_error after", "fatal_error after"):
        slack.next_fault("chat.postMessage", fault)
        with pytest.raises(SlackApiError) as raised:
            client_of(slack, timeout=1).chat_postMessage(channel=ruth, text="x")
        said.append((raised.value.response.status_code, raised.value.response["error"]))
    assert said == [(429, "ratelimited"), (200, "internal_error"), (200, "fatal_error")]


def test_the_usual_async_client_posts_twice_when_it_is_dropped(slack: Slack, ruth: str) -> None:
    async def post() -> None:
        client = AsyncWebClient(slack.workspace.bot_token, base_url=slack.api_url)
        await client.chat_postMessage(channel=ruth, text="once?")

    slack.next_fault("chat.postMessage", "dropped after")
    asyncio.run(post())
    assert slack.shown(ruth) == ["once?", "once?"]


def test_a_seeded_plan_strikes_the_same_again_and_every_class(ruth: str) -> None:
    def struck(seed: int) -> list[str | None]:
        faults = Faults(seed, dict.fromkeys(CALLS, 0.1))
        return [faults.strike_call("chat.postMessage") for _ in range(400)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert set(struck(1)) == {None, *CALLS}


def test_a_plan_keeps_to_its_methods_and_to_its_most() -> None:
    faults = Faults(1, {"429": 1.0}, only=frozenset({"chat.update"}), most=2)
    assert [faults.strike_call("chat.postMessage") for _ in range(3)] == [None] * 3
    assert [faults.strike_call("chat.update") for _ in range(3)] == ["429", "429", None]
    assert faults.counts == {"429": 2}
    with pytest.raises(ValueError, match="no such fault"):
        Faults(1, {"gremlins": 1.0})


@pytest.mark.parametrize("way", ["socket", "http"])
def test_an_event_that_is_not_acknowledged_comes_again_until_it_is(
    slack: Slack, ruth: str, heard: Heard, way: str
) -> None:
    with Running(slack, bare_app(heard), way):
        heard.fail = 2
        slack.say(ruth, "Good morning")
        assert not slack.deliveries[0].acknowledged
        slack.settle()
        assert slack.redeliver() == 0
    delivery = slack.deliveries[0]
    assert delivery.acknowledged
    assert delivery.tries == [*["timeout" if way == "socket" else "http_error"] * 2, "ok"]
    assert len({body["event_id"] for body in heard.of("message")}) == 1
    assert len(heard.of("message")) == 3


@pytest.mark.parametrize("way", ["socket", "http"])
def test_an_event_is_given_up_after_three_more_tries(slack: Slack, ruth: str, heard: Heard, way: str) -> None:
    with Running(slack, bare_app(heard), way):
        heard.fail = 10
        slack.say(ruth, "Good morning")
        slack.settle()
    assert slack.deliveries[0].given_up
    assert len(heard.of("message")) == 4


@pytest.mark.parametrize("way", ["socket", "http"])
def test_a_command_that_is_not_answered_in_time_fails_before_the_person(
    slack: Slack, ruth: str, heard: Heard, way: str
) -> None:
    with Running(slack, bare_app(heard), way) as app:
        assert slack.command(ruth, "/slow") == "/slow failed with the error 'operation_timeout'"
        assert slack.redeliver() == 0
        app.loop.call_soon_threadsafe(heard.wake.set)


@pytest.mark.parametrize("way", ["socket", "http"])
def test_a_repeated_delivery_is_the_same_once_more(slack: Slack, ruth: str, heard: Heard, way: str) -> None:
    with Running(slack, bare_app(heard), way):
        slack.next_fault("delivery", "repeated")
        slack.say(ruth, "Good morning")
    first, second = heard.of("message")
    assert first == second
    assert slack.faults.counts == {"repeated": 1}


@pytest.mark.parametrize("way", ["socket", "http"])
def test_deliveries_overtake_and_come_late(slack: Slack, ruth: str, heard: Heard, way: str) -> None:
    with Running(slack, bare_app(heard), way):
        slack.next_fault("events_api", "reordered")
        slack.say(ruth, "one")
        slack.say(ruth, "two")
        slack.next_fault("events_api", "late")
        slack.say(ruth, "three")
        slack.say(ruth, "four")
        slack.settle()
    assert [body["event"]["text"] for body in heard.of("message")] == ["two", "one", "four", "three"]


@pytest.mark.parametrize("fault", ["socket disconnect", "socket abrupt"])
def test_a_socket_that_ends_in_the_middle_is_opened_again_and_nothing_is_lost(
    slack: Slack, ruth: str, heard: Heard, fault: str
) -> None:
    with Running(slack, bare_app(heard), "socket"):
        slack.next_fault("delivery", fault)
        slack.say(ruth, "one")
        slack.await_socket()
        slack.say(ruth, "two")
        slack.settle()
        assert len(slack.called("apps.connections.open")) >= 2
    assert {body["event"]["text"] for body in heard.of("message")} == {"one", "two"}
    assert all(delivery.acknowledged for delivery in slack.deliveries)


def test_every_socket_can_be_refreshed_or_cut_by_hand(slack: Slack, ruth: str, heard: Heard) -> None:
    with Running(slack, bare_app(heard), "socket"):
        slack.goodbye()
        slack.await_socket()
        slack.cut_sockets()
        slack.await_socket()
        slack.say(ruth, "still there")
        slack.settle()
    assert heard.of("message")[-1]["event"]["text"] == "still there"


def test_a_press_is_not_delivered_again_and_the_log_says_that_it_failed(slack: Slack, ruth: str, heard: Heard) -> None:
    client_of(slack, timeout=1).chat_postMessage(channel=ruth, text="x", blocks=card(button("Odd", "unheard of")))
    with Running(slack, bare_app(heard), "http"):
        delivery = slack.press(ruth, label="Odd")
        assert (delivery.acknowledged, delivery.tries, slack.redeliver()) == (False, ["http_error"], 0)


def test_the_challenge_is_answered_by_an_app_that_checks_signatures(slack: Slack, heard: Heard) -> None:
    with Running(slack, bare_app(heard), "http"):
        url = str(slack.courier.url)
        assert slack.verify_url(url)
        slack.workspace.signing_secret = "another"
        assert not slack.verify_url(url)
