"""Converts a form's field to Slack's input blocks.

A block's id is the field's key - of `dates`, 'KEY.CHOICE' and 'KEY.ticks' - and stays the same when the form is shown
again, so that Slack keeps what somebody typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import (
    NO_CHOICE,
    TICKS,
    choice_text,
    date_or_empty,
    has_input,
    part_id,
    question_text,
)
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.outbound.blocks import Block, blocks_of, plain_text
from remembrancer.models.message import Choice, FormField
from remembrancer.wording import say

MAX_TEXT = 3000
MAX_LABEL = 2000
MAX_OPTION_TEXT = 75
MAX_VISIBLE = 10  # options that are all visible; more become a menu
MENU_SIZE = 100
ACTION = "value"


def block_id(field: FormField) -> str:
    """Return the id of the block beside which Slack shows the field's error."""
    if field.type != "dates":
        return field.key
    return part_id(field, TICKS if field.date_optional else field.choices[0].key)


def is_too_long_to_show(field: FormField) -> bool:
    """Return whether the field's text is too long for Slack to show, so that it stays until other text is entered."""
    return field.type in ("text", "short") and len(str(field.value or "")) > MAX_TEXT


def field_blocks(field: FormField) -> Iterator[Block]:
    """Yield the field's error, the text that its inputs have no room for, and its inputs."""
    if field.error:
        text = shorten(say("form_pages.error", error=field.error), MAX_TEXT)
        yield {"type": "context", "elements": [plain_text(text)]}
    yield from blocks_of(list(_text_above(field)))
    if has_input(field):
        yield from _dates(field) if field.type == "dates" else [_input(field)]


def _text_above(field: FormField) -> Iterator[Node]:
    """Yield the text above the inputs: the question where the inputs cannot hold it, and choices that they cut."""
    if not _fits_input(field):
        yield Node("paragraph", (Run(question_text(field), frozenset({"bold"})),))
        yield from (Node("paragraph", (Run(line),)) for line in _hint(field).splitlines() if line.strip())
    yield from (Node("bullet", (Run(choice_text(choice)),)) for choice in field.choices if is_cut(choice))


def _fits_input(field: FormField) -> bool:
    """Return whether one input has room for the field's question and hint."""
    return field.type != "dates" and has_input(field) and max(len(question_text(field)), len(_hint(field))) <= MAX_LABEL


def _hint(field: FormField) -> str:
    notice = say("form_pages.too_long_to_show", count=len(str(field.value))) if is_too_long_to_show(field) else ""
    was = say("form_pages.last_time", was=field.was) if field.was else ""
    return "\n".join(each for each in (notice, field.hint, was) if each)


def _input(field: FormField) -> Block:
    block = _block(
        field.key, question_text(field), _ELEMENTS[field.type](field), _hint(field) if _fits_input(field) else ""
    )
    block["optional"] = not field.required or is_too_long_to_show(field)
    if field.steers:
        block["dispatch_action"] = True
    return block


def _block(id_: str, label: str, element: Mapping[str, Any], hint: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": id_,
        "label": plain_text(shorten(label, MAX_LABEL)),
        "element": {**element, "action_id": ACTION},
        "optional": True,
    }
    return block | ({"hint": plain_text(shorten(hint, MAX_LABEL))} if hint else {})


def _text_input(field: FormField) -> Block:
    many = field.type == "text"
    element: Block = {"type": "plain_text_input", "multiline": many, "max_length": MAX_TEXT}
    if field.value and not is_too_long_to_show(field):
        element["initial_value"] = field.value
    if field.steers:
        when = "on_character_entered" if many else "on_enter_pressed"
        element["dispatch_action_config"] = {"trigger_actions_on": [when]}
    return element


def _date_picker(value: Any) -> Block:
    return {"type": "datepicker", **({"initial_date": value} if date_or_empty(value) else {})}


def _dates(field: FormField) -> Iterator[Block]:
    """Yield a date input for each choice; before them, where dates are optional, the choices that apply without one."""
    value: Mapping[str, str] = field.value or {}
    inputs = [_date(field, choice, value) for choice in field.choices]
    if field.date_optional:
        label = say("form_pages.which_apply", label=field.label)
        ticks = multiple_choice(field, [key for key, day in value.items() if not day])
        inputs.insert(0, _block(part_id(field, TICKS), label, ticks, ""))
    for block in inputs:
        yield block | ({"dispatch_action": True} if field.steers else {})


def _date(field: FormField, choice: Choice, value: Mapping[str, str]) -> Block:
    label = say("form_pages.date_of", label=field.label, word=choice_text(choice))
    was = say("form_pages.was", day=field.was_dates[choice.key]) if choice.key in field.was_dates else ""
    return _block(part_id(field, choice.key), label, _date_picker(value.get(choice.key)), was)


def option(choice: Choice) -> Block:
    """Convert a choice to an option; text that does not fit goes on in the option's description."""
    text = choice_text(choice)
    option_block: Block = {"text": plain_text(shorten(text, MAX_OPTION_TEXT)), "value": choice.key}
    if len(text) <= MAX_OPTION_TEXT:
        return option_block
    rest = text[len(option_block["text"]["text"].removesuffix("…")) :].strip()
    return option_block | {"description": plain_text(shorten(f"…{rest}", MAX_OPTION_TEXT))}


def is_cut(choice: Choice) -> bool:
    """Return whether the choice's text is longer than its option can show."""
    return "description" in (option_block := option(choice)) and option_block["description"]["text"].endswith("…")


def single_choice(field: FormField) -> dict[str, Any]:
    """Build the element for a single choice; Slack cannot clear one, so an optional field gets a 'none' option."""
    word = say("form_pages.nobody" if field.type == "person" else "form_pages.none")
    choices = field.choices if field.required else (*field.choices, Choice(key=NO_CHOICE, word=word))
    first = [option(choice) for choice in field.choices if choice.key == field.value]
    chosen = {"initial_option": first[0]} if first else {}
    if field.type == "choice" and len(choices) <= MAX_VISIBLE:
        return {"type": "radio_buttons", "options": [option(choice) for choice in choices], **chosen}
    return {
        "type": "static_select",
        **_menu(choices, "choose_person" if field.type == "person" else "choose"),
        **chosen,
    }


def multiple_choice(field: FormField, keys: Sequence[str]) -> dict[str, Any]:
    """Build the element for several choices, of which `keys` are selected."""
    first = [option(choice) for choice in field.choices if choice.key in keys]
    chosen = {"initial_options": first} if first else {}
    if len(field.choices) <= MAX_VISIBLE:
        return {"type": "checkboxes", "options": [option(choice) for choice in field.choices], **chosen}
    return {"type": "multi_static_select", **_menu(field.choices, "choose"), **chosen}


def _menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    element: dict[str, Any] = {"placeholder": plain_text(say(f"form_pages.{ask}"))}
    if len(choices) <= MENU_SIZE:
        return element | {"options": [option(choice) for choice in choices]}
    starts = range(0, len(choices), MENU_SIZE)
    return element | {"option_groups": [_group(choices[first : first + MENU_SIZE]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(choice_text(choice), MAX_OPTION_TEXT // 2 - 2) for choice in (choices[0], choices[-1])]
    label = say("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [option(choice) for choice in choices]}


_ELEMENTS: Mapping[str, Any] = {
    "choice": single_choice,
    "person": single_choice,
    "choices": lambda field: multiple_choice(field, field.value or ()),
    "text": _text_input,
    "short": _text_input,
    "date": lambda field: _date_picker(field.value),
}
