"""A number."""

from __future__ import annotations

import re
from typing import Any

from remembrancer.rules.programmes.field_types.base import AnswerCell, QuestionType


class Number(QuestionType):
    """A number in the question's unit, within its range. A value is an int or a float; '' means that none was given."""

    input = "short"
    spoken = "number"

    def is_nothing(self, value: Any) -> bool:
        """Nought is a number."""
        return value is None or value == ""

    def check(self, value: Any, required: bool, last: Any = None) -> str:
        if self.is_nothing(value):
            return "required" if required else ""
        return "" if self._in_range(value) else "out_of_range"

    def stored(self, value: Any) -> Any:
        return self.empty() if self.is_nothing(value) else value

    def is_same(self, one: Any, other: Any) -> bool:
        return bool(self.stored(one) == self.stored(other))

    def chosen(self, value: Any) -> list[str]:
        return [] if self.is_nothing(value) else [str(value)]

    def in_words(self, value: Any) -> list[list[str]]:
        """'1,454', '62.5%'; a unit that is a word stands apart: '12 days'."""
        unit = self.question.unit
        return [[f"{value:,}{' ' if unit[:1].isalpha() else ''}{unit}"]]

    def from_field(self, value: Any) -> float | int | str | None:
        """The number that a text writes, with or without its unit and thousands' commas; None for anything else."""
        text = str("" if value is None else value).strip().lower()
        text = text.removesuffix(self.question.unit.lower()).strip() if self.question.unit else text
        if not text:
            return ""
        if not re.fullmatch(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", text):
            return None
        number = float(text.replace(",", ""))
        found = int(number) if number.is_integer() else number
        return found if self._in_range(found) else None

    def from_cell(self, cell: AnswerCell) -> float | int | str:
        value = self.from_field(cell.text)
        if value is None:
            cell.wrong("no_number_in_range", text=cell.text)
        return "" if value is None else value

    def _in_range(self, value: float) -> bool:
        least, most = self.question.least, self.question.most
        return (least is None or value >= least) and (most is None or value <= most)
