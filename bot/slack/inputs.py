"""One field of a form as Slack's input blocks.

A block's id is the field's key - of `dates`, 'KEY.CHOICE' and 'KEY.ticks' - however the form is shown again, so that
what somebody has typed stays.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.content import Node, Run, shorten
from bot.form_pages import TICKS, day_of, has_input, name, part_id, shown
from bot.message import Choice, FormField
from bot.slack.markup import Block, blocks_of, plain_text
from bot.slack.options import is_cut, one_of, some_of
from wording import say

LONGEST = 3000
LABEL = 2000
ACTION = "value"


def block_id(field: FormField) -> str:
    """The input beside which the field's error is shown."""
    if field.type != "dates":
        return field.key
    return part_id(field, TICKS if field.date_optional else field.choices[0].key)


def is_kept(field: FormField) -> bool:
    """Whether its text is too long for Slack to show, so that it stands until something else is written."""
    return field.type in ("text", "short") and len(str(field.value or "")) > LONGEST


def field_blocks(field: FormField) -> Iterator[Block]:
    """The field's error, what its inputs have no room for, and its inputs."""
    if field.error:
        words = shorten(say("form_pages.error", error=field.error), LONGEST)
        yield {"type": "context", "elements": [plain_text(words)]}
    yield from blocks_of(list(_told(field)))
    if has_input(field):
        yield from _dates(field) if field.type == "dates" else [_input(field)]


def _told(field: FormField) -> Iterator[Node]:
    """What stands above the inputs: what is asked, where they do not say it in full, and choices in all their words."""
    if not _says_all(field):
        yield Node("paragraph", (Run(name(field), frozenset({"bold"})),))
        yield from (Node("paragraph", (Run(line),)) for line in _hint(field).splitlines() if line.strip())
    yield from (Node("bullet", (Run(shown(choice)),)) for choice in field.choices if is_cut(choice))


def _says_all(field: FormField) -> bool:
    """Whether one input has room for all that the field says."""
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


_MADE: Mapping[str, Any] = {
    "choice": one_of,
    "person": one_of,
    "choices": lambda field: some_of(field, field.value or ()),
    "text": _text,
    "short": _text,
    "date": lambda field: _day(field.value),
}


def _dates(field: FormField) -> Iterator[Block]:
    """A date for each choice; first, where a date may be unknown, which of them apply without one."""
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
