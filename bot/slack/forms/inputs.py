"""What each type of field is in a modal, and what its inputs bring back: one class for each, in the table INPUTS.

An input's block has the field's key as its id - of `dates`, 'KEY.CHOICE' and 'KEY.ticks' - however the form is shown
again, so that what somebody has typed stays.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import NONE, TICKS, day_of, name, part_id, shown
from remembrancer.bot.platform.markdown import shorten
from remembrancer.bot.slack.forms.options import TO_SEE, menu, option
from remembrancer.bot.slack.outbound.blocks import Block, plain_text
from remembrancer.models.message import Choice, FormField, InputType
from remembrancer.wording import say

LONGEST = 3000
LABEL = 2000
ACTION = "value"
State = Mapping[str, Any]
"""What a view's inputs hold, by the ids of their blocks (`view.state.values`)."""


class Input(ABC):
    """A field that is one input, which can say all that the field says unless that is too long."""

    is_one = True

    @abstractmethod
    def element(self, field: FormField) -> Block:
        """The input itself, without its label."""

    def blocks(self, field: FormField, hint: str) -> Iterator[Block]:
        made = _block(field.key, name(field), self.element(field), hint)
        made["optional"] = not field.required or self.is_kept(field)
        yield made | ({"dispatch_action": True} if field.steers else {})

    def is_kept(self, field: FormField) -> bool:
        """Whether its value is too long for Slack to show, so that it stands until something else is written."""
        return False

    def error_block(self, field: FormField) -> str:
        """The id of the block beside which the field's error is shown."""
        return field.key

    def value(self, field: FormField, state: State) -> Any:
        """What was typed, in the shape of the field; as it was where the page does not ask."""
        return (_given(state, field.key) or self.blank(field)) if field.key in state else field.value

    def blank(self, field: FormField) -> Any:
        """The value of an input that holds nothing."""
        return ""


class TextInput(Input):
    """Words that are typed, in one line or in several."""

    def __init__(self, lines: bool) -> None:
        self.lines = lines

    def element(self, field: FormField) -> Block:
        made: Block = {"type": "plain_text_input", "multiline": self.lines, "max_length": LONGEST}
        if field.value and not self.is_kept(field):
            made["initial_value"] = field.value
        if field.steers:
            when = "on_character_entered" if self.lines else "on_enter_pressed"
            made["dispatch_action_config"] = {"trigger_actions_on": [when]}
        return made

    def is_kept(self, field: FormField) -> bool:
        return len(str(field.value or "")) > LONGEST

    def blank(self, field: FormField) -> Any:
        return field.value if self.is_kept(field) else ""


class DayInput(Input):
    """A day from a calendar."""

    def element(self, field: FormField) -> Block:
        return _day(field.value)


class MenuInput(Input):
    """One choice from a menu. Slack lets nobody take it back, so where none is needed one choice says so."""

    none, ask = "none", "choose"
    """The names of what its choice of nothing is called and of what its menu says (form_pages in words.yaml)."""

    def element(self, field: FormField) -> Block:
        return {"type": "static_select", **menu(self._choices(field), self.ask), **_chosen_first(field)}

    def _choices(self, field: FormField) -> tuple[Choice, ...]:
        nothing = Choice(key=NONE, word=say(f"form_pages.{self.none}"))
        return field.choices if field.required else (*field.choices, nothing)


class ChoiceInput(MenuInput):
    """One choice; few enough are all to be seen at once."""

    def element(self, field: FormField) -> Block:
        choices = self._choices(field)
        if len(choices) > TO_SEE:
            return super().element(field)
        return {"type": "radio_buttons", "options": [option(choice) for choice in choices], **_chosen_first(field)}


class PersonInput(MenuInput):
    """One person from a menu."""

    none, ask = "nobody", "choose_person"


class ChoicesInput(Input):
    """Several choices."""

    def element(self, field: FormField) -> Block:
        return _ticks(field, field.value or ())

    def blank(self, field: FormField) -> list[str]:
        return []


class DatesInput(Input):
    """A date for each choice; first, where a date may be unknown, which of them apply without one."""

    is_one = False

    def element(self, field: FormField) -> Block:
        return _ticks(field, [key for key, day in (field.value or {}).items() if not day])

    def blocks(self, field: FormField, hint: str) -> Iterator[Block]:
        made = [self._date(field, choice) for choice in field.choices]
        if field.date_optional:
            label = say("form_pages.which_apply", label=field.label)
            made.insert(0, _block(part_id(field, TICKS), label, self.element(field), hint))
        for block in made:
            yield block | ({"dispatch_action": True} if field.steers else {})

    def _date(self, field: FormField, choice: Choice) -> Block:
        label = say("form_pages.date_of", label=field.label, word=shown(choice))
        was = say("form_pages.was", day=field.was_dates[choice.key]) if choice.key in field.was_dates else ""
        return _block(part_id(field, choice.key), label, _day((field.value or {}).get(choice.key)), was)

    def error_block(self, field: FormField) -> str:
        return part_id(field, TICKS if field.date_optional else field.choices[0].key)

    def value(self, field: FormField, state: State) -> dict[str, str]:
        """A date for each choice that has one, and none for each that is ticked besides."""
        days = {choice.key: _given(state, part_id(field, choice.key)) or "" for choice in field.choices}
        ticked = _given(state, part_id(field, TICKS)) or []
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
    made: Block = {
        "type": "input",
        "block_id": id_,
        "label": plain_text(shorten(label, LABEL)),
        "element": {**element, "action_id": ACTION},
        "optional": True,
    }
    return made | ({"hint": plain_text(shorten(hint, LABEL))} if hint else {})


def _day(value: Any) -> Block:
    return {"type": "datepicker", **({"initial_date": value} if day_of(value) else {})}


def _chosen_first(field: FormField) -> Block:
    chosen = [option(choice) for choice in field.choices if choice.key == field.value]
    return {"initial_option": chosen[0]} if chosen else {}


def _ticks(field: FormField, keys: Sequence[str]) -> Block:
    """The element in which several choices are made; these to begin with."""
    first = [option(choice) for choice in field.choices if choice.key in keys]
    chosen = {"initial_options": first} if first else {}
    if len(field.choices) <= TO_SEE:
        return {"type": "checkboxes", "options": [option(choice) for choice in field.choices], **chosen}
    return {"type": "multi_static_select", **menu(field.choices, "choose"), **chosen}


def _given(state: State, id_: str) -> Any:
    """What an input holds: its text, its day, the key of its option, or the keys of several."""
    held = state.get(id_, {}).get(ACTION, {})
    if "selected_options" in held:
        return [each["value"] for each in held["selected_options"]]
    if held.get("selected_option"):
        key = held["selected_option"]["value"]
        return "" if key == NONE else key
    return held.get("value") or held.get("selected_date")
