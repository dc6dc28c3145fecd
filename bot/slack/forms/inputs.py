"""Converts a form's field to Slack's blocks - error, question, inputs and hint - and its typed values back.

An input's block has the input's own id and keeps it when the form is shown again, so that Slack keeps what somebody
typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_inputs import TEXT_TYPES, Input, inputs_of, is_one, value_of
from remembrancer.bot.platform.form_pages import choice_text, question_text
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.outbound.blocks import Block, blocks_of, plain_text
from remembrancer.models.message import Choice, FormField
from remembrancer.wording import phrase

MAX_TEXT = 3000
MAX_LABEL = 2000
MAX_OPTION_TEXT = 75
MAX_VISIBLE = 10  # options that are all visible; more become a menu
MENU_SIZE = 100
ACTION = "value"
State = Mapping[str, Any]
"""The values of a view's inputs by the ids of their blocks (`view.state.values`)."""


def field_blocks(field: FormField) -> Iterator[Block]:
    """Yield the field's error, the text that its inputs have no room for, and its inputs."""
    if field.error:
        text = shorten(phrase("form_pages.error", error=field.error), MAX_TEXT)
        yield {"type": "context", "elements": [plain_text(text)]}
    is_kept = _is_too_long_to_show(field)
    notice = phrase("form_pages.too_long_to_show", count=len(str(field.value))) if is_kept else ""
    was = phrase("form_pages.last_time", was=field.was) if field.was else ""
    hint = "\n".join(each for each in (notice, field.hint, was) if each)
    fits_input = field.has_input and is_one(field) and max(len(question_text(field)), len(hint)) <= MAX_LABEL
    above = [] if fits_input else [Node("paragraph", (Run(question_text(field), frozenset({"bold"})),))]
    above += [Node("paragraph", (Run(line),)) for line in hint.splitlines() if line.strip() and not fits_input]
    above += [Node("bullet", (Run(choice_text(choice)),)) for choice in field.choices if _is_cut(choice)]
    yield from blocks_of(above)
    if field.has_input:
        for each in inputs_of(field):
            yield _input_block(field, each, hint if fits_input else each.note)


def _is_too_long_to_show(field: FormField) -> bool:
    """Return whether the text is too long for Slack to show, so that it stays until other text is entered."""
    return any(len(each.value) > MAX_TEXT for each in inputs_of(field))


def _input_block(field: FormField, each: Input, hint: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": each.id,
        "label": plain_text(shorten(each.label, MAX_LABEL)),
        "element": {**_element(field, each), "action_id": ACTION},
        "optional": not each.required or _is_too_long_to_show(field),
    }
    block |= {"hint": plain_text(shorten(hint, MAX_LABEL))} if hint else {}
    return block | ({"dispatch_action": True} if field.steers else {})


def _element(field: FormField, each: Input) -> Block:
    if each.type == "date":
        return {"type": "datepicker", **({"initial_date": each.value} if each.value else {})}
    if each.type not in TEXT_TYPES:
        return _choice_element(each)
    is_multiline = each.type == "text"
    element: Block = {"type": "plain_text_input", "multiline": is_multiline, "max_length": MAX_TEXT}
    if each.value and not _is_too_long_to_show(field):
        element["initial_value"] = each.value
    if field.steers:
        when = "on_character_entered" if is_multiline else "on_enter_pressed"
        element["dispatch_action_config"] = {"trigger_actions_on": [when]}
    return element


def _choice_element(each: Input) -> Block:
    """Build the element for one choice or several; few choices are all visible, but people stand in a menu."""
    chosen = [_option(choice) for choice in each.choices if choice.key in each.chosen]
    is_several = each.type == "choices"
    if len(each.choices) <= MAX_VISIBLE and each.type != "person":
        name = "checkboxes" if is_several else "radio_buttons"
        element: Block = {"type": name, "options": [_option(choice) for choice in each.choices]}
    else:
        name = "multi_static_select" if is_several else "static_select"
        element = {"type": name, **_menu(each.choices, each.ask)}
    if chosen:
        element |= {"initial_options": chosen} if is_several else {"initial_option": chosen[0]}
    return element


def typed_value(field: FormField, state: State) -> Any:
    """Return the typed value in the shape of the field; the field's own value where the page has no such input."""
    if not any(each.id in state for each in inputs_of(field)):
        return field.value
    inputs = {id_: block.get(ACTION, {}) for id_, block in state.items()}
    return value_of(field, lambda each: _typed_texts(inputs.get(each.id, {})), _is_too_long_to_show(field))


def _typed_texts(value: Mapping[str, Any]) -> list[str]:
    """Return an input's text, its date, or the keys of its chosen options."""
    options = value.get("selected_options") or [value.get("selected_option")]
    texts = [each["value"] for each in options if each] or [value.get("value") or value.get("selected_date")]
    return [text for text in texts if text]


def _option(choice: Choice) -> Block:
    """Convert a choice to an option; text that does not fit goes on in the option's description."""
    text = choice_text(choice)
    option_block: Block = {"text": plain_text(shorten(text, MAX_OPTION_TEXT)), "value": choice.key}
    if len(text) <= MAX_OPTION_TEXT:
        return option_block
    rest = text[len(option_block["text"]["text"].removesuffix("…")) :].strip()
    return option_block | {"description": plain_text(shorten(f"…{rest}", MAX_OPTION_TEXT))}


def _is_cut(choice: Choice) -> bool:
    """Return whether the choice's text is longer than its option can show."""
    return "description" in (option_block := _option(choice)) and option_block["description"]["text"].endswith("…")


def _menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    """Build a menu's options and its placeholder (form_pages.ASK in words.yaml)."""
    element: dict[str, Any] = {"placeholder": plain_text(phrase(f"form_pages.{ask}"))}
    if len(choices) <= MENU_SIZE:
        return element | {"options": [_option(choice) for choice in choices]}
    starts = range(0, len(choices), MENU_SIZE)
    return element | {"option_groups": [_group(choices[first : first + MENU_SIZE]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(choice_text(choice), MAX_OPTION_TEXT // 2 - 2) for choice in (choices[0], choices[-1])]
    label = phrase("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [_option(choice) for choice in choices]}
