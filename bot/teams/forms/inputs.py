"""What each type of field is on a card, and what its inputs bring back: one class for each, in the table INPUTS.

An input's id is 'in.KEY' - of `dates`, 'in.KEY.CHOICE' and 'in.KEY.ticks' - so that none is a name in an action's data.

No input is `isRequired`: Teams would then take no press at all, not even one that goes back or closes, before it is
filled, and what is typed would be lost. So its label says that it is required, and the error comes from us.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remembrancer.bot.platform.form_pages import NONE, TICKS, day_of, part_id, shown
from remembrancer.bot.teams.outbound.card_elements import Element, said
from remembrancer.bot.teams.outbound.escape import dateless
from remembrancer.bot.teams.outbound.message_chunks import units
from remembrancer.models.message import Choice, FormField, InputType
from remembrancer.wording import say

LONGEST = 4000
"""Units of an answer that is shown, so that a page of them is within Teams' limit of size."""
TO_SEE = 10  # choices that may all be seen at once; more are a menu
TO_SEARCH = 20  # in a menu of more, people type to find theirs


def input_id(key: str) -> str:
    return f"in.{key}"


class Input(ABC):
    """A field that is one input, with all that it asks as its label."""

    is_one = True
    longest = 0
    """Units that people may type into it."""

    @abstractmethod
    def element(self, field: FormField) -> Element:
        """The input itself, without its id and its label."""

    def elements(self, field: FormField, label: str) -> Iterator[Element]:
        yield {"id": input_id(field.key), "label": dateless(label), **self.element(field)}

    def is_kept(self, field: FormField) -> bool:
        """Whether its value is too long to be shown, so that it stands until something else is written."""
        return False

    def value(self, field: FormField, data: Mapping[str, Any]) -> Any:
        """What its inputs hold, in the shape of the field.

        Teams sends nothing of an input that is empty. What is not among the field's choices is as if it had not been
        sent.
        """
        return _given(data, field.key)


class TextInput(Input):
    """Words that are typed, in one line or in several."""

    longest = LONGEST

    def __init__(self, lines: bool) -> None:
        self.lines = lines

    def element(self, field: FormField) -> Element:
        made: Element = {"type": "Input.Text", "isMultiline": self.lines, "maxLength": LONGEST}
        return made | ({"value": str(field.value)} if field.value and not self.is_kept(field) else {})

    def is_kept(self, field: FormField) -> bool:
        return units(str(field.value or "")) > LONGEST

    def value(self, field: FormField, data: Mapping[str, Any]) -> Any:
        return super().value(field, data) or (field.value if self.is_kept(field) else "")


class DayInput(Input):
    """A day from a calendar."""

    def element(self, field: FormField) -> Element:
        return _day(field.value)


class ChoiceInput(Input):
    """One choice. Nobody can take it back, so where none is needed one choice says so."""

    none, ask = "none", "choose"
    """The names of what its choice of nothing is called and of what its menu says (form_pages in words.yaml)."""

    def element(self, field: FormField) -> Element:
        nothing = Choice(key=NONE, word=say(f"form_pages.{self.none}"))
        choices = field.choices if field.required else (*field.choices, nothing)
        chosen = [choice.key for choice in field.choices if choice.key == field.value]
        return _choose(choices, chosen, self.ask)

    def value(self, field: FormField, data: Mapping[str, Any]) -> str:
        given = _given(data, field.key)
        return given if any(choice.key == given for choice in field.choices) else ""


class PersonInput(ChoiceInput):
    """One person."""

    none, ask = "nobody", "choose_person"


class ChoicesInput(Input):
    """Several choices."""

    def element(self, field: FormField) -> Element:
        return _ticks(field, field.value or ())

    def value(self, field: FormField, data: Mapping[str, Any]) -> list[str]:
        return _keys(field, data, field.key)


class DatesInput(Input):
    """A date for each choice; first, where a date may be unknown, which of them apply without one."""

    is_one = False

    def element(self, field: FormField) -> Element:
        return _ticks(field, [key for key, day in (field.value or {}).items() if not day])

    def elements(self, field: FormField, label: str) -> Iterator[Element]:
        if field.date_optional:
            which = say("form_pages.which_apply", label=field.label)
            yield {"id": input_id(part_id(field, TICKS)), "label": dateless(which), **self.element(field)}
        for choice in field.choices:
            of = say("form_pages.date_of", label=field.label, word=shown(choice))
            day = _day((field.value or {}).get(choice.key))
            yield {"id": input_id(part_id(field, choice.key)), "label": dateless(of), **day}
            if choice.key in field.was_dates:
                yield said(say("form_pages.was", day=field.was_dates[choice.key]), isSubtle=True) | {"spacing": "None"}

    def value(self, field: FormField, data: Mapping[str, Any]) -> dict[str, str]:
        days = {choice.key: _given(data, part_id(field, choice.key)) for choice in field.choices}
        ticked = _keys(field, data, part_id(field, TICKS)) if field.date_optional else []
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


def _day(value: Any) -> Element:
    return {"type": "Input.Date", **({"value": day_of(value)} if day_of(value) else {})}


def _ticks(field: FormField, keys: Sequence[str]) -> Element:
    chosen = [choice.key for choice in field.choices if choice.key in keys]
    return _choose(field.choices, chosen, "choose") | {"isMultiSelect": True}


def _choose(choices: Sequence[Choice], chosen: Sequence[str], ask: str) -> Element:
    styles = ((TO_SEE, "expanded"), (TO_SEARCH, "compact"))
    style = next((word for most, word in styles if len(choices) <= most), "filtered")
    made: Element = {
        "type": "Input.ChoiceSet",
        "style": style,
        "wrap": True,
        "choices": [{"title": shown(choice), "value": choice.key} for choice in choices],
    }
    made |= {"placeholder": say(f"form_pages.{ask}")} if style != "expanded" else {}
    return made | ({"value": ",".join(chosen)} if chosen else {})


def _given(data: Mapping[str, Any], key: str) -> str:
    given = data.get(input_id(key))
    return given if isinstance(given, str) else ""


def _keys(field: FormField, data: Mapping[str, Any], key: str) -> list[str]:
    given = _given(data, key).split(",")
    return [choice.key for choice in field.choices if choice.key in given]
