"""Our table of Slack's limits: of each there is a payload that just fits and one that just does not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.platform_limits.slack import Surface, problems

Made = Callable[[int], Mapping[str, Any]]


def text(size: int, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": "x" * size}


def option(size: int = 1, value: int = 1, **more: Any) -> dict[str, Any]:
    return {"text": text(size), "value": "v" * value, **more}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": text(1), "value": str(number)} for number in range(count)]


def message(*blocks: Mapping[str, Any], said: str = "said") -> dict[str, Any]:
    return {"text": said, "blocks": list(blocks)}


def carrying(name: str) -> dict[str, Any]:
    return message() | {"metadata": {"event_type": name, "event_payload": {}}}


def modal(*blocks: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": text(1), "submit": text(1), "blocks": list(blocks), **more}


def without(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != name}


def home(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks)}


def section(size: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": text(size, "mrkdwn"), **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": text(1), **more}


def actions(*elements: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def field(element: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": text(1), "element": element, **more}


def asked(kind: str, **more: Any) -> dict[str, Any]:
    return modal(field({"type": kind, **more}))


def table(rows: int, columns: int = 1, size: int = 1) -> dict[str, Any]:
    cell = {"type": "raw_text", "text": "x" * size}
    return {"type": "table", "rows": [[cell] * columns for _ in range(rows)]}


def rich(*elements: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def written(leaf: Mapping[str, Any]) -> dict[str, Any]:
    return rich({"type": "rich_text_section", "elements": [leaf]})


def listing(**more: Any) -> dict[str, Any]:
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return rich({"type": "rich_text_list", "style": "bullet", "elements": [part], **more})


def image(size: int) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://x.example.org/a.png", "alt_text": "x" * size}


def group(label: int, count: int) -> dict[str, Any]:
    return {"label": text(label), "options": options(count)}


OTHER = option()

AT_MOST: list[tuple[str, Surface, int, Made]] = [
    ("a message's text", "message", 40_000, lambda n: message(said="x" * n)),
    ("a message's blocks", "message", 50, lambda n: message(*[section()] * n)),
    ("a message's blocks together", "message", 13_000, lambda n: message(*[section(2000)] * 6, section(n - 12_000))),
    ("a modal's blocks", "modal", 100, lambda n: modal(*[section()] * n)),
    ("a home's blocks", "home", 100, lambda n: home(*[section()] * n)),
    ("a section's text", "message", 3000, lambda n: message(section(n))),
    ("a section's fields", "message", 10, lambda n: message({"type": "section", "fields": [text(1)] * n})),
    ("a field's text", "message", 2000, lambda n: message({"type": "section", "fields": [text(n)]})),
    ("a header", "message", 150, lambda n: message({"type": "header", "text": text(n)})),
    ("a block's id", "message", 255, lambda n: message(section(block_id="x" * n))),
    ("a markdown block", "message", 12_000, lambda n: message({"type": "markdown", "text": "x" * n})),
    ("a context's elements", "message", 10, lambda n: message({"type": "context", "elements": [text(1)] * n})),
    ("an action's id", "message", 255, lambda n: message(actions(button(action_id="x" * n)))),
    ("a button's text", "message", 75, lambda n: message(actions({"type": "button", "text": text(n)}))),
    ("a button's value", "message", 2000, lambda n: message(actions(button(value="x" * n)))),
    ("a button's other label", "message", 75, lambda n: message(actions(button(accessibility_label="x" * n)))),
    ("a block's buttons", "message", 25, lambda n: message(actions(*[button()] * n))),
    ("an image's alt text", "message", 2000, lambda n: message(image(n))),
    ("a table's rows", "message", 100, lambda n: message(table(n))),
    ("a table's columns", "message", 20, lambda n: message(table(1, columns=n))),
    ("a table's characters", "message", 10_000, lambda n: message(table(1, size=n))),
    ("a message's tables", "message", 1, lambda n: message(*[table(1)] * n)),
    ("how deep a list stands", "message", 8, lambda n: message(listing(indent=n))),
    ("the name of metadata", "message", 255, lambda n: carrying("x" * n)),
    ("a modal's title", "modal", 24, lambda n: modal(section(), title=text(n))),
    ("a modal's submit", "modal", 24, lambda n: modal(section(), submit=text(n))),
    ("a modal's close", "modal", 24, lambda n: modal(section(), close=text(n))),
    ("a modal's callback", "modal", 255, lambda n: modal(section(), callback_id="x" * n)),
    ("a modal's private metadata", "modal", 3000, lambda n: modal(section(), private_metadata="x" * n)),
    ("an input's label", "modal", 2000, lambda n: modal(field({"type": "datepicker"}, label=text(n)))),
    ("an input's hint", "modal", 2000, lambda n: modal(field({"type": "datepicker"}, hint=text(n)))),
    ("a placeholder", "modal", 150, lambda n: asked("datepicker", placeholder=text(n))),
    ("a text's first value", "modal", 3000, lambda n: asked("plain_text_input", initial_value="x" * n)),
    ("a text's length", "modal", 3000, lambda n: asked("plain_text_input", max_length=n)),
    ("a day", "modal", 10, lambda n: asked("datepicker", initial_date="2019-09-1311"[:n])),
    ("an option's text", "modal", 75, lambda n: asked("radio_buttons", options=[option(n)])),
    ("an option's value", "modal", 150, lambda n: asked("radio_buttons", options=[option(1, n)])),
    ("an option's description", "modal", 75, lambda n: asked("checkboxes", options=[option(description=text(n))])),
    ("radio buttons", "modal", 10, lambda n: asked("radio_buttons", options=options(n))),
    ("checkboxes", "modal", 10, lambda n: asked("checkboxes", options=options(n))),
    ("a menu's options", "modal", 100, lambda n: asked("static_select", options=options(n))),
    ("a menu of several", "modal", 100, lambda n: asked("multi_static_select", options=options(n))),
    ("a group's options", "modal", 100, lambda n: asked("static_select", option_groups=[group(1, n)])),
    ("a group's label", "modal", 75, lambda n: asked("static_select", option_groups=[group(n, 1)])),
    ("a menu's groups", "modal", 100, lambda n: asked("static_select", option_groups=[group(1, 1)] * n)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "surface", "most", "made"), AT_MOST, ids=[row[0] for row in AT_MOST])
def test_what_just_fits_is_taken_and_one_more_is_not(what: str, surface: Surface, most: int, made: Made) -> None:
    assert problems(surface, made(most)) == []
    assert problems(surface, made(most + 1)) != []


WRONG: list[tuple[str, Surface, Mapping[str, Any]]] = [
    ("no fallback text", "message", {"blocks": [section()]}),
    ("an empty fallback text", "message", message(section(), said="")),
    ("an empty text", "message", message(section(0))),
    ("an empty cell", "message", message(table(1, size=0))),
    ("an empty rich text", "message", message(rich())),
    ("an empty leaf", "message", message(written({"type": "text", "text": ""}))),
    ("an empty section", "message", message({"type": "section"})),
    ("no buttons", "message", message(actions())),
    ("no options", "modal", asked("static_select", options=[])),
    ("neither options nor groups", "modal", asked("static_select")),
    ("an image without alt text", "message", message({"type": "image", "image_url": "https://x.example.org/a.png"})),
    ("an image from nowhere", "message", message({"type": "image", "alt_text": "x"})),
    ("an unknown block", "message", message({"type": "sonnet"})),
    ("a block without a type", "message", message({"text": text(1)})),
    ("a block that is none", "message", message("block")),  # type: ignore[arg-type]
    ("an unknown element", "message", message(actions({"type": "lever"}))),
    ("a mention", "message", message(written({"type": "user", "user_id": "U1"}))),
    ("an unknown key", "message", message(section(colour="red"))),
    ("an unknown style", "message", message(actions(button(style="loud")))),
    ("a column without an alignment", "message", message(table(1) | {"column_settings": [{"is_wrapped": True}]})),
    ("one block's id twice", "message", message(section(block_id="a"), section(block_id="a"))),
    ("one action's id twice in a block", "message", message(actions(button(action_id="a"), button(action_id="a")))),
    ("an input in a message", "message", message(field({"type": "datepicker"}))),
    ("an input in a home", "home", home(field({"type": "datepicker"}))),
    ("a table in a modal", "modal", modal(table(1))),
    ("a table in a home", "home", home(table(1))),
    ("a button as an input", "modal", modal(field(button()))),
    ("a text input among actions", "modal", modal(actions({"type": "plain_text_input"}))),
    ("an mrkdwn label", "modal", modal(field({"type": "datepicker"}, label=text(1, "mrkdwn")))),
    ("an input that nobody can submit", "modal", without(asked("datepicker"), "submit")),
    ("no title", "modal", without(modal(section()), "title")),
    ("no blocks", "modal", modal()),
    ("a first choice that is not offered", "modal", asked("radio_buttons", options=options(2), initial_option=OTHER)),
    ("first choices that are not offered", "modal", asked("checkboxes", options=options(2), initial_options=[OTHER])),
    ("blocks that are no list", "home", {"type": "home", "blocks": {}}),
    ("a number that is none", "message", message(listing(indent="deep"))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "surface", "payload"), WRONG, ids=[row[0] for row in WRONG])
def test_what_slack_would_refuse_is_a_problem(what: str, surface: Surface, payload: Mapping[str, Any]) -> None:
    assert problems(surface, payload) != []


def test_a_problem_names_its_path_and_what_is_wrong() -> None:
    found = problems("message", message(section(), actions(button(value="x" * 2001))))
    assert found == ["message.blocks[1].elements[0].value: has 2001 characters; it may have 1 to 2000"]


def test_the_same_action_may_stand_in_two_blocks() -> None:
    assert problems("message", message(actions(button(action_id="a")), actions(button(action_id="a")))) == []


def test_a_first_choice_may_stand_in_any_group() -> None:
    first = options(1)[0]
    assert problems("modal", asked("static_select", option_groups=[group(1, 1)], initial_option=first)) == []


def test_a_messages_other_arguments_are_not_judged() -> None:
    assert problems("message", message(section()) | {"channel": "D1", "thread_ts": "1.2"}) == []
