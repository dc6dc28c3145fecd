"""Reads a posted HTML form into values that have the shape of the form's questions (see rules.programmes.answers)."""

from typing import Any

from starlette.datastructures import FormData

from remembrancer.models.message import Form, FormField


def read(form: Form, typed: FormData) -> dict[str, Any]:
    """Return the values of the form's fields, by key."""
    return {field.key: _value(field, typed) for field in form.fields}


def _value(field: FormField, typed: FormData) -> Any:
    if field.type == "choices":
        return [str(key) for key in typed.getlist(field.key)]
    if field.type == "dates":
        return dict(_dates(field, typed))
    return str(typed.get(field.key) or "")


def _dates(field: FormField, typed: FormData) -> list[tuple[str, str]]:
    """Return the dates of the ticked choices; where the form has nothing to tick, of the choices that have a date."""
    ticked = {str(key) for key in typed.getlist(field.key)}
    dated = {choice.key: str(typed.get(f"{field.key}.{choice.key}") or "") for choice in field.choices}
    if f"{field.key}.ticks" in typed:
        return [(key, day) for key, day in dated.items() if key in ticked]
    return [(key, day) for key, day in dated.items() if day]
