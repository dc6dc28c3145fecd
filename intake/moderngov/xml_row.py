"""Reads the children of an element as values, and reports each problem with its place."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from remembrancer.intake.moderngov.values import readable, slashed_day
from remembrancer.problems import Problems

LONGEST_TEXT = 1_000
"""The most characters of a title or a place."""
MOST_PROBLEMS = 100
"""The most problems, and the most notes, of one answer; a broken answer may have one in every element."""


@dataclass(frozen=True)
class Part:
    """An element whose children are read one by one; a problem with a child has its name as the column.

    `row` is the meeting's or the committee's id, or the position where there is none.
    """

    method: str
    row: int | None
    element: Element
    problems: Problems

    def add(self, column: str, name: str, /, **values: Any) -> None:
        """Add a problem with a child; beyond MOST_PROBLEMS, add only that there are more."""
        if len(self.problems.found) < MOST_PROBLEMS:
            self.problems.add(self.method, self.row, column, name, **values)
        elif len(self.problems.found) == MOST_PROBLEMS:
            self.problems.add(self.method, None, None, "answer_and_more")

    def note(self, column: str, name: str, /, **values: Any) -> None:
        if len(self.problems.notes) < MOST_PROBLEMS:
            self.problems.note(self.method, self.row, column, name, **values)

    def at(self, row: int | None, element: Element | None = None) -> "Part":
        """Return a part with another row, and optionally another element, of the same answer."""
        return Part(self.method, row, self.element if element is None else element, self.problems)

    def raw(self, column: str) -> str:
        """Return a child's stripped text; empty without a child, or with a problem where it is no single text."""
        found = self.element.findall(column)
        if len(found) > 1:
            self.add(column, "answer_twice")
        elif found and len(found[0]):
            self.add(column, "answer_nested")
        elif found:
            return (found[0].text or "").strip()
        return ""

    def text(self, column: str) -> str:
        """Return a child's readable text; empty and a problem where it is too long for a title."""
        raw = self.raw(column)
        text = readable(raw[: 10 * LONGEST_TEXT])
        if max(len(raw) / 10, len(text)) > LONGEST_TEXT:
            self.add(column, "answer_too_long", limit=LONGEST_TEXT)
            return ""
        return text

    def number(self, column: str, needed: bool = True) -> int | None:
        """Return a number of at most nine digits; None and a problem for other text, or for a blank if it is needed."""
        text = self.raw(column)
        if re.fullmatch(r"[0-9]{1,9}", text):
            return int(text)
        if text or needed:
            self.add(column, "answer_not_number", text=text[:40])
        return None

    def id(self, column: str) -> int | None:
        """Return a number other than 0; None and a problem otherwise."""
        number = self.number(column)
        if number == 0:
            self.add(column, "answer_not_number", text="0")
        return number or None

    def flag(self, column: str, blank: bool = False) -> bool:
        """Return a boolean; `blank` is its value where there is no text."""
        text = self.raw(column).lower()
        if text not in ("", "true", "false", "1", "0"):
            self.add(column, "answer_not_flag", text=text[:40])
        return blank if text == "" else text in ("true", "1")

    def day(self, column: str) -> date | None:
        """Return a day written as 24/09/2026; None and a problem for other text."""
        text = self.raw(column)
        try:
            day = slashed_day(text)
        except ValueError:
            self.add(column, "no_such_day", text=text[:40])
            return None
        if day is None:
            self.add(column, "answer_not_day", text=text[:40])
        return day

    def check_understood(self, rows: str, *others: str) -> None:
        """Add a problem where an answer has unknown elements in place of its rows: it is not just empty."""
        names = [child.tag for child in self.element if child.tag not in others]
        if names and rows not in names:
            self.add(names[0][:60], "answer_unknown", rows=rows)

    def check_count(self, column: str, there: int) -> None:
        """Note a count that differs from the number of rows; it is a problem where there are no rows at all."""
        count = self.number(column, needed=False)
        if count and not there:
            self.add(column, "answer_none_there", said=count)
        elif count is not None and count != there:
            self.note(column, "answer_count", said=count, there=there)
