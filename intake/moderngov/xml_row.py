"""One row of an answer: an element whose children are read as values, each problem with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from remembrancer.intake.moderngov.values import readable, slashed_day
from remembrancer.problems import Problems

LONGEST_TEXT = 1_000
"""Characters of a title or a place."""
MOST_PROBLEMS = 100
"""Of an answer, of either kind: nobody reads more, and a broken answer can have a problem in every element."""


@dataclass(frozen=True)
class Part:
    """An element whose children are read one by one; what is wrong with one is a problem with its name.

    `row` is the meeting's or the committee's id, or the position where there is none.
    """

    method: str
    row: int | None
    element: Element
    problems: Problems

    def add(self, column: str, name: str, /, **values: Any) -> None:
        if len(self.problems.found) < MOST_PROBLEMS:
            self.problems.add(self.method, self.row, column, name, **values)
        elif len(self.problems.found) == MOST_PROBLEMS:
            self.problems.add(self.method, None, None, "answer_and_more")

    def note(self, column: str, name: str, /, **values: Any) -> None:
        if len(self.problems.notes) < MOST_PROBLEMS:
            self.problems.note(self.method, self.row, column, name, **values)

    def children(self, *path: str) -> Iterator[Element]:
        """The elements at the end of a path of names."""
        yield from self.element.iterfind("/".join(path))

    def at(self, row: int | None, element: Element | None = None) -> "Part":
        """The same part by another row, or another element of the same answer."""
        return Part(self.method, row, self.element if element is None else element, self.problems)

    def raw(self, column: str) -> str:
        """The child's text, stripped; empty where there is no child, or more than one, or more than text in it."""
        found = self.element.findall(column)
        if len(found) > 1:
            self.add(column, "answer_twice")
        elif found and len(found[0]):
            self.add(column, "answer_nested")
        elif found:
            return (found[0].text or "").strip()
        return ""

    def text(self, column: str) -> str:
        """As people read it. What is too long for a title is none: it is refused and not cut short."""
        raw = self.raw(column)
        text = readable(raw[: 10 * LONGEST_TEXT])
        if max(len(raw) / 10, len(text)) > LONGEST_TEXT:
            self.add(column, "answer_too_long", limit=LONGEST_TEXT)
            return ""
        return text

    def number(self, column: str, needed: bool = True) -> int | None:
        """A whole number of at most nine digits; a problem for anything else, and where it is needed for a blank."""
        text = self.raw(column)
        if re.fullmatch(r"[0-9]{1,9}", text):
            return int(text)
        if text or needed:
            self.add(column, "answer_not_number", text=text[:40])
        return None

    def id(self, column: str) -> int | None:
        """A number that is not 0."""
        number = self.number(column)
        if number == 0:
            self.add(column, "answer_not_number", text="0")
        return number or None

    def flag(self, column: str, blank: bool = False) -> bool:
        text = self.raw(column).lower()
        if text not in ("", "true", "false", "1", "0"):
            self.add(column, "answer_not_flag", text=text[:40])
        return blank if text == "" else text in ("true", "1")

    def day(self, column: str, needed: bool = True) -> date | None:
        """A day as 24/09/2026."""
        text = self.raw(column)
        try:
            day = slashed_day(text)
        except ValueError:
            self.add(column, "no_such_day", text=text[:40])
            return None
        if day is None and (text or needed):
            self.add(column, "answer_not_day", text=text[:40])
        return day

    def check_understood(self, rows: str, *others: str) -> None:
        """An answer that has none of its rows, and something else instead, was not understood, and is not empty."""
        names = [child.tag for child in self.element if child.tag not in others]
        if names and rows not in names:
            self.add(names[0][:60], "answer_unknown", rows=rows)

    def check_count(self, column: str, there: int) -> None:
        """A count that differs from what is there is noted; but where all is missing, nothing was understood."""
        said = self.number(column, needed=False)
        if said and not there:
            self.add(column, "answer_none_there", said=said)
        elif said is not None and said != there:
            self.note(column, "answer_count", said=said, there=there)
