"""The app's manifest holds what the app needs, and nothing that Slack would refuse."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.bot.slack.manifest import manifest
from tests.slack.strict.state import SCOPES, SUBSCRIPTIONS

URL = "https://remembrancer.example.org"


def printed(monkeypatch: pytest.MonkeyPatch, *options: str, public_url: str = "") -> Any:
    monkeypatch.setenv("REMEMBRANCER_PUBLIC_URL", public_url)
    done = CliRunner().invoke(cli.app, ["slack", "manifest", *options])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_it_asks_for_what_is_needed_and_listens_to_what_is_handled() -> None:
    made = manifest(URL, socket=True)
    assert set(made["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) == SUBSCRIPTIONS
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert made["features"]["bot_user"]["always_online"]
    assert made["settings"]["interactivity"]["is_enabled"]
    assert not made["settings"]["token_rotation_enabled"]


def test_commands_and_the_shortcut_are_as_the_app_knows_them() -> None:
    features = manifest(URL, socket=True)["features"]
    assert [each["command"] for each in features["slash_commands"]] == ["/remembrancer", "/returns"]
    assert all(each["should_escape"] and each["usage_hint"] for each in features["slash_commands"])
    [shortcut] = features["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("message", "use_as_update")


def test_texts_are_no_longer_than_slack_lets_them_be() -> None:
    made = manifest(URL, socket=True)
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features["shortcuts"][0]["name"]) <= 24
    assert len(features["shortcuts"][0]["description"]) <= 150
    for command in features["slash_commands"]:
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def urls(made: Any) -> list[str]:
    """Every address in it."""
    if isinstance(made, dict):
        return [url for value in made.values() for url in urls(value)]
    if isinstance(made, list):
        return [url for value in made for url in urls(value)]
    return [made] if isinstance(made, str) and made.startswith("http") else []


def test_over_http_all_comes_to_one_address_and_by_a_socket_to_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert urls(printed(monkeypatch, "--no-socket", public_url=URL)) == 4 * [f"{URL}/slack/events"]
    assert urls(printed(monkeypatch, "--socket", public_url=URL)) == []


def test_without_a_word_it_is_as_the_public_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not printed(monkeypatch, public_url=URL)["settings"]["socket_mode_enabled"]
    assert printed(monkeypatch)["settings"]["socket_mode_enabled"]


def test_an_address_to_which_slack_would_not_send_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMEMBRANCER_PUBLIC_URL", "http://remembrancer.example.org")
    done = CliRunner().invoke(cli.app, ["slack", "manifest", "--no-socket"])
    assert done.exit_code == 1
    assert "https://" in done.output
