"""What Slack's payloads say: pure translation, and text as the person saw it."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.bot.slack.inbound.events import Event, parse, team_of
from remembrancer.bot.slack.inbound.message_text import mentioned_users, to_plain_text


def event(**inner: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": inner}


def im(**more: Any) -> dict[str, Any]:
    told = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "my", "ts": "2.0"}
    return event(**(told | more))


def heard(body: dict[str, Any]) -> Event:
    found = parse(body)
    assert found is not None
    return found


def test_words_in_the_chat_are_heard_under_the_events_own_name() -> None:
    assert heard(im()) == Event("text", "Ev1", "U1", conversation="D1", text="my")


def test_a_reply_in_a_thread_is_about_the_message_above_it() -> None:
    assert heard(im(thread_ts="1.0")).about == "1.0"
    assert heard(im(thread_ts="2.0")).about is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_words_with_a_file_or_sent_to_the_channel_too_count(subtype: str) -> None:
    assert heard(im(subtype=subtype, text="on track")).text == "on track"


@pytest.mark.parametrize(
    "body",
    [
        im(bot_id="B1"),
        im(subtype="message_changed"),
        im(subtype="message_deleted"),
        im(subtype="channel_join"),
        im(channel_type="channel"),
        event(type="app_home_opened", user="U1", channel="D1", tab="messages"),
        event(type="reaction_added", user="U1"),
        {"type": "view_closed_by_nobody"},
        {"command": "/other", "trigger_id": "1"},
        {"type": "message_action", "callback_id": "other"},
    ],
)
def test_what_is_not_for_us_is_not_heard(body: dict[str, Any]) -> None:
    assert parse(body) is None


def press(**action: Any) -> dict[str, Any]:
    made = {"type": "button", "action_id": "answer", "value": "17", "action_ts": "9.1"} | action
    return {"type": "block_actions", "user": {"id": "U1"}, "trigger_id": "t", "actions": [made]}


def test_a_button_is_its_action_and_its_value_and_each_press_has_a_name() -> None:
    found = heard(press() | {"channel": {"id": "D1"}, "message": {"ts": "1.0"}})
    assert (found.kind, found.action, found.value, found.trigger) == ("press", "answer", "17", "t")
    assert (found.conversation, found.about, found.key) == ("D1", "1.0", "press-U1-9.1")
    assert heard(press(action_ts="9.2")).key != found.key


def test_a_second_button_of_one_action_in_a_block_is_that_action() -> None:
    assert heard(press(action_id="answer#1")).action == "answer"


def test_a_link_that_is_a_button_asks_for_nothing() -> None:
    assert parse(press(url="https://example.org")) is None


def test_a_press_on_the_home_tab_is_a_press_and_a_choice_in_a_form_a_change() -> None:
    assert heard(press() | {"view": {"type": "home", "id": "V1"}}).kind == "press"
    chosen = heard(press(type="radio_buttons") | {"view": {"type": "modal", "id": "V1"}})
    assert (chosen.kind, chosen.view["id"]) == ("change", "V1")


def submission(hash_: str = "h1", text: str = "on track") -> dict[str, Any]:
    view = {"id": "V1", "hash": hash_, "state": {"values": {"progress": {"value": {"value": text}}}}}
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def test_a_submission_that_is_repeated_has_one_name_and_one_that_differs_another() -> None:
    assert heard(submission()).key == heard(submission()).key
    names = {heard(submission(hash_, text)).key for hash_ in ("h1", "h2") for text in ("on track", "late")}
    assert len(names) == 4


@pytest.mark.parametrize(
    ("command", "typed", "text"),
    [
        ("/remembrancer", "answer 52", "answer 52"),
        ("/remembrancer", "", "help"),
        ("/returns", "  ", "my"),
        ("/returns", "status", "status"),
    ],
)
def test_a_slash_command_says_what_is_typed_after_it(command: str, typed: str, text: str) -> None:
    body = {"command": command, "text": typed, "user_id": "U1", "trigger_id": "1.2", "channel_name": "general"}
    found = heard(body)
    assert (found.text, found.key, found.elsewhere) == (text, "command-1.2", True)
    assert not heard(body | {"channel_name": "directmessage"}).elsewhere


def test_a_message_may_be_used_as_an_update_whoever_wrote_it() -> None:
    body = {
        "type": "message_action",
        "callback_id": "use_as_update",
        "action_ts": "5.5",
        "trigger_id": "t",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"user": "U2", "text": "contracts are signed", "ts": "4.4", "thread_ts": "4.0"},
    }
    found = heard(body)
    assert (found.kind, found.user, found.text, found.about) == ("text", "U1", "contracts are signed", "4.0")


@pytest.mark.parametrize("kind", ["user_change", "team_join", "channel_archive", "channel_rename", "tokens_revoked"])
def test_changes_of_the_workspace_are_handled_in_one_order(kind: str) -> None:
    found = heard(event(type=kind, user={"id": "U1"}))
    assert (found.kind, found.lane) == ("directory", "slack")


def test_the_workspace_is_named_by_each_sort_of_payload() -> None:
    assert team_of(im())[0] == "T1"
    assert team_of({"type": "block_actions", "team": {"id": "T2"}, "enterprise": None}) == ("T2", "")
    assert team_of({"team_id": "T3", "enterprise_id": "E1", "is_enterprise_install": "true"}) == ("T3", "E1")
    assert team_of({"team_id": "T3", "enterprise_id": "E1", "is_enterprise_install": False}) == ("T3", "")
    assert team_of({}) == ("", "")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("my delegate is <@U2>", "my delegate is Sadia Malik"),
        ("delegate <@U3|sam> until Friday", "delegate sam until Friday"),
        ("ask <@U3>", "ask @U3"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <https://example.org/a|the report>", "see https://example.org/a"),
        ("see <http://example.org|example.org>", "see example.org"),
        ("write to <mailto:ruth@example.org|ruth@example.org>", "write to ruth@example.org"),
        ("in <#C1|corporate-board>", "in #corporate-board"),
        ("<!channel> is told", "@channel is told"),
        ("<!subteam^S1|@leads> are told", "@leads are told"),
        ("R&amp;D: 3 &lt; 4 &gt; 2", "R&D: 3 < 4 > 2"),
        ("&amp;lt; stays", "&lt; stays"),
    ],
)
def test_text_is_read_as_the_person_saw_it(text: str, seen: str) -> None:
    assert to_plain_text(text, {"U2": "Sadia Malik"}) == seen


def test_who_is_mentioned_is_found() -> None:
    assert mentioned_users("<@U2> and <@W3|sam>, not @U4 or &lt;@U5&gt;") == {"U2", "W3"}


@given(st.text())
def test_whatever_is_typed_comes_through_slacks_escaping_as_it_was(typed: str) -> None:
    assert to_plain_text(html.escape(typed, quote=False), {}) == typed
