"""The strict Slack's channels, threads and messages that one person sees: driven by the real client."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.slack.bare import button, card, client_of, refused
from tests.slack.strict import Slack
from tests.slack.strict.response_urls import new_response_url


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ruth(slack: Slack) -> str:
    return slack.person("ruth.fairbrass")


def answer(url: str, **said: Any) -> int:
    """The status of a post to a response_url."""
    body = urllib.request.Request(url, json.dumps(said).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(body, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_channels_are_listed_by_kind_and_private_ones_only_from_within(
    slack: Slack, client: WebClient, ruth: str
) -> None:
    board, old = slack.room("board", [ruth]), slack.room("old", [ruth], with_bot=False)
    cabinet, hidden = slack.room("cabinet", [ruth], private=True), slack.room("x", [ruth], private=True, with_bot=False)
    slack.archive(old)

    def listed(**args: Any) -> list[str]:
        return [one["id"] for one in client.conversations_list(**args)["channels"]]

    assert listed() == [board, old]
    assert listed(exclude_archived=True, types="public_channel,private_channel") == [board, cabinet]
    assert client.conversations_info(channel=old)["channel"]["is_member"] is False
    assert client.conversations_members(channel=board)["members"] == [ruth, slack.workspace.bot.id]
    assert refused(client, "conversations.info", channel=hidden) == "channel_not_found"
    assert refused(client, "conversations.history", channel=old) == "not_in_channel"


def test_each_kind_of_conversation_has_scopes_of_its_own(slack: Slack, client: WebClient, ruth: str) -> None:
    place = str(client.conversations_open(users=ruth)["channel"]["id"])
    assert refused(client, "conversations.info", channel=place) == "missing_scope"
    assert refused(client, "conversations.list", types="im") == "missing_scope"
    assert refused(client, "conversations.list", types="public") == "invalid_types"
    assert refused(client, "team.info") == "missing_scope"
    slack.take_scope("users:read.email")
    assert "email" not in client.users_info(user=ruth)["user"]["profile"]
    assert refused(client, "users.lookupByEmail", email="ruth.fairbrass@example.org") == "missing_scope"


def test_a_conversation_is_opened_once_with_one_person(slack: Slack, client: WebClient, ruth: str) -> None:
    first, second = client.conversations_open(users=ruth), client.conversations_open(users=ruth, return_im=True)
    assert first["channel"]["id"] == second["channel"]["id"]
    assert (first.get("already_open"), second.get("already_open")) == (None, True)
    assert second["channel"]["user"] == ruth
    assert refused(client, "conversations.open") == "users_list_not_supplied"


def test_history_comes_in_pages_and_links_lead_to_messages(slack: Slack, client: WebClient, ruth: str) -> None:
    room = slack.room("board", [ruth])
    sent = [str(client.chat_postMessage(channel=room, text=str(number))["ts"]) for number in range(5)]
    pages = []
    for some in client.conversations_history(channel=room, limit=2):
        pages.append((*(one["text"] for one in some["messages"]), some["has_more"]))
        client.chat_postMessage(channel=room, text="meanwhile")
    assert pages == [("4", "3", True), ("2", "1", True), ("0", False)]
    assert refused(client, "conversations.history", channel=room, cursor="nonsense") == "invalid_cursor"
    link = str(client.chat_getPermalink(channel=room, message_ts=sent[0])["permalink"])
    assert link.endswith(f"/archives/{room}/p{sent[0].replace('.', '')}")
    assert refused(client, "chat.getPermalink", channel=room, message_ts="1.000001") == "message_not_found"


def test_a_reply_stands_below_its_message_and_in_the_channel_where_it_is_broadcast(
    slack: Slack, client: WebClient, ruth: str
) -> None:
    room = slack.room("board", [ruth])
    first, _ = (str(client.chat_postMessage(channel=room, text=text)["ts"]) for text in ("first", "second"))
    client.chat_postMessage(channel=room, text="below", thread_ts=first)
    client.chat_postMessage(channel=room, text="for all", thread_ts=first, reply_broadcast=True)
    assert slack.shown(ruth, room) == ["first", "↳ below", "↳ for all", "second"]
    history = [one["text"] for one in client.conversations_history(channel=room)["messages"]]
    assert history == ["for all", "second", "first"]


def test_an_ephemeral_message_is_seen_by_one_and_is_in_no_history(slack: Slack, client: WebClient, ruth: str) -> None:
    neil = slack.person("neil.coppard")
    room = slack.room("board", [ruth, neil])
    client.chat_postEphemeral(channel=room, user=ruth, text="for you")
    assert (slack.shown(ruth, room), slack.shown(neil, room)) == (["for you"], [])
    assert client.conversations_history(channel=room)["messages"] == []
    stranger = slack.person("joanna.pell")
    assert refused(client, "chat.postEphemeral", channel=room, user=stranger, text="x") == "user_not_in_channel"


def test_a_response_url_is_good_for_five_answers_and_half_an_hour(slack: Slack, ruth: str) -> None:
    room = slack.room("board", [ruth])
    url, other = (slack.do(lambda: new_response_url(slack.workspace, room, ruth)) for _ in range(2))
    assert [answer(url, text=str(number)) for number in range(6)] == [200] * 5 + [404]
    assert slack.shown(ruth, room) == ["0", "1", "2", "3", "4"]
    assert answer(other, text="all", response_type="in_channel") == 200
    assert [message.text for message in slack.messages(room)] == ["all"]
    slack.later(30 * 60 + 1)
    assert answer(other, text="late") == 404


def test_a_response_url_takes_the_original_away(slack: Slack, client: WebClient, ruth: str) -> None:
    room = slack.room("board", [ruth])
    ts = str(client.chat_postMessage(channel=room, text="x", blocks=card(button("Answer", "answer")))["ts"])
    url = slack.do(lambda: new_response_url(slack.workspace, room, ruth, ts))
    assert answer(url, delete_original=True) == 200
    assert slack.shown(ruth, room) == []


def test_a_file_is_refused_before_it_is_whole_and_is_shared_once(slack: Slack, client: WebClient, ruth: str) -> None:
    room = slack.room("board", [ruth])
    given = client.files_getUploadURLExternal(filename="report.docx", length=3)
    files = [{"id": given["file_id"], "title": "Report"}]
    share = {"files": files, "channel_id": room}
    assert refused(client, "files.completeUploadExternal", **share) == "file_upload_not_complete"
    for body, status in ((b"four", 400), (b"abc", 200)):
        assert answer_with_bytes(str(given["upload_url"]), body) == status
    assert client.api_call("files.completeUploadExternal", json=share)["files"] == files
    assert refused(client, "files.completeUploadExternal", **share) == "file_not_found"
    assert slack.shown(ruth, room) == ["(file: report.docx)"]


def answer_with_bytes(url: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
