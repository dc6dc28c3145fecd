"""Converts a form's field to Slack's input blocks.

A block's id is the field's key - of `dates`, 'KEY.CHOICE' and 'KEY.ticks' - and stays the same when the form is shown
again, so that Slack keeps what somebody typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import NONE, TICKS, day_of, has_input, name, part_id, shown
from remembrancer.bot.platform.markdown import Node, Run, shorten
from remembrancer.bot.slack.outbound.blocks import Block, blocks_of, plain_text
from remembrancer.models.message import Choice, FormField
from remembrancer.wording import say

LONGEST = 3000
LABEL = 2000
ACTION = "value"


def block_id(field: FormField) -> str:
    """Return the id of the block beside which Slack shows the field's error."""
    if field.type != "dates":
        return field.key
    return part_id(field, TICKS if field.date_optional else field.choices[0].key)


def is_kept(field: FormField) -> bool:
    """Return whether the field's text is too long for Slack to show, so that it stays until other text is entered."""
    return field.type in ("text", "short") and len(str(field.value or "")) > LONGEST


def field_blocks(field: FormField) -> Iterator[Block]:
    """Yield the field's error, the text that its inputs have no room for, and its inputs."""
    if field.error:
        words = shorten(say("form_pages.error", error=field.error), LONGEST)
        yield {"type": "context", "elements": [plain_text(words)]}
    yield from blocks_of(list(_told(field)))
    if has_input(field):
        yield from _dates(field) if field.type == "dates" else [_input(field)]


def _told(field: FormField) -> Iterator[Node]:
    """Yield the text above the inputs: the question where the inputs cannot hold it, and choices that they cut."""
    if not _says_all(field):
        yield Node("paragraph", (Run(name(field), frozenset({"bold"})),))
        yield from (Node("paragraph", (Run(line),)) for line in _hint(field).splitlines() if line.strip())
    yield from (Node("bullet", (Run(shown(choice)),)) for choice in field.choices if is_cut(choice))


def _says_all(field: FormField) -> bool:
    """Return whether one input has room for the field's question and hint."""
    return field.type != "dates" and has_input(field) and max(len(name(field)), len(_hint(field))) <= LABEL


def _hint(field: FormField) -> str:
    kept = say("form_pages.too_long_to_show", count=len(str(field.value))) if is_kept(field) else ""
    was = say("form_pages.last_time", was=field.was) if field.was else ""
    return "\n".join(each for each in (kept, field.hint, was) if each)


def _input(field: FormField) -> Block:
    made = _block(field.key, name(field), _MADE[field.type](field), _hint(field) if _says_all(field) else "")
    made["optional"] = not field.required or is_kept(field)
    if field.steers:
        made["dispatch_action"] = True
    return made


def _block(id_: str, label: str, element: Mapping[str, Any], hint: str) -> Block:
    made: Block = {
        "type": "input",
        "block_id": id_,
        "label": plain_text(shorten(label, LABEL)),
        "element": {**element, "action_id": ACTION},
        "optional": True,
    }
    return made | ({"hint": plain_text(shorten(hint, LABEL))} if hint else {})


def _text(field: FormField) -> Block:
    many = field.type == "text"
    made: Block = {"type": "plain_text_input", "multiline": many, "max_length": LONGEST}
    if field.value and not is_kept(field):
        made["initial_value"] = field.value
    if field.steers:
        when = "on_character_entered" if many else "on_enter_pressed"
        made["dispatch_action_config"] = {"trigger_actions_on": [when]}
    return made


def _day(value: Any) -> Block:
    return {"type": "datepicker", **({"initial_date": value} if day_of(value) else {})}


def _dates(field: FormField) -> Iterator[Block]:
    """Yield a date input for each choice; before them, where dates are optional, the choices that apply without one."""
    value: Mapping[str, str] = field.value or {}
    made = [_date(field, choice, value) for choice in field.choices]
    if field.date_optional:
        label = say("form_pages.which_apply", label=field.label)
        ticks = some_of(field, [key for key, day in value.items() if not day])
        made.insert(0, _block(part_id(field, TICKS), label, ticks, ""))
    for block in made:
        yield block | ({"dispatch_action": True} if field.steers else {})


def _date(field: FormField, choice: Choice, value: Mapping[str, str]) -> Block:
    label = say("form_pages.date_of", label=field.label, word=shown(choice))
    was = say("form_pages.was", day=field.was_dates[choice.key]) if choice.key in field.was_dates else ""
    return _block(part_id(field, choice.key), label, _day(value.get(choice.key)), was)


WORDS = 75
TO_SEE = 10  # options that are all visible; more become a menu
IN_A_MENU = 100


def option(choice: Choice) -> Block:
    """Convert a choice to an option; text that does not fit goes on in the option's description."""
    words = shown(choice)
    made: Block = {"text": plain_text(shorten(words, WORDS)), "value": choice.key}
    if len(words) <= WORDS:
        return made
    rest = words[len(made["text"]["text"].removesuffix("…")) :].strip()
    return made | {"description": plain_text(shorten(f"…{rest}", WORDS))}


def is_cut(choice: Choice) -> bool:
    """Return whether the choice's text is longer than its option can show."""
    return "description" in (made := option(choice)) and made["description"]["text"].endswith("…")


def one_of(field: FormField) -> dict[str, Any]:
    """Build the element for a single choice; Slack cannot clear one, so an optional field gets a 'none' option."""
    choices = field.choices if field.required else (*field.choices, Choice(key=NONE, word=_no_choice(field)))
    first = [option(choice) for choice in field.choices if choice.key == field.value]
    chosen = {"initial_option": first[0]} if first else {}
    if field.type == "choice" and len(choices) <= TO_SEE:
        return {"type": "radio_buttons", "options": [option(choice) for choice in choices], **chosen}
    return {
        "type": "static_select",
        **_menu(choices, "choose_person" if field.type == "person" else "choose"),
        **chosen,
    }


def _no_choice(field: FormField) -> str:
    return say("form_pages.nobody" if field.type == "person" else "form_pages.none")


def some_of(field: FormField, keys: Sequence[str]) -> dict[str, Any]:
    """Build the element for several choices, of which `keys` are selected."""
    first = [option(choice) for choice in field.choices if choice.key in keys]
    chosen = {"initial_options": first} if first else {}
    if len(field.choices) <= TO_SEE:
        return {"type": "checkboxes", "options": [option(choice) for choice in field.choices], **chosen}
    return {"type": "multi_static_select", **_menu(field.choices, "choose"), **chosen}


def _menu(choices: Sequence[Choice], ask: str) -> dict[str, Any]:
    made: dict[str, Any] = {"placeholder": plain_text(say(f"form_pages.{ask}"))}
    if len(choices) <= IN_A_MENU:
        return made | {"options": [option(choice) for choice in choices]}
    starts = range(0, len(choices), IN_A_MENU)
    return made | {"option_groups": [_group(choices[first : first + IN_A_MENU]) for first in starts]}


def _group(choices: Sequence[Choice]) -> Block:
    ends = [shorten(shown(choice), WORDS // 2 - 2) for choice in (choices[0], choices[-1])]
    label = say("slack_blocks.group", first=ends[0], last=ends[1])
    return {"label": plain_text(label), "options": [option(choice) for choice in choices]}


_MADE: Mapping[str, Any] = {
    "choice": one_of,
    "person": one_of,
    "choices": lambda field: some_of(field, field.value or ()),
    "text": _text,
    "short": _text,
    "date": lambda field: _day(field.value),
}
