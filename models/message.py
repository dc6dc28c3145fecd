"""What is said and asked, for every platform: messages of parts with buttons, and forms of fields.

Text is the small Markdown that templates give: headings, lists, bold, tables. Platforms translate and add nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field


class Neutral(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Button(Neutral):
    """A press comes back as (action, value). `about` completes the label for somebody who hears it alone."""

    action: str
    value: str
    label: str
    about: str = ""
    style: Literal["primary", "danger", ""] = ""


class Attachment(Neutral):
    """A picture or a file. `alt` says in words what a picture shows; a file's name says what it is."""

    name: str
    media_type: str
    data: Base64Bytes
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Part(Neutral):
    """A piece of a message that stays together; messages are divided between parts, never within one.

    `detail` is what a platform with threads shows beneath the message, so that a channel is not filled by it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    detail: bool = False


class Message(Neutral):
    """One message. Its text alone carries all that it says.

    `follows` names what a posted card goes on showing as it is (see bot.following), such as 'see 17'.
    """

    parts: tuple[Part, ...]
    follows: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if part.text)

    @property
    def mark(self) -> str:
        """A name for just this message: another one where anything in it differs."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class Choice(Neutral):
    """One value that a field offers."""

    key: str
    word: str
    symbol: str = ""


InputType = Literal["choice", "choices", "text", "short", "date", "dates", "person"]
NEEDS_CHOICES: frozenset[InputType] = frozenset({"choice", "choices", "dates", "person"})


class FormField(Neutral):
    """One input. `value` is in the shape of the question's type (see rules.programmes.field_types); `was` tells of
    last time.

    `steers` is set where a new value changes which fields are asked; `date_optional` where, of dates, a choice may
    be made before its date is known.
    """

    key: str
    label: str
    ask: str
    hint: str = ""
    type: InputType
    choices: tuple[Choice, ...] = ()
    value: Any = None
    required: bool = False
    steers: bool = False
    date_optional: bool = False
    error: str = ""
    was: str = ""
    was_dates: Mapping[str, str] = Field(default_factory=dict)

    @property
    def has_input(self) -> bool:
        """Whether there is anything to fill in: no platform takes an input that needs choices and has none."""
        return bool(self.choices) or self.type not in NEEDS_CHOICES

    @property
    def inputs(self) -> int:
        """How many inputs it is: of dates, one for each choice, and one to tick those that have no date yet."""
        return len(self.choices) + self.date_optional if self.type == "dates" else 1


class Form(Neutral):
    """A form; what is typed comes back as a submission of (action, value) with the fields' values."""

    action: str
    value: str
    title: str
    intro: str = ""
    fields: tuple[FormField, ...]
    submit: str
    notice: str = ""

    @property
    def has_errors(self) -> bool:
        return any(field.error for field in self.fields)


def headed(head: Part, details: Iterable[str]) -> Message:
    """A message whose first part says what matters; the rest is its detail."""
    return Message(parts=(head, *(Part(text=text, detail=True) for text in details if text)))


def message(*texts: str, buttons: Sequence[Button] = ()) -> Message:
    """A message of plain parts; the buttons stand under the last."""
    parts = [Part(text=text) for text in texts]
    parts[-1] = Part(text=texts[-1], buttons=tuple(buttons))
    return Message(parts=tuple(parts))
