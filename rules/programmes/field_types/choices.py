"""One of some options, or several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remembrancer.rules.checked_model import slugify
from remembrancer.rules.programmes.field_types.base import AnswerCell, QuestionType

if TYPE_CHECKING:
    from remembrancer.rules.programmes.spec import Option


class OptionsType(QuestionType):
    """A question whose answers name options."""

    def key_named(self, text: str) -> str | None:
        """The key of the option that a text names by its key or word, whatever the case and punctuation."""
        wanted = slugify(text)
        return next((o.key for o in self.question.choices if wanted in (slugify(o.word), o.key)), None)

    def key_in_cell(self, cell: AnswerCell, text: str) -> str | None:
        """The key of the option that a part of a cell names; where it names none, that is a problem."""
        key = self.key_named(text)
        if key is None:
            words = "; ".join(option.word for option in self.question.choices)
            cell.wrong("no_such_option", text=text, words=words)
        return key


class Choice(OptionsType):
    """One option. A value is its key."""

    input = "choice"
    spoken = "option"

    def carried_over(self, value: Any) -> str:
        return value if self.question.option(value) else ""

    def in_words(self, value: Any) -> list[list[Option | str]]:
        return [[self.question.option_or_key(value)]]

    def from_field(self, value: Any) -> str | None:
        return value or "" if not value or self.question.option(value) else None

    def from_cell(self, cell: AnswerCell) -> str:
        return (self.key_in_cell(cell, cell.text) if cell.text else None) or ""


class Choices(OptionsType):
    """Any number of options, in no order. A value is a list of their keys."""

    input = "choices"
    spoken = "options"

    def empty(self) -> list[str]:
        return []

    def stored(self, value: Any) -> list[str]:
        """The same choices are stored in the options' order, in whatever order they were made."""
        return [option.key for option in self.question.choices if option.key in (value or ())]

    def carried_over(self, value: Any) -> list[str]:
        return [key for key in value if self.question.option(key)]

    def is_same(self, one: Any, other: Any) -> bool:
        """Several choices have no order; one that the form has no more still counts."""
        return set(one or ()) == set(other or ())

    def chosen(self, value: Any) -> list[str]:
        return list(value or ())

    def in_words(self, value: Any) -> list[list[Option | str]]:
        return [[self.question.option_or_key(key)] for key in value]

    def from_field(self, value: Any) -> list[str] | None:
        return [key for key in value if self.question.option(key)] if isinstance(value, list) else None

    def from_cell(self, cell: AnswerCell) -> list[str]:
        parts = [part.strip() for part in cell.text.split(";") if part.strip()]
        return [key for part in parts if (key := self.key_in_cell(cell, part))]

    def with_semicolons(self, text: str) -> str:
        parts = [part.strip() for part in text.split(",")]
        whole = ";" in text or self.key_named(text) is not None
        return text if whole or not all(map(self.key_named, parts)) else "; ".join(parts)
