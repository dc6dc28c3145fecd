"""Converts the fields of a posted HTML form to values in the shape of the form's questions."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from remembrancer.models.message import Form, FormField, InputType


def read(form: Form, typed: FormData) -> dict[str, Any]:
    """Return the values of the form's fields, by key."""
    return {field.key: INPUTS[field.type].value(field, typed) for field in form.fields}


class Input:
    """A field with one value, which `template` of templates/pages shows; `is_grouped`: its inputs share a legend."""

    def __init__(self, template: str, html_type: str = "", is_grouped: bool = False) -> None:
        self.template, self.html_type, self.is_grouped = f"inputs/{template}", html_type, is_grouped

    def is_chosen(self, field: FormField, key: str) -> bool:
        return bool(key == field.value)

    def value(self, field: FormField, typed: FormData) -> Any:
        return str(typed.get(field.key) or "")


class ChoicesInput(Input):
    """Several choices, each with a checkbox."""

    def is_chosen(self, field: FormField, key: str) -> bool:
        return key in (field.value or ())

    def value(self, field: FormField, typed: FormData) -> list[str]:
        return [str(key) for key in typed.getlist(field.key)]


class DatesInput(Input):
    """A date for each ticked choice; where the form has nothing to tick, for each choice that has a date."""

    def value(self, field: FormField, typed: FormData) -> dict[str, str]:
        ticked = {str(key) for key in typed.getlist(field.key)}
        dated = {choice.key: str(typed.get(f"{field.key}.{choice.key}") or "") for choice in field.choices}
        if f"{field.key}.ticks" in typed:
            return {key: day for key, day in dated.items() if key in ticked}
        return {key: day for key, day in dated.items() if day}


INPUTS: Mapping[InputType, Input] = {
    "choice": Input("options.html", "radio", is_grouped=True),
    "choices": ChoicesInput("options.html", "checkbox", is_grouped=True),
    "dates": DatesInput("dates.html", is_grouped=True),
    "text": Input("area.html"),
    "short": Input("line.html", "text"),
    "date": Input("line.html", "date"),
    "person": Input("people.html"),
}
