"""What people do, whatever the platform: say something, press a button, fill in a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from remembrancer.models.message import Form, Message


@dataclass(frozen=True)
class Incoming:
    """One act of a person. `event` is the platform's own name for it, the same when it is delivered again.

    text: `text`, and `about`, the platform's id of the message it replies to; press: `action` and `value`;
    submit and change: also `fields`, values in the shape of the form's questions (change: somebody is still typing).
    """

    person_id: int
    event: str
    kind: Literal["text", "press", "submit", "change"]
    text: str = ""
    about: str | None = None
    action: str = ""
    value: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What comes back at once: messages, and a form to show. `is_fault`: nothing was done, and that was our fault."""

    messages: tuple[Message, ...] = ()
    form: Form | None = None
    is_fault: bool = False
