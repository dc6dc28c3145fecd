"""Converts fields to Slack's inputs and their values back; one class for each type of field, in the table INPUTS.

An input's block has the field's key as its id - of `dates`, 'KEY.CHOICE' and 'KEY.ticks' - and keeps it when the form
is shown again, so that Slack keeps what somebody typed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import NO_CHOICE, TICKS, choice_text, date_or_empty, part_id, question_text
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.slack.forms.options import MAX_VISIBLE, menu, option
from remembrancer.bot.slack.outbound.blocks import Block, plain_text
from remembrancer.models.message import Choice, FormField, InputType
from remembrancer.wording import say

MAX_TEXT = 3000
MAX_LABEL = 2000
ACTION = "value"
State = Mapping[str, Any]
"""The values of a view's inputs by the ids of their blocks (`view.state.values`)."""


class Input(ABC):
    """A field that is one input, which holds the field's question and hint unless they are too long."""

    is_one = True

    @abstractmethod
    def element(self, field: FormField) -> Block:
        """Build the input without its label."""

    def blocks(self, field: FormField, hint: str) -> Iterator[Block]:
        block = _block(field.key, question_text(field), self.element(field), hint)
        block["optional"] = not field.required or self.is_too_long_to_show(field)
        yield block | ({"dispatch_action": True} if field.steers else {})

    def is_too_long_to_show(self, field: FormField) -> bool:
        """Return whether the value is too long for Slack to show, so that it stays until other text is entered."""
        return False

    def error_block(self, field: FormField) -> str:
        """Return the id of the block beside which Slack shows the field's error."""
        return field.key

    def value(self, field: FormField, state: State) -> Any:
        """Return the typed value in the shape of the field; the field's own value where the page has no such input."""
        return (_input_value(state, field.key) or self.blank(field)) if field.key in state else field.value

    def blank(self, field: FormField) -> Any:
        """Return the value of an empty input."""
        return ""


class TextInput(Input):
    """Text in one line or in several."""

    def __init__(self, lines: bool) -> None:
        self.lines = lines

    def element(self, field: FormField) -> Block:
        element: Block = {"type": "plain_text_input", "multiline": self.lines, "max_length": MAX_TEXT}
        if field.value and not self.is_too_long_to_show(field):
            element["initial_value"] = field.value
        if field.steers:
            when = "on_character_entered" if self.lines else "on_enter_pressed"
            element["dispatch_action_config"] = {"trigger_actions_on": [when]}
        return element

    def is_too_long_to_show(self, field: FormField) -> bool:
        return len(str(field.value or "")) > MAX_TEXT

    def blank(self, field: FormField) -> Any:
        return field.value if self.is_too_long_to_show(field) else ""


class DayInput(Input):
    """A date from a calendar."""

    def element(self, field: FormField) -> Block:
        return _date_picker(field.value)


class MenuInput(Input):
    """One choice from a menu. Slack's users cannot clear one, so an optional field gets a 'none' option."""

    none, ask = "none", "choose"
    """The names of what its choice of nothing is called and of what its menu says (form_pages in words.yaml)."""

    def element(self, field: FormField) -> Block:
        return {"type": "static_select", **menu(self._choices(field), self.ask), **_selected_option(field)}

    def _choices(self, field: FormField) -> tuple[Choice, ...]:
        nothing = Choice(key=NO_CHOICE, word=say(f"form_pages.{self.none}"))
        return field.choices if field.required else (*field.choices, nothing)


class ChoiceInput(MenuInput):
    """One choice; few choices are all visible."""

    def element(self, field: FormField) -> Block:
        choices = self._choices(field)
        if len(choices) > MAX_VISIBLE:
            return super().element(field)
        return {"type": "radio_buttons", "options": [option(choice) for choice in choices], **_selected_option(field)}


class PersonInput(MenuInput):
    """One person from a menu."""

    none, ask = "nobody", "choose_person"


class ChoicesInput(Input):
    """Several choices."""

    def element(self, field: FormField) -> Block:
        return _multiple_choice(field, field.value or ())

    def blank(self, field: FormField) -> list[str]:
        return []


class DatesInput(Input):
    """A date input for each choice; before them, where dates are optional, the choices that apply without one."""

    is_one = False

    def element(self, field: FormField) -> Block:
        return _multiple_choice(field, [key for key, day in (field.value or {}).items() if not day])

    def blocks(self, field: FormField, hint: str) -> Iterator[Block]:
        date_blocks = [self._date(field, choice) for choice in field.choices]
        if field.date_optional:
            label = say("form_pages.which_apply", label=field.label)
            date_blocks.insert(0, _block(part_id(field, TICKS), label, self.element(field), hint))
        for block in date_blocks:
            yield block | ({"dispatch_action": True} if field.steers else {})

    def _date(self, field: FormField, choice: Choice) -> Block:
        label = say("form_pages.date_of", label=field.label, word=choice_text(choice))
        was = say("form_pages.was", day=field.was_dates[choice.key]) if choice.key in field.was_dates else ""
        return _block(part_id(field, choice.key), label, _date_picker((field.value or {}).get(choice.key)), was)

    def error_block(self, field: FormField) -> str:
        return part_id(field, TICKS if field.date_optional else field.choices[0].key)

    def value(self, field: FormField, state: State) -> dict[str, str]:
        """Return the date of each choice that has one, and '' for each choice that is ticked without a date."""
        days = {choice.key: _input_value(state, part_id(field, choice.key)) or "" for choice in field.choices}
        ticked = _input_value(state, part_id(field, TICKS)) or []
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


def _block(id_: str, label: str, element: Mapping[str, Any], hint: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": id_,
        "label": plain_text(shorten(label, MAX_LABEL)),
        "element": {**element, "action_id": ACTION},
        "optional": True,
    }
    return block | ({"hint": plain_text(shorten(hint, MAX_LABEL))} if hint else {})


def _date_picker(value: Any) -> Block:
    return {"type": "datepicker", **({"initial_date": value} if date_or_empty(value) else {})}


def _selected_option(field: FormField) -> Block:
    chosen = [option(choice) for choice in field.choices if choice.key == field.value]
    return {"initial_option": chosen[0]} if chosen else {}


def _multiple_choice(field: FormField, keys: Sequence[str]) -> Block:
    """Build the element for several choices, of which `keys` are selected."""
    first = [option(choice) for choice in field.choices if choice.key in keys]
    chosen = {"initial_options": first} if first else {}
    if len(field.choices) <= MAX_VISIBLE:
        return {"type": "checkboxes", "options": [option(choice) for choice in field.choices], **chosen}
    return {"type": "multi_static_select", **menu(field.choices, "choose"), **chosen}


def _input_value(state: State, id_: str) -> Any:
    """Return the value of an input: its text, its date, the key of its option, or the keys of several."""
    value = state.get(id_, {}).get(ACTION, {})
    if "selected_options" in value:
        return [each["value"] for each in value["selected_options"]]
    if value.get("selected_option"):
        key = value["selected_option"]["value"]
        return "" if key == NO_CHOICE else key
    return value.get("value") or value.get("selected_date")
