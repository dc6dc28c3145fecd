"""Converts a form's field to card elements - error, question, inputs, hint and last answer - and its values back.

An input's id is 'in.' and the input's own id, so that it differs from every name in an action's data.

No input is `isRequired`: Teams would then refuse every press, even of 'back' or 'cancel', until it is filled, and what
is typed would be lost. So the label says that the field is required, and our own check reports the error.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from remembrancer.bot.platform.form_inputs import TEXT_TYPES, Input, inputs_of, is_one, value_of
from remembrancer.bot.platform.form_pages import choice_text, question_text
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.teams.outbound.card_elements import Element, text_block
from remembrancer.bot.teams.outbound.escape import escape_dates
from remembrancer.bot.teams.outbound.message_chunks import json_units
from remembrancer.models.message import FormField
from remembrancer.wording import phrase

MAX_TEXT = 4000
"""The most UTF-16 units of an answer that is shown, so that a page of answers is within Teams' size limit."""
MAX_VISIBLE = 10  # choices that are all visible; more become a menu
MAX_MENU = 20  # a menu of more choices can be searched
MAX_LAST_ANSWER = 4000  # characters of the last answer; the history shows it in full
MAX_VISIBLE_LAST_ANSWER = 160  # characters; a longer last answer is behind a button


def field_element(field: FormField) -> Element:
    """Build the field: its error, question, inputs, hint, and last answer.

    The help for a single input stands below it, because the label is part of the input; for several inputs it is above.
    """
    label, inputs = _label(field), _input_elements(field)
    help_elements = [text_block(line, isSubtle=True) for line in field.hint.splitlines() if line.strip()]
    if _is_too_long_to_show(field):
        help_elements.insert(0, text_block(phrase("form_pages.too_long_to_show", count=len(str(field.value)))))
    help_elements += _last_answer(field)
    name = [] if field.has_input and is_one(field) else [text_block(label, bold=True)]
    items = [*name, *inputs, *help_elements] if is_one(field) else [*name, *help_elements, *inputs]
    if field.error:
        error = text_block(phrase("form_pages.error", error=field.error), bold=True, color="Attention")
        items = [error, items[0] | {"spacing": "Small"}, *items[1:]]
    return {"type": "Container", "spacing": "Large", "items": items}


def _label(field: FormField) -> str:
    needed = field.required and field.has_input and not _is_too_long_to_show(field)
    return phrase("teams_cards.needed", label=question_text(field)) if needed else question_text(field)


def _is_too_long_to_show(field: FormField) -> bool:
    """Return whether the text is too long to be shown, so that it stays until other text is entered."""
    return any(json_units(each.value) > MAX_TEXT for each in inputs_of(field))


def _last_answer(field: FormField) -> Iterator[Element]:
    """Yield the last answer, behind a button where it is long."""
    if not field.was.strip():
        return
    text = text_block(phrase("form_pages.last_time", was=shorten(field.was, MAX_LAST_ANSWER)), isSubtle=True)
    if len(field.was) <= MAX_VISIBLE_LAST_ANSWER:
        yield text
        return
    id_ = f"was.{field.key}"
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": phrase("teams_cards.last_time"),
        "targetElements": [id_],
        "tooltip": phrase("teams_cards.last_time_of", label=field.label),
    }
    yield {"type": "ActionSet", "actions": [toggle]}
    yield {"type": "Container", "id": id_, "isVisible": False, "style": "emphasis", "items": [text]}


def _input_elements(field: FormField) -> Iterator[Element]:
    for each in inputs_of(field) if field.has_input else ():
        label = _label(field) if is_one(field) else each.label
        yield {"id": f"in.{each.id}", "label": escape_dates(label), **_element(field, each)}
        if each.note:
            yield text_block(each.note, isSubtle=True) | {"spacing": "None"}


def _element(field: FormField, each: Input) -> Element:
    if each.type == "date":
        return {"type": "Input.Date", **({"value": each.value} if each.value else {})}
    if each.type not in TEXT_TYPES:
        return _choice_set(each)
    element: Element = {"type": "Input.Text", "isMultiline": each.type == "text", "maxLength": MAX_TEXT}
    return element | ({"value": each.value} if each.value and not _is_too_long_to_show(field) else {})


def _choice_set(each: Input) -> Element:
    styles = ((MAX_VISIBLE, "expanded"), (MAX_MENU, "compact"))
    style = next((word for most, word in styles if len(each.choices) <= most), "filtered")
    element: Element = {
        "type": "Input.ChoiceSet",
        "style": style,
        "wrap": True,
        "choices": [{"title": choice_text(choice), "value": choice.key} for choice in each.choices],
    }
    element |= {"placeholder": phrase(f"form_pages.{each.ask}")} if style != "expanded" else {}
    element |= {"value": ",".join(each.chosen)} if each.chosen else {}
    return element | ({"isMultiSelect": True} if each.type == "choices" else {})


def max_typed_units(field: FormField) -> int:
    """Return the most UTF-16 units that people may type into the field."""
    return MAX_TEXT if field.type in TEXT_TYPES else 0


def shown_values(field: FormField) -> dict[str, str]:
    """Return the shown values of the field's inputs by id, which come back where nobody touches them."""
    return {each["id"]: each.get("value", "") for each in _input_elements(field) if "id" in each}


def typed_value(field: FormField, data: Mapping[str, Any]) -> Any:
    """Return the typed value in the shape of the field. Teams leaves empty inputs out."""
    return value_of(field, lambda each: _typed_texts(each, data.get(f"in.{each.id}")), _is_too_long_to_show(field))


def _typed_texts(each: Input, value: Any) -> list[str]:
    text = value if isinstance(value, str) else ""
    return text.split(",") if each.type == "choices" else [text]
