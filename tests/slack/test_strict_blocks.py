"""The strict Slack's checker of blocks and views says what is wrong, and where."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.slack.bare import STATUS, button, card, client_of, modal, note, text
from tests.slack.strict import Slack
from tests.slack.strict.blocks import check_blocks, check_view

Json = dict[str, Any]


def section(words: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(kind: str, many: int, **more: Any) -> Json:
    options = [{"text": text(f"Option {number}"), "value": str(number)} for number in range(many)]
    return {"type": kind, "action_id": "pick", "options": options, **more}


PIE = {"type": "pie", "segments": [{"label": "On track", "value": 4}]}
GOOD: dict[str, list[Json]] = {
    "a card": card(button("Answer", "answer"), button("Snooze", "snooze")),
    "the longest section": [section("x" * 3000)],
    "fifty blocks": [{"type": "divider"}] * 50,
    "a hundred options": [actions(select("static_select", 100))],
    "an image": [{"type": "image", "image_url": "https://example.org/a.png", "alt_text": "Four of five"}],
    "a table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "52"}]]}],
    "two charts": [{"type": "data_visualization", "title": "Status", "chart": PIE}] * 2,
}
BAD: dict[str, tuple[list[Json], str]] = {
    "a long section": ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "an empty section": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a section of nothing": ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    "fifty-one blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "a marked header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "a long header": (
        [{"type": "header", "text": text("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "a block of no type": ([{}], "unsupported type: None [json-pointer:/blocks/0/type]"),
    "a key too many": (
        [{"type": "divider", "colour": "red"}],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "a block's name twice": (
        [section("x", block_id="a"), section("y", block_id="a")],
        "block_id already exists: a [json-pointer:/blocks/1/block_id]",
    ),
    "an action's name twice": (
        [actions(button("A", "a"), button("B", "a"))],
        "action_id already exists in this block [json-pointer:/blocks/0/elements]",
    ),
    "a long button": (
        [actions(button("x" * 76, "a"))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "a long value": (
        [actions(button("A", "a", "x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "no elements": ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "too many buttons": (
        [actions(*[button("A", str(number)) for number in range(26)])],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "too many options": (
        [actions(select("static_select", 101))],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "too many boxes": (
        [actions(select("checkboxes", 11))],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "a choice that is not offered": (
        [actions(select("static_select", 2, initial_option={"text": text("Other"), "value": "x"}))],
        "initial option is not among the options [json-pointer:/blocks/0/elements/0]",
    ),
    "a day that is none": (
        [actions({"type": "datepicker", "action_id": "a", "initial_date": "2019-02-30"})],
        "must be a date, YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    "a picture without words": (
        [{"type": "image", "image_url": "https://example.org/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "three charts": (
        GOOD["two charts"] + GOOD["two charts"][:1],
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]",
    ),
    "a button to fill in": (
        [{"type": "input", "label": text("x"), "element": button("A", "a")}],
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
}
BAD_VIEWS: dict[str, tuple[Json, str]] = {
    "a long title": (
        modal(section("x"), title=text("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "inputs without submit": (
        {key: value for key, value in modal(note("note")).items() if key != "submit"},
        "missing required field: submit (there is an input) [json-pointer:/view]",
    ),
    "much to remember": (
        modal(section("x"), private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "a chart": (
        modal(GOOD["two charts"][0]),
        "unsupported type: data_visualization [json-pointer:/view/blocks/0/type]",
    ),
    "a hundred and one blocks": (
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "a home with a title": (
        {"type": "home", "blocks": [], "title": text("x")},
        "invalid additional property: title [json-pointer:/view]",
    ),
    "a short limit": (
        modal(note("note") | {"element": {"type": "plain_text_input", "max_length": 2, "initial_value": "xyz"}}),
        "must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_slack_takes_is_taken(name: str) -> None:
    assert check_blocks(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_slack_refuses_is_refused(name: str) -> None:
    blocks, said = BAD[name]
    assert check_blocks(blocks) == [f"[ERROR] {said}"]


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_views_that_slack_refuses_are_refused(name: str) -> None:
    view, said = BAD_VIEWS[name]
    assert check_view(view) == [f"[ERROR] {said}"]


def test_a_form_with_choices_is_taken() -> None:
    assert check_view(modal(STATUS, note("note", optional=True, hint=text("Briefly")))) == []


def test_the_client_is_told_where_it_is_wrong(slack: Slack) -> None:
    client = client_of(slack)
    user = slack.person("ruth.fairbrass")
    said = ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]
    for call in (client.chat_postMessage, client.chat_postEphemeral):
        with pytest.raises(SlackApiError) as raised:
            call(channel=user, user=user, text="x", blocks=[section("x" * 3001)])
        assert raised.value.response["error"] == "invalid_blocks"
        assert raised.value.response["response_metadata"]["messages"] == said
    with pytest.raises(SlackApiError) as raised:
        client.blocks_validate(blocks=[section("x" * 3001)])
    assert raised.value.response["error"] == "invalid_blocks"
    with pytest.raises(SlackApiError) as raised:
        client.views_publish(user_id=user, view=modal(section("x")))
    assert raised.value.response["error"] == "invalid_arguments"
    assert slack.shown(user) == []
