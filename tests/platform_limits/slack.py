"""Says what of a message, modal or home page Slack would refuse.

Lengths and counts are those of Slack's reference. One is not in it: a table's cell may not be empty.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from remembrancer.bot.slack.outbound.blocks import (
    HEADER,
    MESSAGE_CHARACTERS,
    TABLE_CHARACTERS,
    TABLE_COLUMNS,
    TABLE_ROWS,
)
from remembrancer.bot.slack.outbound.message_chunks import count_characters
from tests.platform_limits.schema import Many, Number, Rule, Shape, Text, Typed, Word, missing, not_offered, repeated

Surface = Literal["message", "modal", "home"]


def words(most: int, kinds: tuple[str, ...] = ("plain_text",)) -> Shape:
    """A text object of so many characters."""
    yes_no = Word((True, False))
    return Shape({"type": Word(kinds), "text": Text(most)}, {"emoji": yes_no, "verbatim": yes_no})


SHAPES: dict[str, Rule] = {}
YES_NO, BOTH = Word((True, False)), ("plain_text", "mrkdwn")
BLOCK: dict[str, Rule] = {"block_id": Text(255)}
ACTION: dict[str, Rule] = {"action_id": Text(255)}
OPTION = Shape({"text": words(75, BOTH), "value": Text(150)}, {"description": words(75, BOTH)})
OPTIONS = Many(OPTION, 100)
GROUPS = Many(Shape({"label": words(75), "options": OPTIONS}), 100)
STYLE = Shape(may=dict.fromkeys(("bold", "italic", "strike", "code"), YES_NO))
DISPATCH = Shape({"trigger_actions_on": Many(Word(("on_enter_pressed", "on_character_entered")), 2)})
LEAVES = Many(Typed(SHAPES, ("text",)), 10_000)
IMAGE: dict[str, Rule] = {"alt_text": Text(2000)}
IMAGE_FROM: dict[str, Rule] = {"image_url": Text(3000), "slack_file": Shape(may={"id": Text(255), "url": Text(3000)})}
SELECT: dict[str, Rule] = ACTION | {"placeholder": words(150), "focus_on_load": YES_NO}
INPUTS = ("plain_text_input", "static_select", "multi_static_select", "datepicker", "checkboxes", "radio_buttons")
RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
COLUMN = Shape({"align": Word(("left", "center", "right"))}, {"is_wrapped": YES_NO})

SHAPES |= {
    "actions": Shape({"elements": Many(Typed(SHAPES, ("button", *INPUTS[1:])), 25)}, BLOCK),
    "context": Shape({"elements": Many(Typed(SHAPES, ("plain_text", "mrkdwn", "image")), 10)}, BLOCK),
    "divider": Shape(may=BLOCK),
    "header": Shape({"text": words(HEADER)}, BLOCK),
    "image": Shape(IMAGE, BLOCK | IMAGE_FROM | {"title": words(2000)}, tuple(IMAGE_FROM)),
    "input": Shape(
        {"label": words(2000), "element": Typed(SHAPES, INPUTS)},
        BLOCK | {"hint": words(2000), "optional": YES_NO, "dispatch_action": YES_NO},
    ),
    "markdown": Shape({"text": Text(12_000)}, BLOCK),
    "rich_text": Shape({"elements": Many(Typed(SHAPES, RICH), 1000)}, BLOCK),
    "section": Shape(
        may=BLOCK
        | {"text": words(3000, BOTH), "fields": Many(words(2000, BOTH), 10), "accessory": Typed(SHAPES, ("button",))},
        either=("text", "fields"),
    ),
    "table": Shape(
        {"rows": Many(Many(Typed(SHAPES, ("raw_text", "rich_text")), TABLE_COLUMNS), TABLE_ROWS)},
        BLOCK | {"column_settings": Many(COLUMN, TABLE_COLUMNS)},
    ),
    "button": Shape(
        {"text": words(75)},
        ACTION
        | {"value": Text(2000), "style": Word(("primary", "danger")), "accessibility_label": Text(75)}
        | {"url": Text(3000)},
    ),
    "checkboxes": Shape({"options": Many(OPTION, 10)}, ACTION | {"initial_options": Many(OPTION, 10)}),
    "radio_buttons": Shape({"options": Many(OPTION, 10)}, ACTION | {"initial_option": OPTION}),
    "static_select": Shape(
        may=SELECT | {"options": OPTIONS, "option_groups": GROUPS, "initial_option": OPTION},
        either=("options", "option_groups"),
    ),
    "multi_static_select": Shape(
        may=SELECT | {"options": OPTIONS, "option_groups": GROUPS, "initial_options": Many(OPTION, 10_000)},
        either=("options", "option_groups"),
    ),
    "datepicker": Shape(may=SELECT | {"initial_date": Text(10, 10)}),
    "plain_text_input": Shape(
        may=SELECT
        | {"initial_value": Text(3000, 0), "multiline": YES_NO, "dispatch_action_config": DISPATCH}
        | {"min_length": Number(3000), "max_length": Number(3000, 1)},
    ),
    "plain_text": Shape({"text": Text(3000)}, {"emoji": YES_NO}),
    "mrkdwn": Shape({"text": Text(3000)}, {"verbatim": YES_NO}),
    "raw_text": Shape({"text": Text(10_000)}),
    "text": Shape({"text": Text(10_000)}, {"style": STYLE}),
    "rich_text_section": Shape({"elements": LEAVES}),
    "rich_text_preformatted": Shape({"elements": LEAVES}),
    "rich_text_quote": Shape({"elements": LEAVES}),
    "rich_text_list": Shape(
        {"elements": Many(Typed(SHAPES, ("rich_text_section",)), 10_000), "style": Word(("bullet", "ordered"))},
        {"indent": Number(8), "offset": Number(10_000)},
    ),
}

EVERYWHERE = ("actions", "context", "divider", "header", "image", "rich_text", "section")
METADATA = Shape({"event_type": Text(255), "event_payload": Shape(strict=False)})
HIDDEN = {"private_metadata": Text(3000, 0), "callback_id": Text(255), "external_id": Text(255)}

SURFACES: Mapping[Surface, Rule] = {
    "message": Shape(
        {"text": Text(40_000)},
        {"blocks": Many(Typed(SHAPES, (*EVERYWHERE, "markdown", "table")), 50, 0), "metadata": METADATA},
        strict=False,
    ),
    "modal": Shape(
        {"title": words(24), "blocks": Many(Typed(SHAPES, (*EVERYWHERE, "input")), 100)},
        HIDDEN | {"submit": words(24), "close": words(24), "clear_on_close": YES_NO, "notify_on_close": YES_NO},
    ),
    "home": Shape({"blocks": Many(Typed(SHAPES, EVERYWHERE), 100)}, HIDDEN),
}


def problems(surface: Surface, payload: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse in a message's arguments or a view: each a path and what is wrong there."""
    found = list(SURFACES[surface].wrongs(payload, surface))
    blocks = [block for block in _listed(payload.get("blocks")) if isinstance(block, Mapping)]
    found += _repeated([block.get("block_id") for block in blocks], f"{surface}.blocks", "block_id")
    for number, block in enumerate(blocks):
        elements = [*_listed(block.get("elements")), block.get("element"), block.get("accessory")]
        elements = [element for element in elements if isinstance(element, Mapping)]
        at = f"{surface}.blocks[{number}]"
        found += _repeated([element.get("action_id") for element in elements], at, "action_id")
        found += [wrong for element in elements for wrong in _first_choices(element, at)]
    return found + list(_together(surface, payload, blocks))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _repeated(ids: Sequence[Any], at: str, name: str) -> list[str]:
    counts = Counter(each for each in ids if each is not None)
    return [repeated(at, name, id) for id, count in counts.items() if count > 1]


def _first_choices(element: Mapping[str, Any], at: str) -> Iterator[str]:
    """What is chosen to begin with must be one of the options, word for word."""
    groups = _listed(element.get("option_groups"))
    offered = [*_listed(element.get("options")), *(option for group in groups for option in group["options"])]
    first = [*_listed(element.get("initial_options")), *filter(None, [element.get("initial_option")])]
    if any(option not in offered for option in first):
        yield not_offered(at)


def _together(surface: Surface, payload: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What holds of all blocks taken together."""
    tables = [block for block in blocks if block.get("type") == "table"]
    if len(tables) > 1:
        yield f"{surface}: has {len(tables)} tables; it may have one"
    for at, parts, most in ((f"{surface}.tables", tables, TABLE_CHARACTERS), (surface, blocks, MESSAGE_CHARACTERS)):
        length = sum(count_characters(part) for part in parts)
        if surface == "message" and length > most:
            yield f"{at}: has {length} characters of text taken together; it may have {most}"
    if surface == "modal" and "submit" not in payload and any(block.get("type") == "input" for block in blocks):
        yield missing(f"{surface}.submit")
