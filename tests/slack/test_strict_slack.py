"""The strict Slack's Web API refuses what Slack refuses: driven by the real client."""

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.bare import button, card, client_of, refused
from tests.slack.strict import Limits, Slack


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ruth(slack: Slack) -> str:
    return slack.person("ruth.fairbrass")


def test_a_message_to_a_person_opens_their_dm_and_is_read_back(slack: Slack, client: WebClient, ruth: str) -> None:
    opened = client.conversations_open(users=ruth)["channel"]["id"]
    metadata = {"event_type": "due", "event_payload": {"id": 1}}
    assert client.chat_postMessage(channel=ruth, text="Due on Friday", metadata=metadata)["channel"] == opened
    plain = client.conversations_history(channel=opened)["messages"][0]
    told = client.conversations_history(channel=opened, include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert told["metadata"]["event_payload"] == {"id": 1}
    assert slack.shown(ruth) == ["Due on Friday"]


def test_names_of_messages_are_unique_and_grow_while_the_clock_stands_still(slack: Slack, ruth: str) -> None:
    client = client_of(slack)
    names = [client.chat_postMessage(channel=ruth, text=str(number))["ts"] for number in range(5)]
    assert names == sorted(set(names))
    assert all(len(name.partition(".")[2]) == 6 for name in names)


def test_arguments_come_as_json_as_a_form_and_in_the_query(slack: Slack, client: WebClient, ruth: str) -> None:
    blocks = json.dumps(card(button("Answer", "answer")))
    client.api_call("chat.postMessage", json={"channel": ruth, "text": "json"})
    client.api_call("chat.postMessage", data={"channel": ruth, "text": "form", "blocks": blocks})
    client.api_call("chat.postMessage", params={"channel": ruth, "text": "query"})
    assert slack.shown(ruth) == ["json", "52 is due\n[Answer]".replace("52", "*52*"), "query"]


def test_the_token_is_looked_at_and_is_in_no_log(slack: Slack, client: WebClient) -> None:
    assert refused(client_of(slack, "xoxb-other"), "auth.test") == "invalid_auth"
    assert refused(client_of(slack, slack.workspace.app_token), "auth.test") == "not_allowed_token_type"
    with urllib.request.urlopen(f"{slack.api_url}auth.test", timeout=5) as answer:
        assert json.load(answer)["error"] == "not_authed"
    form = urllib.parse.urlencode({"token": slack.workspace.bot_token}).encode()
    with urllib.request.urlopen(f"{slack.api_url}auth.test", data=form, timeout=5) as answer:
        assert json.load(answer)["ok"] is True
    assert all("token" not in call.args for call in slack.calls)
    assert refused(client, "chat.sing") == "unknown_method"


def test_a_dead_installation_and_a_missing_scope_say_so(slack: Slack, client: WebClient, ruth: str) -> None:
    slack.take_scope("chat:write")
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel=ruth, text="x")
    assert raised.value.response["error"] == "missing_scope"
    assert raised.value.response["needed"] == "chat:write"
    slack.revoke_tokens()
    assert refused(client, "auth.test") == "token_revoked"
    slack.uninstall()
    assert refused(client, "auth.test") == "account_inactive"
    slack.install_again()
    assert client.auth_test()["user_id"] == slack.workspace.bot.id


def test_destinations_that_cannot_be_reached_have_slacks_names(slack: Slack, client: WebClient, ruth: str) -> None:
    other, robot = slack.person("neil.coppard"), slack.person("robot", bot=True)
    slack.deactivate(other)
    without, old = slack.room("elsewhere", [ruth], with_bot=False), slack.room("old", [ruth])
    hidden = slack.room("hidden", [ruth], private=True, with_bot=False)
    slack.archive(old)
    wanted = {"C0": "channel_not_found", without: "not_in_channel", old: "is_archived", hidden: "channel_not_found"}
    wanted |= {other: "user_disabled", robot: "cannot_dm_bot"}
    assert {name: refused(client, "chat.postMessage", channel=name, text="x") for name in wanted} == wanted
    opened = {"U0": "user_not_found", other: "user_disabled", robot: "cannot_dm_bot"}
    assert {name: refused(client, "conversations.open", users=name) for name in opened} == opened
    assert refused(client, "users.info", user="U0") == "user_not_found"
    assert refused(client, "users.lookupByEmail", email="neil.coppard@example.org") == "users_not_found"
    assert client.users_lookupByEmail(email="ruth.fairbrass@example.org")["user"]["id"] == ruth


def test_what_a_message_says_has_limits(client: WebClient, slack: Slack, ruth: str) -> None:
    def post(**args: Any) -> str:
        return refused(client, "chat.postMessage", channel=ruth, **args)

    assert post(text=" ") == "no_text"
    assert post(text="x", metadata={"event_type": "x"}) == "invalid_metadata_format"
    big = {"event_type": "x", "event_payload": {"x": "y" * 20_000}}
    assert post(text="x", metadata=big) == "metadata_too_large"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    assert post(text="x", blocks=[section] * 5) == "msg_blocks_too_long"
    assert post(text="x", thread_ts="1.000001") == "thread_not_found"
    cut = client.chat_postMessage(channel=ruth, text="x" * 50_000)
    assert len(cut["message"]["text"]) == 40_000
    args = {"channel": cut["channel"], "ts": cut["ts"]}
    assert refused(client, "chat.update", text="x" * 4001, **args) == "msg_too_long"


def test_only_our_own_messages_change_and_only_by_the_dms_id(slack: Slack, client: WebClient, ruth: str) -> None:
    theirs = slack.say(ruth, "Good morning")
    sent = client.chat_postMessage(channel=ruth, text="old", blocks=card(button("Answer", "answer")))
    place = str(sent["channel"])
    assert refused(client, "chat.update", channel=ruth, ts=sent["ts"], text="new") == "channel_not_found"
    assert refused(client, "chat.update", channel=place, ts=theirs, text="new") == "cant_update_message"
    assert refused(client, "chat.update", channel=place, ts="1.000001", text="new") == "message_not_found"
    assert refused(client, "chat.delete", channel=place, ts=theirs) == "cant_delete_message"
    client.chat_update(channel=place, ts=str(sent["ts"]), text="new", blocks=[])
    assert slack.shown(ruth) == ["Good morning", "new"]
    client.chat_delete(channel=place, ts=str(sent["ts"]))
    assert slack.shown(ruth) == ["Good morning"]


def test_lists_come_in_pages(slack: Slack, client: WebClient) -> None:
    people = {slack.person(f"p{number}") for number in range(7)} | {slack.workspace.bot.id}
    sizes, seen = [], set()
    for some in client.users_list(limit=3):
        sizes.append(len(some["members"]))
        seen |= {user["id"] for user in some["members"]}
    assert sizes == [3, 3, 2]
    assert seen == people


def test_history_keeps_to_its_bounds_and_leaves_threads_to_replies(slack: Slack, client: WebClient, ruth: str) -> None:
    room = slack.room("board", [ruth])
    first, second, third = (str(client.chat_postMessage(channel=room, text=str(n))["ts"]) for n in range(3))
    below = client.chat_postMessage(channel=room, text="below", thread_ts=second)["ts"]

    def texts(**bounds: Any) -> list[str]:
        return [one["text"] for one in client.conversations_history(channel=room, **bounds)["messages"]]

    assert texts() == ["2", "1", "0"]
    assert texts(oldest=first) == ["2", "1"]
    assert texts(oldest=first, latest=third, inclusive=True) == ["2", "1", "0"]
    assert texts(oldest=first, latest=third) == ["1"]
    replies = client.conversations_replies(channel=room, ts=second)["messages"]
    assert [one["ts"] for one in replies] == [second, below]
    assert replies[0]["reply_count"] == 1


def test_over_the_limit_is_429_for_that_channel_and_is_counted(slack: Slack, client: WebClient, ruth: str) -> None:
    seconds = [0.0]
    slack.limits = limits = Limits(burst=2, seconds=lambda: seconds[0])
    other = slack.person("neil.coppard")
    for _ in range(2):
        client.chat_postMessage(channel=ruth, text="x")
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel=ruth, text="x")
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "1")
    client.chat_postMessage(channel=other, text="x")
    seconds[0] = 1.0
    client.chat_postMessage(channel=ruth, text="x")
    assert limits.violations == {"chat.postMessage": 1}
    assert [call.violation for call in slack.calls] == [False, False, True, False, False]


def test_a_picture_is_uploaded_and_shared_with_its_words(slack: Slack, client: WebClient, ruth: str) -> None:
    room = slack.room("board", [ruth])
    parent = str(client.chat_postMessage(channel=room, text="Digest")["ts"])
    client.files_upload_v2(
        channel=room, filename="chart.png", content=b"\x89PNG", title="Chart", alt_txt="Four of five", thread_ts=parent
    )
    assert slack.shown(ruth, room) == ["Digest", "↳ (file: chart.png; Four of five)"]
    assert slack.messages(room)[1].thread_ts == parent
    assert list(slack.workspace.uploads.values()) == [b"\x89PNG"]
