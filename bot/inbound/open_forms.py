"""Forms that people have open on a platform: what they typed on any page is kept until the form is done with."""

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
"""The action of the button that shows a kept form again; its value is the form's token."""


@dataclass(frozen=True)
class Opened:
    """A form as it was last seen by its person: `page` counts from nought, `view` is the platform's name of it."""

    token: str
    person_id: int
    form: Form
    page: int = 0
    view: str = ""

    def typed(self, values: Mapping[str, Any]) -> "Opened":
        """With what is on one page now; what is on the others stays."""
        fields = tuple(
            field.model_copy(update={"value": values[field.key], "error": ""}) if field.key in values else field
            for field in self.form.fields
        )
        return replace(self, form=self.form.model_copy(update={"fields": fields, "notice": ""}))

    @property
    def values(self) -> dict[str, Any]:
        """What is on all its pages, by question."""
        return {field.key: field.value for field in self.form.fields}


def keep(engine: Engine, platform: str, person_id: int, form: Form, now: datetime) -> Opened:
    """A form that is about to be shown."""
    token = secrets.token_urlsafe(16)
    row = OpenForm(
        token=token, platform=platform, person_id=person_id, form=form.model_dump(mode="json"), opened_at=now
    )
    with Session(engine) as session:
        session.add(row)
        session.commit()
    return Opened(token, person_id, form)


def opened(engine: Engine, token: str, person_id: int) -> Opened | None:
    """The form as it stands; None where it is done with, or somebody else's."""
    with Session(engine) as session:
        row = session.exec(select(OpenForm).where(OpenForm.token == token, OpenForm.person_id == person_id)).first()
        return Opened(token, row.person_id, Form.model_validate(row.form), row.page, row.view) if row else None


def save(engine: Engine, now_is: Opened) -> None:
    """Keep a form as it stands, unless it is done with."""
    with Session(engine) as session:
        row = session.exec(select(OpenForm).where(OpenForm.token == now_is.token).with_for_update()).first()
        if row is not None:
            row.form, row.page, row.view = now_is.form.model_dump(mode="json"), now_is.page, now_is.view
            session.commit()


def close(engine: Engine, token: str) -> None:
    """The form is done with."""
    with Session(engine) as session:
        session.exec(delete(OpenForm).where(col(OpenForm.token) == token))
        session.commit()


def offer(engine: Engine, form: Opened, words: str, event: str, now: datetime) -> None:
    """A message with the button that shows the form, for where it cannot be shown at once; `words` names why."""
    said = say(words, title=escape(form.form.title))
    button = Button(action=OPEN, value=form.token, label=say("buttons.open_form"), about=form.form.title)
    with Session(engine) as session:
        tell(
            session,
            session.get_one(Person, form.person_id),
            message(said, buttons=(button,)),
            key=f"form-{form.person_id}-{event}",
            kind="reply",
            because="reply",
            now=now,
            immediate=True,
        )
        session.commit()
