"""A day, or a day for each of some options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from remembrancer.rules.programmes.field_types.base import WHOLE, AnswerCell, QuestionType
from remembrancer.rules.programmes.field_types.choices import OptionsType

if TYPE_CHECKING:
    from remembrancer.rules.programmes.spec import Option


class Date(QuestionType):
    """One day. A value is ISO text."""

    input = "date"
    spoken = "day"

    def in_words(self, value: Any) -> list[list[date]]:
        return [[date.fromisoformat(value[:10])]]

    def from_field(self, value: Any) -> str | None:
        return value or "" if _is_day_or_blank(value or "") else None

    def from_cell(self, cell: AnswerCell) -> str:
        day = cell.day(cell.text)
        return day.isoformat() if day else ""


class Dates(OptionsType):
    """A day for each option that applies. A value maps options' keys to ISO text, empty where no day is known yet."""

    input = "dates"
    spoken = "days"
    dates_each_option = True

    def empty(self) -> dict[str, str]:
        return {}

    def carried_over(self, value: Any) -> dict[str, str]:
        return {key: day for key, day in value.items() if self.question.option(key)}

    def moved(self, now: Mapping[str, str] | None, before: Mapping[str, str] | None) -> dict[str, str]:
        days, old = now or {}, before or {}
        return {key: old[key] for key in old if old[key] and days.get(key) and days[key] != old[key]}

    def chosen(self, value: Any) -> list[str]:
        return list(value or ())

    def in_words(self, value: Any) -> list[list[Option | date | str]]:
        return [
            [self.question.option_or_key(key), *([date.fromisoformat(day[:10])] if day else [])]
            for key, day in value.items()
        ]

    def from_field(self, value: Any) -> dict[str, str] | None:
        if not isinstance(value, Mapping) or not all(_is_day_or_blank(day or "") for day in value.values()):
            return None
        known = {key: day or "" for key, day in value.items() if self.question.option(key)}
        return {key: day for key, day in known.items() if day or self.question.date_optional}

    def columns(self) -> dict[str, str]:
        """Besides the whole answer's column, each option may have its own: milestones.go_live."""
        whole = super().columns()
        return whole | {option.key: f"{whole[WHOLE]}.{option.key}" for option in self.question.choices}

    def from_cells(self, cells: Mapping[str, AnswerCell]) -> dict[str, str]:
        """In an option's own column a blank is no date of it."""
        whole = self.from_cell(cells[WHOLE]) if WHOLE in cells else {}
        days = {key: cell.day(cell.text) for key, cell in cells.items() if key != WHOLE}
        return whole | {key: day.isoformat() for key, day in days.items() if day}

    def from_cell(self, cell: AnswerCell) -> dict[str, str]:
        dates: dict[str, str] = {}
        for part in filter(None, map(str.strip, cell.text.split(";"))):
            word, text = (piece.strip() for piece in part.partition("=")[::2])
            key, day = self.key_in_cell(cell, word), cell.day(text)
            if not text and not self.question.date_optional:
                cell.wrong("date_missing", word=word)
            if key in dates:
                cell.wrong("kind_twice", word=word)
            if key:
                dates[key] = day.isoformat() if day else ""
        return dates


def _is_day_or_blank(text: str) -> bool:
    try:
        return not text or (len(text) == 10 and date.fromisoformat(text) is not None)
    except ValueError:
        return False
