"""Converts a form's field to card elements, and the data of its inputs back to a value.

An input's id is 'in.KEY' - of `dates`, 'in.KEY.CHOICE' and 'in.KEY.ticks' - so that it differs from every name in an
action's data.

No input is `isRequired`: Teams would then refuse every press, even of 'back' or 'cancel', until it is filled, and what
is typed would be lost. So the label says that the field is required, and our own check reports the error.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.outbound.card_elements import Element, text_block
from remembrancer.bot.teams.outbound.escape import escape_dates
from remembrancer.bot.teams.outbound.message_chunks import json_units
from remembrancer.models.message import Choice, FormField
from remembrancer.wording import say

MAX_TEXT = 4000
"""The most UTF-16 units of an answer that is shown, so that a page of answers is within Teams' size limit."""
MAX_VISIBLE = 10  # choices that are all visible; more become a menu
MAX_MENU = 20  # a menu of more choices can be searched
MAX_LAST_ANSWER = 4000  # characters of the last answer; the history shows it in full
MAX_VISIBLE_LAST_ANSWER = 160  # characters; a longer last answer is behind a button


def input_id(key: str) -> str:
    """Return the input's id for a field's key."""
    return f"in.{key}"


def is_too_long_to_show(field: FormField) -> bool:
    """Return whether the field's text is too long to be shown, so that it stays until other text is entered."""
    return field.type in ("text", "short") and json_units(str(field.value or "")) > MAX_TEXT


def field_element(field: FormField) -> Element:
    """Build the field: its error, question, inputs, hint, and last answer.

    The help for a single input stands below it, because the label is part of the input; for several inputs it is above.
    """
    help_elements = [*_hints(field), *_last_answer(field)]
    inputs = list(_inputs(field))
    items = (
        [*_name(field), *help_elements, *inputs] if field.type == "dates" else [*_name(field), *inputs, *help_elements]
    )
    error = (
        [text_block(say("form_pages.error", error=field.error), bold=True, color="Attention")] if field.error else []
    )
    first = [items[0] | {"spacing": "Small"}] if error else items[:1]
    return {"type": "Container", "spacing": "Large", "items": [*error, *first, *items[1:]]}


def _name(field: FormField) -> Iterator[Element]:
    if not has_input(field) or field.type == "dates":
        yield text_block(_label(field), bold=True)


def _inputs(field: FormField) -> Iterator[Element]:
    if has_input(field):
        yield from _dates(field) if field.type == "dates" else [_input(field)]


def _label(field: FormField) -> str:
    needed = field.required and has_input(field) and not is_too_long_to_show(field)
    return say("teams_cards.needed", label=question_text(field)) if needed else question_text(field)


def _hints(field: FormField) -> Iterator[Element]:
    if is_too_long_to_show(field):
        yield text_block(say("form_pages.too_long_to_show", count=len(str(field.value))))
    yield from (text_block(line, isSubtle=True) for line in field.hint.splitlines() if line.strip())


def _last_answer(field: FormField) -> Iterator[Element]:
    """Yield the last answer, behind a button where it is long."""
    if not field.was.strip():
        return
    text = text_block(say("form_pages.last_time", was=shorten(field.was, MAX_LAST_ANSWER)), isSubtle=True)
    if len(field.was) <= MAX_VISIBLE_LAST_ANSWER:
        yield text
        return
    id_ = f"was.{field.key}"
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": say("teams_cards.last_time"),
        "targetElements": [id_],
        "tooltip": say("teams_cards.last_time_of", label=field.label),
    }
    yield {"type": "ActionSet", "actions": [toggle]}
    yield {"type": "Container", "id": id_, "isVisible": False, "style": "emphasis", "items": [text]}


def _input(field: FormField) -> Element:
    return {"id": input_id(field.key), "label": escape_dates(_label(field)), **_INPUTS[field.type](field)}


def _text_input(field: FormField) -> Element:
    element: Element = {"type": "Input.Text", "isMultiline": field.type == "text", "maxLength": MAX_TEXT}
    return element | ({"value": str(field.value)} if field.value and not is_too_long_to_show(field) else {})


