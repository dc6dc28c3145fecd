"""The strict Slack's modals open by a fresh trigger, know their hash, and lie on each other three deep."""

import pytest
from slack_sdk import WebClient

from tests.slack.bare import client_of, modal, note, refused
from tests.slack.strict import Slack


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ruth(slack: Slack) -> str:
    return slack.person("ruth.fairbrass")


def test_views_need_a_fresh_trigger_and_know_their_hash(slack: Slack, client: WebClient, ruth: str) -> None:
    trigger = slack.do(lambda: slack.workspace.new_trigger(ruth))
    opened = client.views_open(trigger_id=trigger, view=modal(note("note")))["view"]
    assert refused(client, "views.open", trigger_id=trigger, view=modal(note("note"))) == "exchanged_trigger_id"
    late = slack.do(lambda: slack.workspace.new_trigger(ruth))
    slack.later(3.1)
    assert refused(client, "views.open", trigger_id=late, view=modal(note("note"))) == "expired_trigger_id"
    slack.fill(ruth, {"note": "typed"})
    updated = client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(note("note"), note("why")))
    assert updated["view"]["state"]["values"]["note"]["typed"]["value"] == "typed"
    stale = {"view_id": opened["id"], "hash": opened["hash"], "view": modal(note("note"))}
    assert refused(client, "views.update", **stale) == "hash_conflict"
    slack.close(ruth)
    assert refused(client, "views.update", **stale) == "not_found"


def test_three_modals_lie_on_each_other_and_no_more(slack: Slack, client: WebClient, ruth: str) -> None:
    trigger = slack.do(lambda: slack.workspace.new_trigger(ruth))
    client.views_open(trigger_id=trigger, view=modal(note("note")))
    for _ in range(2):
        client.views_push(trigger_id=slack.do(lambda: slack.workspace.new_trigger(ruth)), view=modal(note("note")))
    trigger = slack.do(lambda: slack.workspace.new_trigger(ruth))
    assert refused(client, "views.push", trigger_id=trigger, view=modal(note("note"))) == "push_limit_reached"
