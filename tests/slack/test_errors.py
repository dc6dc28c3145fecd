"""What Slack's answers mean for the sender."""

import socket
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from remembrancer.bot.slack.errors import as_send_error
from remembrancer.scheduler.outbox.transport import Trouble


def answered(data: Any, status: int = 200, **headers: str) -> SlackApiError:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response = SlackResponse(
        client=WebClient(), http_verb="POST", api_url="", req_args={}, data=data, headers=sent, status_code=status
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


def refused(code: str, **more: Any) -> SlackApiError:
    return answered({"ok": False, "error": code, **more})


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("ratelimited", Trouble.AGAIN),
        ("internal_error", Trouble.DOUBT),
        ("fatal_error", Trouble.DOUBT),
        ("request_timeout", Trouble.DOUBT),
        ("service_unavailable", Trouble.DOUBT),
        ("channel_not_found", Trouble.BROKEN),
        ("not_in_channel", Trouble.BROKEN),
        ("is_archived", Trouble.BROKEN),
        ("user_not_found", Trouble.BROKEN),
        ("user_disabled", Trouble.BROKEN),
        ("cannot_dm_bot", Trouble.BROKEN),
        ("restricted_action", Trouble.BROKEN),
        ("restricted_action_read_only_channel", Trouble.BROKEN),
        ("messages_tab_disabled", Trouble.BROKEN),
        ("message_not_found", Trouble.BROKEN),
        ("cant_update_message", Trouble.BROKEN),
        ("edit_window_closed", Trouble.BROKEN),
        ("is_inactive", Trouble.BROKEN),
        ("invalid_auth", Trouble.STOPPED),
        ("token_revoked", Trouble.STOPPED),
        ("token_expired", Trouble.STOPPED),
        ("account_inactive", Trouble.STOPPED),
        ("missing_scope", Trouble.STOPPED),
        ("team_access_not_granted", Trouble.STOPPED),
        ("invalid_blocks", Trouble.OURS),
        ("msg_too_long", Trouble.OURS),
        ("msg_blocks_too_long", Trouble.OURS),
        ("no_text", Trouble.OURS),
        ("metadata_too_large", Trouble.OURS),
        ("never_heard_of_it", Trouble.OURS),
    ],
)
def test_each_of_slacks_codes_means_one_thing_and_is_named(code: str, trouble: Trouble) -> None:
    error = as_send_error(refused(code))
    assert (error.trouble, error.reason) == (trouble, code)
    assert error.of_all == (trouble == Trouble.STOPPED)


@pytest.mark.parametrize(
    ("code", "is_gone"),
    [
        ("cant_update_message", True),
        ("edit_window_closed", True),
        ("message_not_found", True),
        ("channel_not_found", False),
        ("user_disabled", False),
    ],
)
def test_a_message_that_cannot_be_changed_says_nothing_of_its_conversation(code: str, is_gone: bool) -> None:
    assert as_send_error(refused(code)).is_gone == is_gone


def test_what_slack_says_is_wrong_with_a_payload_is_in_the_reason() -> None:
    error = as_send_error(refused("invalid_blocks", response_metadata={"messages": ["one wrong", "two wrong"]}))
    assert error.reason == "invalid_blocks: one wrong; two wrong"


def test_the_scope_that_is_missing_is_in_the_reason() -> None:
    assert as_send_error(refused("missing_scope", needed="im:history")).reason == "missing_scope: im:history"


@pytest.mark.parametrize("name", ["retry_after", "Retry_After"])
def test_a_limit_says_in_how_many_seconds(name: str) -> None:
    error = as_send_error(answered({"ok": False, "error": "ratelimited"}, 429, **{name: "17"}))
    assert (error.trouble, error.retry_after) == (Trouble.AGAIN, 17)


@pytest.mark.parametrize("said", ["", "soon"])
def test_a_limit_that_does_not_say_how_long_is_a_limit_all_the_same(said: str) -> None:
    error = as_send_error(answered("", 429, retry_after=said))
    assert (error.trouble, error.retry_after) == (Trouble.AGAIN, None)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (answered({"ok": False, "error": "Received a response in a non-JSON format: <html>"}, 502), Trouble.DOUBT),
        (answered({"ok": True}, 500), Trouble.DOUBT),
        (answered({"ok": False, "error": "invalid_blocks"}, 503), Trouble.DOUBT),
        (answered({"ok": False, "error": "Received a response in a non-JSON format: {"}), Trouble.DOUBT),
        (answered(None), Trouble.DOUBT),
        (answered({"ok": False, "error": "Received a response in a non-JSON format: <html>"}, 404), Trouble.STOPPED),
        (URLError(ConnectionRefusedError(111, "refused")), Trouble.AGAIN),
        (URLError(socket.gaierror(-2, "no such name")), Trouble.AGAIN),
        (URLError(TimeoutError()), Trouble.DOUBT),
        (URLError(ConnectionResetError()), Trouble.DOUBT),
        (TimeoutError(), Trouble.DOUBT),
        (ConnectionResetError(), Trouble.DOUBT),
        (RemoteDisconnected("closed"), Trouble.DOUBT),
        (AttributeError("'list' object has no attribute 'get'"), Trouble.DOUBT),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), Trouble.DOUBT),
    ],
)
def test_what_may_have_been_sent_is_in_doubt_and_what_reached_nobody_is_not(error: Exception, trouble: Trouble) -> None:
    assert as_send_error(error).trouble == trouble
