"""An incoming act and its reply, the same for every platform: a text, a pressed button, a filled-in form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from remembrancer.models.message import Form, Message
from remembrancer.services.context import Context


@dataclass(frozen=True)
class Incoming:
    """One act of a person. `event` is the platform's id of it, the same when it is delivered again.

    text: `text`; `about`, the platform's id of the message it replies to; `edits`, the words that stood there before
    the person edited them; `has_file`, whether a picture or file came with it, which is not taken. press: `action` and
    `value`.
    submit and change: also `fields`, by question key (change: the form is still open and asks to be shown anew).
    """

    person_id: int
    event: str
    kind: Literal["text", "press", "submit", "change"]
    text: str = ""
    about: str | None = None
    edits: str | None = None
    has_file: bool = False
    action: str = ""
    value: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    def typed(self, name: str) -> str:
        """The text of a form's field, stripped."""
        return str(self.fields.get(name) or "").strip()


@dataclass(frozen=True)
class Reply:
    """What an act returns at once: messages, and a form to show."""

    messages: tuple[Message, ...] = ()
    form: Form | None = None


Handler = Callable[[Context, Incoming], Reply]
Routes = Mapping[Literal["press", "submit", "change"], Mapping[str, Handler]]
"""A feature's handlers, by the kind of act and its action."""
