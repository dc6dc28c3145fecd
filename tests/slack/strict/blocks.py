"""A strict checker of blocks and views, made from Slack's documentation and sharing nothing with ours."""

import json
from collections.abc import Iterator
from typing import Any

from tests.slack.strict.checks import Check, Shape, anything, flag, listing, string, typed, whole, wrong
from tests.slack.strict.elements import CHOICES, ID, IMAGE, INTERACTIVE, TYPED_IN, plain, words
from tests.slack.strict.state import Json

LONGEST_BLOCKS = 13_200
"""Of a message's blocks as JSON; reported, not documented (bolt-js issues 2509 and 2867)."""

LONGEST_MARKDOWN = 12_000
BLOCK_ID: dict[str, Check] = {"block_id": ID}


def says_something(block: Json, where: str) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield wrong("missing required field: text or fields", where)


def has_one_image(block: Json, where: str) -> Iterator[str]:
    if ("image_url" in block) == ("slack_file" in block):
        yield wrong("must provide exactly one of image_url and slack_file", where)


SHOWN: dict[str, Shape] = {
    "section": Shape(
        {},
        {
            **BLOCK_ID,
            "text": words(3000),
            "fields": listing(words(2000), 10),
            "accessory": typed({**INTERACTIVE, "image": Shape(IMAGE.must, IMAGE.may, has_one_image)}),
            "expand": flag,
        },
        says_something,
    ),
    "divider": Shape({}, BLOCK_ID),
    "header": Shape({"text": plain(150)}, {**BLOCK_ID, "level": whole(1, 4)}),
    "context": Shape(
        {
            "elements": listing(
                typed(
                    {
                        "image": Shape(IMAGE.must, IMAGE.may, has_one_image),
                        "mrkdwn": Shape({"text": string(3000)}, {"verbatim": flag}),
                        "plain_text": Shape({"text": string(3000)}, {"emoji": flag}),
                    }
                ),
                10,
            )
        },
        BLOCK_ID,
    ),
    "actions": Shape({"elements": listing(typed(INTERACTIVE), 25)}, BLOCK_ID),
    "image": Shape(
        {"alt_text": string(2000)},
        {**BLOCK_ID, "image_url": string(3000), "slack_file": anything, "title": plain(2000)},
        has_one_image,
    ),
    "input": Shape(
        {"label": plain(2000), "element": typed({**CHOICES, **TYPED_IN})},
        {**BLOCK_ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": Shape({"elements": listing(anything, 1000)}, BLOCK_ID),
}
LABEL = string(20)
SERIES = Shape({"name": LABEL, "data": listing(Shape({"label": LABEL, "value": anything}), 20)})
AXES = Shape({"categories": listing(LABEL, 20)}, {"x_label": string(50), "y_label": string(50)})
CHART: dict[str, Shape] = {
    "pie": Shape({"segments": listing(Shape({"label": LABEL, "value": anything}), 20)}),
    **{kind: Shape({"series": listing(SERIES, 6), "axis_config": AXES}) for kind in ("bar", "line", "area")},
}
IN_MESSAGES: dict[str, Shape] = {
    **SHOWN,
    "markdown": Shape({"text": string(LONGEST_MARKDOWN)}, BLOCK_ID),
    "table": Shape(
        {"rows": listing(listing(anything, 20), 100)}, {**BLOCK_ID, "column_settings": listing(anything, 20)}
    ),
    "data_visualization": Shape({"title": string(50), "chart": typed(CHART)}, BLOCK_ID),
}
VIEW: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "blocks": listing(typed(SHOWN), 100, 0),
}
MODAL = Shape(
    {"title": plain(24), "blocks": listing(typed(SHOWN), 100)},
    {
        **VIEW,
        "close": plain(24),
        "submit": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
HOME = Shape({"blocks": VIEW["blocks"]}, VIEW)


def check_blocks(blocks: Any) -> list[str]:
    """What is wrong with a message's blocks."""
    found = list(listing(typed(IN_MESSAGES), 50, 0)(blocks, "/blocks"))
    return found or [*unique(blocks, "/blocks"), *together(blocks)]


def check_view(view: Any, kinds: tuple[str, ...] = ("modal", "home")) -> list[str]:
    """What is wrong with a modal or a home view."""
    shapes = {kind: shape for kind, shape in {"modal": MODAL, "home": HOME}.items() if kind in kinds}
    found = list(typed(shapes)(view, "/view"))
    return found or [*unique(view["blocks"], "/view/blocks"), *can_be_submitted(view)]


def unique(blocks: list[Json], where: str) -> Iterator[str]:
    """Each block's id once; each action's once within its block; one focus."""
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            yield wrong(f"block_id already exists: {name}", f"{where}/{place}/block_id")
        seen |= {name} if name else set()
        actions = [one["action_id"] for one in elements_of(block) if "action_id" in one]
        if len(actions) != len(set(actions)):
            yield wrong("action_id already exists in this block", f"{where}/{place}/elements")
    if sum(bool(one.get("focus_on_load")) for block in blocks for one in elements_of(block)) > 1:
        yield wrong("only one element may have focus_on_load", where)


def together(blocks: list[Json]) -> Iterator[str]:
    """What a message may hold only so much of."""
    kinds = [block["type"] for block in blocks]
    if kinds.count("data_visualization") > 2:
        yield wrong("no more than 2 data_visualization blocks allowed", "/blocks")
    if kinds.count("table") > 1:
        yield wrong("only_one_table_allowed", "/blocks")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > LONGEST_MARKDOWN:
        yield wrong(f"markdown must be less than {LONGEST_MARKDOWN + 1} characters in all", "/blocks")


def can_be_submitted(view: Json) -> Iterator[str]:
    if view["type"] == "modal" and "submit" not in view and any(one["type"] == "input" for one in view["blocks"]):
        yield wrong("missing required field: submit (there is an input)", "/view")


def elements_of(block: Json) -> list[Json]:
    """The elements of a block that may have an action_id."""
    found = [block.get("element"), block.get("accessory")]
    if block.get("type") == "actions":
        found += block["elements"]
    return [one for one in found if isinstance(one, dict)]


def too_long(blocks: list[Json]) -> bool:
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS
