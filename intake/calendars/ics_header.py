"""What every event of an iCalendar file is asked first: what it is called, so that it is known whether it is ours."""

import re
from dataclasses import dataclass

from icalendar.parser.property import split_on_unescaped_comma, unescape_backslash

from remembrancer.intake.calendars.ics_lines import Block

LONGEST_TEXT = 5_000
"""Characters of a summary or a place."""
LONGEST_UID = 500
"""Bytes. RFC 7986 has it below 255."""
_HEAD = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')


@dataclass(frozen=True, slots=True)
class Header:
    """What is read of every event: enough to tell whether anybody asks for it. `damaged`: names of broken texts."""

    block: Block
    uid: str
    summary: str
    categories: tuple[str, ...]
    damaged: frozenset[str]

    @property
    def row(self) -> int:
        return self.block.row


def read_header(block: Block) -> Header:
    """The event's texts. Those that cannot be read are empty, and named."""
    texts: dict[str, list[str]] = {"UID": [], "SUMMARY": [], "CATEGORIES": []}
    damaged = {str(trouble.column) for trouble in block.troubles if trouble.column in texts}
    for line in block.lines:
        if line.name in texts:
            try:
                texts[line.name] += _categories(line.text) if line.name == "CATEGORIES" else [text_of(line.text)]
            except ValueError:
                damaged.add(line.name)
    uid, summary = "".join(texts["UID"][:1]), "".join(texts["SUMMARY"][:1])
    if len(uid.encode()) > LONGEST_UID:
        damaged.add("UID")
    return Header(block, uid, summary, tuple(texts["CATEGORIES"]), frozenset(damaged))


def text_of(line: str) -> str:
    """A property's text, its escapes undone. Raises ValueError."""
    return str(unescape_backslash(_raw(line))).strip()


def _categories(line: str) -> list[str]:
    return [name.strip() for name in split_on_unescaped_comma(_raw(line))]


def _raw(line: str) -> str:
    """What stands after the parameters, which may hold colons in quotes. Raises ValueError."""
    head = _HEAD.match(line)
    if head is None or len(line) > LONGEST_TEXT:
        raise ValueError("no value, or too long a one")
    return line[head.end() :]