def _date_input(value: Any) -> Element:
    return {"type": "Input.Date", **({"value": date_or_empty(value)} if date_or_empty(value) else {})}


def _single_choice(field: FormField) -> Element:
    """Build the input for a single choice. Teams' users cannot clear one, so an optional field gets a 'none' choice."""
    word = say("form_pages.nobody" if field.type == "person" else "form_pages.none")
    choices = field.choices if field.required else (*field.choices, Choice(key=NO_CHOICE, word=word))
    chosen = [choice.key for choice in field.choices if choice.key == field.value]
    return _choice_set(choices, chosen, "choose_person" if field.type == "person" else "choose")


def _multiple_choice(choices: Sequence[Choice], keys: Sequence[str]) -> Element:
    chosen = [choice.key for choice in choices if choice.key in keys]
    return _choice_set(choices, chosen, "choose") | {"isMultiSelect": True}


def _choice_set(choices: Sequence[Choice], chosen: Sequence[str], ask: str) -> Element:
    styles = ((MAX_VISIBLE, "expanded"), (MAX_MENU, "compact"))
    style = next((word for limit, word in styles if len(choices) <= limit), "filtered")
    element: Element = {
        "type": "Input.ChoiceSet",
        "style": style,
        "wrap": True,
        "choices": [{"title": choice_text(choice), "value": choice.key} for choice in choices],
    }
    element |= {"placeholder": say(f"form_pages.{ask}")} if style != "expanded" else {}
    return element | ({"value": ",".join(chosen)} if chosen else {})


_INPUTS: Mapping[str, Callable[[FormField], Element]] = {
    "choice": _single_choice,
    "person": _single_choice,
    "choices": lambda field: _multiple_choice(field.choices, field.value or ()),
    "text": _text_input,
    "short": _text_input,
    "date": lambda field: _date_input(field.value),
}


def _dates(field: FormField) -> Iterator[Element]:
    """Yield a date input for each choice; before them, where dates are optional, the choices that apply without one."""
    value: Mapping[str, str] = field.value or {}
    if field.date_optional:
        ticks = _multiple_choice(field.choices, [key for key, day in value.items() if not day])
        label = say("form_pages.which_apply", label=field.label)
        yield {"id": input_id(part_id(field, TICKS)), "label": escape_dates(label), **ticks}
    for choice in field.choices:
        label = say("form_pages.date_of", label=field.label, word=choice_text(choice))
        yield {
            "id": input_id(part_id(field, choice.key)),
            "label": escape_dates(label),
            **_date_input(value.get(choice.key)),
        }
        if choice.key in field.was_dates:
            yield text_block(say("form_pages.was", day=field.was_dates[choice.key]), isSubtle=True) | {
                "spacing": "None"
            }


def shown_values(field: FormField) -> dict[str, str]:
    """Return the shown values of the field's inputs by id, which come back where nobody touches them."""
    return {each["id"]: each.get("value", "") for each in _inputs(field) if "id" in each}


def value_of(field: FormField, data: Mapping[str, Any]) -> Any:
    """Return the value of a field from the data of its inputs, in the shape of its question.

    Teams leaves empty inputs out. A value that is not among the field's choices is ignored.
    """
    if field.type == "dates":
        days = {choice.key: _input_value(data, part_id(field, choice.key)) for choice in field.choices}
        ticked = _chosen_keys(field, data, part_id(field, TICKS)) if field.date_optional else []
        return {key: day for key, day in days.items() if day or key in ticked}
    if field.type == "choices":
        return _chosen_keys(field, data, field.key)
    value = _input_value(data, field.key)
    if field.type in ("choice", "person"):
        return value if any(choice.key == value for choice in field.choices) else ""
    return value or (field.value if is_too_long_to_show(field) else "")


def _input_value(data: Mapping[str, Any], key: str) -> str:
    value = data.get(input_id(key))
    return value if isinstance(value, str) else ""


def _chosen_keys(field: FormField, data: Mapping[str, Any], key: str) -> list[str]:
    keys = _input_value(data, key).split(",")
    return [choice.key for choice in field.choices if choice.key in keys]
