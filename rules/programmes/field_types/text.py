"""Running text."""

from __future__ import annotations

import re
from typing import Any

from remembrancer.rules.programmes.field_types.base import AnswerCell, QuestionType


class Text(QuestionType):
    """People's own words, in one or more lines. A value is text."""

    input = "text"
    spoken = "words"
    is_prose = True

    def in_words(self, value: Any) -> list[list[str]]:
        return [[str(value)]]

    def replaced(self, now: Any, before: Any) -> Any:
        """Words that were only added to still stand."""
        return None if str(before or "") in str(now or "") else before

    def from_field(self, value: Any) -> str:
        return re.sub(r"\r\n?", "\n", str(value or "")).strip()

    def from_cell(self, cell: AnswerCell) -> str:
        return cell.text
