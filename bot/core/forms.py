"""Builds forms whose sentences are in templates/words.yaml, under the form's and the fields' names."""

from collections.abc import Iterable, Sequence
from typing import Any

from remembrancer.models import Person
from remembrancer.models.message import Choice, Form, FormField, InputType
from remembrancer.services.context import Context
from remembrancer.wording import phrase


def field(
    key: str,
    kind: InputType,
    value: Any = "",
    error: str = "",
    *,
    label: str = "",
    hint: str = "",
    choices: Sequence[Choice] = (),
    required: bool = True,
    steers: bool = False,
) -> FormField:
    """A field; `label` names the phrase that asks for it, by default `fields.KEY`."""
    ask = phrase(label or f"fields.{key}")
    return FormField(
        key=key,
        label=ask,
        ask=ask,
        hint=hint,
        type=kind,
        choices=tuple(choices),
        value=value,
        required=required,
        steers=steers,
        error=error,
    )


def form(
    action: str, value: object, *fields: FormField, name: str = "", submit: str = "save", **values: object
) -> Form:
    """A form with the sentences `forms.NAME_title` and `forms.NAME_intro`, in which `values` are put.

    `name` is the action where none is given; `submit` names the label of the button that sends the form.
    """
    title, intro = (phrase(f"forms.{name or action}_{part}", **values) for part in ("title", "intro"))
    return Form(
        action=action, value=str(value), title=title, intro=intro, fields=fields, submit=phrase(f"buttons.{submit}")
    )


def other_people(context: Context) -> list[Person]:
    """The active people besides the person who acts."""
    return [each for each in context.facts.people.values() if each.active and each.id != context.person.id]


def person_choices(people: Iterable[Person]) -> list[Choice]:
    """The choices of these people, by name."""
    by_name = sorted(people, key=lambda person: person.name)
    return [Choice(key=str(person.id), word=person.name) for person in by_name]
