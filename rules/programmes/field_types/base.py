"""What every type of question knows of its answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from remembrancer.models import message

if TYPE_CHECKING:
    from remembrancer.rules.programmes.spec import Option, Question

WHOLE = ""
"""The part of an answer that is all of it; of dates by option, the other parts are the options' keys."""


class AnswerCell(Protocol):
    """A table's cell that holds an answer or a part of one."""

    @property
    def text(self) -> str:
        """What the cell shows, without spaces around it."""

    def day(self, text: str) -> date | None:
        """Read a part of the cell as a day; None for a blank, and for what is no day, which is a problem."""

    def wrong(self, name: str, /, **values: Any) -> None:
        """Add the problem of this name (problems.NAME in words.yaml) at this cell."""


class QuestionType(ABC):
    """One question's type: how an answer to it is empty, read, checked, carried over, compared and shown.

    A value is what JSON can hold; each class says which. An empty value means 'nothing was given'.
    """

    input: ClassVar[message.InputType]
    """The input that a form shows."""
    is_prose: ClassVar[bool] = False
    """Whether an answer is running text, which one message may continue where another stopped."""
    spoken: ClassVar[Literal["option", "options", "day", "days", "number", "words"]]
    """How an answer is said in a message: see bot.language.vocabulary."""
    dates_each_option: ClassVar[bool] = False
    """Whether an answer gives each of its options a date."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def empty(self) -> Any:
        """A value that means 'nothing was given'."""
        return ""

    def is_nothing(self, value: Any) -> bool:
        """Whether a value means 'nothing': it is empty, or the question's own word for none."""
        if isinstance(value, str):
            none, said = self.question.none_word.lower(), value.strip().rstrip(".").lower()
            return not said or said == none
        return not value

    def check(self, value: Any, required: bool, last: Any = None) -> str:
        """Name what is wrong with a value (errors.NAME in words.yaml); empty where it may be stored.

        `last` is last time's value where the same words may not be used again.
        """
        if not value or not str(value).strip():
            missing = "say_none" if self.question.none_word else "required"
            return missing if required else ""
        return "fresh" if isinstance(last, str) and last.strip() == str(value).strip() else ""

    def stored(self, value: Any) -> Any:
        """The one form in which a value is stored, so that the same answer is the same value."""
        return value or self.empty()

    def carried_over(self, value: Any) -> Any:
        """What a form may start with of last time's value: an option that is offered no more is left out."""
        return value

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two values are one answer; nothing is nothing, however it is stored."""
        return bool((one or None) == (other or None))

    def replaced(self, now: Any, before: Any) -> Any:
        """What of the old value the new one took the place of; nothing where all of it still stands."""
        return None if self.is_same(now, before) else before

    def moved(self, now: Mapping[str, str] | None, before: Mapping[str, str] | None) -> dict[str, str]:
        """The old date of each option that has another date now, as ISO text by the option's key."""
        return {}

    def chosen(self, value: Any) -> list[str]:
        """The keys of the options that a value names; of a type without options, the value itself."""
        return [value] if value else []

    def counts_as(self, value: Any) -> set[str]:
        """What figures count a value under: the options that it names, or their groups."""
        return {option.counts_as for key in self.chosen(value) if (option := self.question.option(key))}

    @abstractmethod
    def in_words(self, value: Any) -> Sequence[Sequence[Option | date | str]]:
        """The parts of a value that is not nothing, each as pieces to be said one after the other."""

    def form_field(self, value: Any) -> message.FormField:
        """The field by which a form asks the question, holding a value; hidden options only where they were chosen."""
        chosen = self.chosen(value)
        options = [option for option in self.question.choices if not option.hidden or option.key in chosen]
        return message.FormField(
            key=self.question.key,
            label=self.question.label,
            ask=self.question.ask,
            hint=self.question.hint,
            type=self.input,
            choices=tuple(message.Choice(key=o.key, word=o.word, symbol=o.symbol) for o in options),
            value=value or self.empty(),
            date_optional=self.question.date_optional,
        )

    @abstractmethod
    def from_field(self, value: Any) -> Any:
        """The value that a form's field holds; None where it cannot be one."""

    def columns(self) -> dict[str, str]:
        """The columns that a table may have for an answer, by the part of it that they hold."""
        return {WHOLE: self.question.table_column}

    def from_cells(self, cells: Mapping[str, AnswerCell]) -> Any:
        """The value that a table's row gives, in at least one cell, by the part that each holds."""
        return self.from_cell(cells[WHOLE])

    @abstractmethod
    def from_cell(self, cell: AnswerCell) -> Any:
        """The value that one cell holds; what cannot be read is a problem, and left out."""

    def with_semicolons(self, text: str) -> str:
        """A cell of a forms product that divides what was ticked by commas, as `from_cell` reads it."""
        return text
