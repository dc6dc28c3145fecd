"""Divides a form's fields into the inputs that people fill in, and converts what they typed to the fields' values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from remembrancer.bot.platform.form_pages import choice_text, question_text
from remembrancer.models.message import NEEDS_CHOICES, Choice, FormField, InputType
from remembrancer.wording import phrase

TEXT_TYPES: frozenset[InputType] = frozenset({"text", "short"})
NO_CHOICE = "-"
"""The key of the choice that clears a choice."""
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Input:
    """One input of a field. `type` is never `dates`: such a field has an input of type `date` for each choice.

    id: the field's key - of `dates`, 'KEY.CHOICE' and 'KEY.ticks'; value: the text or date that it holds; chosen: the
    keys of the chosen `choices`; ask: what a menu says (form_pages in words.yaml); note: a text that belongs to it.
    """

    id: str
    type: InputType
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    ask: str = "choose"
    required: bool = False
    note: str = ""


def is_one(field: FormField) -> bool:
    """Return whether the field is one input, which can hold the field's question."""
    return field.type != "dates"


def inputs_of(field: FormField) -> list[Input]:
    """Return the field's inputs in order. People cannot clear a choice, so an optional one gets a 'none' choice."""
    if not is_one(field):
        return _date_inputs(field)
    keys = field.value if isinstance(field.value, list | tuple) else [field.value]
    choices, nothing = field.choices, {"choice": "none", "person": "nobody"}.get(field.type)
    if nothing and not field.required:
        choices += (Choice(key=NO_CHOICE, word=phrase(f"form_pages.{nothing}")),)
    value = _date_or_empty(field.value) if field.type == "date" else str(field.value or "")
    return [
        Input(
            field.key,
            field.type,
            question_text(field),
            value="" if field.type in NEEDS_CHOICES else value,
            choices=choices,
            chosen=tuple(choice.key for choice in field.choices if choice.key in keys),
            ask="choose_person" if field.type == "person" else "choose",
            required=field.required,
        )
    ]


def _date_inputs(field: FormField) -> list[Input]:
    """Return a date for each choice; before them, where dates are optional, the choices that apply without one."""
    days = field.value or {}
    dates = [
        Input(
            f"{field.key}.{choice.key}",
            "date",
            phrase("form_pages.date_of", label=field.label, word=choice_text(choice)),
            value=_date_or_empty(days.get(choice.key)),
            note=phrase("form_pages.was", day=field.was_dates[choice.key]) if choice.key in field.was_dates else "",
        )
        for choice in field.choices
    ]
    if not field.date_optional:
        return dates
    ticked = tuple(choice.key for choice in field.choices if choice.key in days and not days[choice.key])
    label = phrase("form_pages.which_apply", label=field.label)
    return [Input(f"{field.key}.ticks", "choices", label, choices=field.choices, chosen=ticked), *dates]


def value_of(field: FormField, typed: Callable[[Input], Sequence[str]], is_kept: bool) -> Any:
    """Return what was typed in the shape of the field; `typed` returns an input's text, its date, or its chosen keys.

    A key that is not among the field's choices is ignored. `is_kept`: the field's value, which is too long to be shown,
    stays until other text is entered.
    """
    inputs = inputs_of(field)
    if not is_one(field):
        ticked = [key for each in inputs if each.type == "choices" for key in typed(each)]
        days = ["".join(typed(each)) for each in inputs if each.type == "date"]
        dated = zip((choice.key for choice in field.choices), days, strict=True)
        return {key: day for key, day in dated if day or key in ticked}
    texts = typed(inputs[0])
    chosen = [choice.key for choice in field.choices if choice.key in texts]
    if field.type == "choices":
        return chosen
    text = "".join(chosen if field.type in NEEDS_CHOICES else texts)
    return text or (field.value if is_kept else "")


def _date_or_empty(value: object) -> str:
    text = str(value or "")
    return text if _ISO_DATE.fullmatch(text) else ""
