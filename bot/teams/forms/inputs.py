"""Converts fields to a card's inputs and their values back; one class for each type of field, in the table INPUTS.

An input's id is 'in.KEY' - of `dates`, 'in.KEY.CHOICE' and 'in.KEY.ticks' - so that it differs from every name in an
action's data.

No input is `isRequired`: Teams would then refuse every press, even of 'back' or 'cancel', until it is filled, and what
is typed would be lost. So the label says that the field is required, and our own check reports the error.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import NO_CHOICE, TICKS, choice_text, date_or_empty, part_id
from remembrancer.bot.teams.outbound.card_elements import Element, text_block
from remembrancer.bot.teams.outbound.escape import escape_dates
from remembrancer.bot.teams.outbound.message_chunks import json_units
from remembrancer.models.message import Choice, FormField, InputType
from remembrancer.wording import say

MAX_TEXT = 4000
"""The most UTF-16 units of an answer that is shown, so that a page of answers is within Teams' size limit."""
MAX_VISIBLE = 10  # choices that are all visible; more become a menu
MAX_MENU = 20  # a menu of more choices can be searched


def input_id(key: str) -> str:
    """Return the input's id for a field's key."""
    return f"in.{key}"


class Input(ABC):
    """A field that is one input, with the field's question as its label."""

    is_one = True
    max_units = 0
    """The most UTF-16 units that people may type into it."""

    @abstractmethod
    def element(self, field: FormField) -> Element:
        """Build the input without its id and label."""

    def elements(self, field: FormField, label: str) -> Iterator[Element]:
        yield {"id": input_id(field.key), "label": escape_dates(label), **self.element(field)}

    def is_too_long_to_show(self, field: FormField) -> bool:
        """Return whether the value is too long to be shown, so that it stays until other text is entered."""
        return False

    def value(self, field: FormField, data: Mapping[str, Any]) -> Any:
        """Return the typed value in the shape of the field.

        Teams leaves empty inputs out. A value that is not among the field's choices is ignored.
        """
        return _input_value(data, field.key)


class TextInput(Input):
    """Text in one line or in several."""

    max_units = MAX_TEXT

    def __init__(self, lines: bool) -> None:
        self.lines = lines

    def element(self, field: FormField) -> Element:
        element: Element = {"type": "Input.Text", "isMultiline": self.lines, "maxLength": MAX_TEXT}
        return element | ({"value": str(field.value)} if field.value and not self.is_too_long_to_show(field) else {})

    def is_too_long_to_show(self, field: FormField) -> bool:
        return json_units(str(field.value or "")) > MAX_TEXT

    def value(self, field: FormField, data: Mapping[str, Any]) -> Any:
        return super().value(field, data) or (field.value if self.is_too_long_to_show(field) else "")


class DayInput(Input):
    """A date from a calendar."""

    def element(self, field: FormField) -> Element:
        return _date_input(field.value)


class ChoiceInput(Input):
    """One choice. Teams' users cannot clear one, so an optional field gets a 'none' choice."""

    none, ask = "none", "choose"
    """The names of what its choice of nothing is called and of what its menu says (form_pages in words.yaml)."""

    def element(self, field: FormField) -> Element:
        nothing = Choice(key=NO_CHOICE, word=say(f"form_pages.{self.none}"))
        choices = field.choices if field.required else (*field.choices, nothing)
        chosen = [choice.key for choice in field.choices if choice.key == field.value]
        return _choice_set(choices, chosen, self.ask)

    def value(self, field: FormField, data: Mapping[str, Any]) -> str:
        value = _input_value(data, field.key)
        return value if any(choice.key == value for choice in field.choices) else ""


class PersonInput(ChoiceInput):
    """One person."""

    none, ask = "nobody", "choose_person"


class ChoicesInput(Input):
    """Several choices."""

    def element(self, field: FormField) -> Element:
        return _multiple_choice(field, field.value or ())

    def value(self, field: FormField, data: Mapping[str, Any]) -> list[str]:
        return _chosen_keys(field, data, field.key)


class DatesInput(Input):
    """A date input for each choice; before them, where dates are optional, the choices that apply without one."""

    is_one = False

    def element(self, field: FormField) -> Element:
        return _multiple_choice(field, [key for key, day in (field.value or {}).items() if not day])

    def elements(self, field: FormField, label: str) -> Iterator[Element]:
        if field.date_optional:
            which = say("form_pages.which_apply", label=field.label)
            yield {"id": input_id(part_id(field, TICKS)), "label": escape_dates(which), **self.element(field)}
        for choice in field.choices:
            of = say("form_pages.date_of", label=field.label, word=choice_text(choice))
            day = _date_input((field.value or {}).get(choice.key))
            yield {"id": input_id(part_id(field, choice.key)), "label": escape_dates(of), **day}
            if choice.key in field.was_dates:
                yield text_block(say("form_pages.was", day=field.was_dates[choice.key]), isSubtle=True) | {
                    "spacing": "None"
                }

    def value(self, field: FormField, data: Mapping[str, Any]) -> dict[str, str]:
        days = {choice.key: _input_value(data, part_id(field, choice.key)) for choice in field.choices}
        ticked = _chosen_keys(field, data, part_id(field, TICKS)) if field.date_optional else []
        return {key: day for key, day in days.items() if day or key in ticked}


INPUTS: Mapping[InputType, Input] = {
    "choice": ChoiceInput(),
    "person": PersonInput(),
    "choices": ChoicesInput(),
    "text": TextInput(lines=True),
    "short": TextInput(lines=False),
    "date": DayInput(),
    "dates": DatesInput(),
}


def _date_input(value: Any) -> Element:
    return {"type": "Input.Date", **({"value": date_or_empty(value)} if date_or_empty(value) else {})}


def _multiple_choice(field: FormField, keys: Sequence[str]) -> Element:
    chosen = [choice.key for choice in field.choices if choice.key in keys]
    return _choice_set(field.choices, chosen, "choose") | {"isMultiSelect": True}


def _choice_set(choices: Sequence[Choice], chosen: Sequence[str], ask: str) -> Element:
    styles = ((MAX_VISIBLE, "expanded"), (MAX_MENU, "compact"))
    style = next((word for most, word in styles if len(choices) <= most), "filtered")
    element: Element = {
        "type": "Input.ChoiceSet",
        "style": style,
        "wrap": True,
        "choices": [{"title": choice_text(choice), "value": choice.key} for choice in choices],
    }
    element |= {"placeholder": say(f"form_pages.{ask}")} if style != "expanded" else {}
    return element | ({"value": ",".join(chosen)} if chosen else {})


def _input_value(data: Mapping[str, Any], key: str) -> str:
    value = data.get(input_id(key))
    return value if isinstance(value, str) else ""


def _chosen_keys(field: FormField, data: Mapping[str, Any], key: str) -> list[str]:
    value = _input_value(data, key).split(",")
    return [choice.key for choice in field.choices if choice.key in value]
