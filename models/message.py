"""Platform-neutral messages and forms: a message has parts with buttons, a form has fields.

Text is a small subset of Markdown: headings, lists, bold, tables. Each platform translates it and adds no text.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field


class Neutral(BaseModel):
    """The base of all platform-neutral values: immutable, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Button(Neutral):
    """A button; a press comes back as (action, value). `about` completes the label for screen readers."""

    action: str
    value: str
    label: str
    about: str = ""
    style: Literal["primary", "danger", ""] = ""


class Attachment(Neutral):
    """A picture or a file; `alt` is the text alternative of a picture."""

    name: str
    media_type: str
    data: Base64Bytes
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Part(Neutral):
    """A piece of a message; a long message is split between parts, never within one.

    A part that is `detail` is posted in the thread of the message, where the platform has threads.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    detail: bool = False


class Message(Neutral):
    """One message; its text alone is complete without the buttons and attachments.

    `follows` is the query that a posted card keeps showing the result of (cards/live_replies.py), such as 'see 17'.
    """

    parts: tuple[Part, ...]
    follows: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if part.text)

    @property
    def mark(self) -> str:
        """Return a hash of the message's content."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class MeetingDay(Neutral):
    """A board's meeting: the board's key, and the day in the organisation's time zone."""

    board: str
    day: date


class MessageItem(Neutral):
    """One thing that a message is about: an item in a window, or a paper at a meeting.

    `ref` is the item's ref, or the paper's title (an exempt one is not named); None where the message is about the
    window or the meeting as a whole. `due` is the moment that the message names as the deadline.
    """

    programme: str | None = None
    window: str | None = None
    meeting: MeetingDay | None = None
    due: datetime | None = None
    ref: str | None = None

    def as_json(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return the fields as JSON, with the deadline by the clock of the zone."""
        due = self.due.astimezone(zone).isoformat() if self.due else None
        return {**self.model_dump(mode="json"), "due": due}


def refs_of(items: Iterable[MessageItem]) -> tuple[str, ...]:
    """Return the refs and titles of what a message is about, each once."""
    return tuple(dict.fromkeys(item.ref for item in items if item.ref is not None))


class Choice(Neutral):
    """One option of a form field."""

    key: str
    word: str
    symbol: str = ""


InputType = Literal["choice", "choices", "text", "short", "date", "dates", "person"]
NEEDS_CHOICES: frozenset[InputType] = frozenset({"choice", "choices", "dates", "person"})


class FormField(Neutral):
    """One input of a form; `value` has the shape of the question's type (see rules/programmes/field_types).

    `was` is the previous answer in words. A field `steers` where its value decides which other fields are shown. In a
    field of dates that is `date_optional`, an option may be chosen before its date is known.
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
    """A form; its submission comes back as (action, value) with the fields' values."""

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
    """Build a message of a first part and details; empty details are left out."""
    return Message(parts=(head, *(Part(text=text, detail=True) for text in details if text)))


def message(*texts: str, buttons: Sequence[Button] = ()) -> Message:
    """Build a message of text parts, with the buttons under the last."""
    parts = [Part(text=text) for text in texts]
    parts[-1] = Part(text=texts[-1], buttons=tuple(buttons))
    return Message(parts=tuple(parts))
