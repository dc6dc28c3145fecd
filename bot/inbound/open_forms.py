"""Stores the forms that people have open on a platform, with what they typed on any page, until each form is closed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from remembrancer.models import OpenForm, Person
from remembrancer.models.message import Button, Form, message
from remembrancer.services.outbox import tell
from remembrancer.wording import escape, say

OPEN = "open_form"
"""The action of the button that shows a stored form again; the button's value is the form's token."""


@dataclass(frozen=True)
class OpenedForm:
    """An open form as its person last saw it.

    `page` counts from nought; `view` is the platform's id of what shows the form.
    """

    token: str
    person_id: int
    form: Form
    page: int = 0
    view: str = ""

    def with_values(self, values: Mapping[str, Any]) -> "OpenedForm":
        """Return the form with these values, which replace those of one page and leave the other pages as they are."""
        fields = tuple(
            field.model_copy(update={"value": values[field.key], "error": ""}) if field.key in values else field
            for field in self.form.fields
        )
        return replace(self, form=self.form.model_copy(update={"fields": fields, "notice": ""}))

    @property
    def values(self) -> dict[str, Any]:
        """The values of all pages, by field key."""
        return {field.key: field.value for field in self.form.fields}


def store(engine: Engine, platform: str, person_id: int, form: Form, now: datetime) -> OpenedForm:
    """Store a form that is about to be shown."""
    token = secrets.token_urlsafe(16)
    row = OpenForm(
        token=token, platform=platform, person_id=person_id, form=form.model_dump(mode="json"), opened_at=now
    )
    with Session(engine) as session:
        session.add(row)
        session.commit()
    return OpenedForm(token, person_id, form)


def load(engine: Engine, token: str, person_id: int) -> OpenedForm | None:
    """Load an open form; None where it is closed or belongs to another person."""
    with Session(engine) as session:
        row = session.exec(select(OpenForm).where(OpenForm.token == token, OpenForm.person_id == person_id)).first()
        return OpenedForm(token, row.person_id, Form.model_validate(row.form), row.page, row.view) if row else None


def save(engine: Engine, form: OpenedForm) -> None:
    """Save the state of a form, unless it is closed."""
    with Session(engine) as session:
        row = session.exec(select(OpenForm).where(OpenForm.token == form.token).with_for_update()).first()
        if row is not None:
            row.form, row.page, row.view = form.form.model_dump(mode="json"), form.page, form.view
            session.commit()


def close(engine: Engine, token: str) -> None:
    """Close the form: delete it."""
    with Session(engine) as session:
        session.exec(delete(OpenForm).where(col(OpenForm.token) == token))
        session.commit()


def offer(engine: Engine, form: OpenedForm, phrase: str, event: str, now: datetime) -> None:
    """Send a message with a button that opens the form, where it cannot be shown at once.

    `phrase` is the name of the text that says why.
    """
    text = say(phrase, title=escape(form.form.title))
    button = Button(action=OPEN, value=form.token, label=say("buttons.open_form"), about=form.form.title)
    with Session(engine) as session:
        tell(
            session,
            session.get_one(Person, form.person_id),
            message(text, buttons=(button,)),
            key=f"form-{form.person_id}-{event}",
            kind="reply",
            because="reply",
            now=now,
            immediate=True,
        )
        session.commit()
