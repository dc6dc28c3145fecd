"""The frame of an iCalendar file (RFC 5545, 3.1 and 3.4): which components begin and end where, line by line.

The values are read by the icalendar package, one component at a time, so that one that is broken breaks no other. What
nobody asks for - attachments, alarms, descriptions - is passed over here, before it costs anything.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from remembrancer.problems import Problems
from remembrancer.wording import say

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes. A council's whole calendar is a few hundred kilobytes."""
MOST_LINES = 400_000
MOST_NOTES = 50
LONGEST_LINE = 100_000
"""Characters of one property, unfolded; a list of 5,000 dates has 85,000."""
MOST_BLOCKS = 50_000
"""Events of any sort, and time zones."""
LARGEST_BLOCK = 200_000
"""Characters of what is read of one component."""
KEPT = frozenset(
    {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "SUMMARY", "CATEGORIES", "STATUS", "LOCATION"}
    | {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
)
ZONE_KEPT = frozenset(
    {"BEGIN", "END", "TZID", "X-LIC-LOCATION", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"}
)
_NAME = re.compile(rb"[A-Za-z0-9-]+(?=[:;])")


@dataclass(frozen=True, slots=True)
class Line:
    """One property, unfolded: `row` is where it begins, `text` the whole of it with its name and parameters."""

    row: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a component: the sentence `problems.<name>` with its values, and the property it is about."""

    name: str
    column: str | None = None
    values: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """A VEVENT or VTIMEZONE: the line of its BEGIN, its calendar's METHOD, and the properties that are asked for."""

    row: int
    method: str = ""
    lines: list[Line] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    size: int = 0

    @property
    def listed(self) -> int:
        """How many dates are listed one by one."""
        return sum(line.text.count(",") + 1 for line in self.lines if line.name in ("RDATE", "EXDATE"))


@dataclass
class Frame:
    """All that the calendars of one file hold of events and time zones, in the file's order."""

    events: list[Block] = field(default_factory=list)
    zones: list[Block] = field(default_factory=list)


def read_frame(data: bytes, file: str, problems: Problems) -> Frame:
    """The components of a file. What is wrong with the file as a whole is a problem, and nothing of it is given."""
    found = len(problems.found)
    wrong = _unreadable(data)
    if wrong:
        problems.add(file, None, None, wrong[0], **wrong[1])
        return Frame()
    reader = _Reader(file, problems)
    for row, raw in _unfolded(data.removeprefix(b"\xef\xbb\xbf")):
        reader.take(row, raw)
        if len(problems.found) > found:
            return Frame()
    reader.finish()
    return Frame() if len(problems.found) > found else reader.frame


def _unreadable(data: bytes) -> tuple[str, dict[str, Any]] | None:
    if len(data) > LARGEST_FILE:
        return "ics_too_big", {"megabytes": LARGEST_FILE // 1024 // 1024}
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:1] == b"\0":
        return "ics_not_utf8", {}
    if not data.strip():
        return "not_a_calendar", {"error": say("problems.is_empty")}
    return None


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each content line with the row it begins on; a fold may lie within a character, so bytes are joined.

    The end of a line that is longer than anything that is read is dropped: what is left is too long all the same.
    """
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    begins, size = 0, 0
    parts: list[bytes] = []
    for row, raw in enumerate(io.BytesIO(data), start=1):
        line = raw.rstrip(b"\r\n")
        if line[:1] in (b" ", b"\t") and parts:
            if size <= LONGEST_LINE:
                parts.append(line[1:])
                size += len(line)
            continue
        if parts:
            yield begins, parts[0] if len(parts) == 1 else b"".join(parts)
        begins, parts, size = row, [line], len(line)
    if parts:
        yield begins, b"".join(parts)


class _Reader:
    """Keeps the stack of components that are open, and files each line with the one it belongs to."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.frame = Frame()
        self._open: list[str] = []
        self._block: Block | None = None
        self._depth = 0
        self._methods: list[str] = []
        self._last = ""
        self._begun = False

    def take(self, row: int, raw: bytes) -> None:
        if row > MOST_LINES:
            self.problems.add(self.file, row, None, "ics_too_many_lines", most=MOST_LINES)
        elif raw[:6].upper() == b"BEGIN:":
            self._begin(row, _word(raw[6:]), raw)
        elif raw[:4].upper() == b"END:":
            self._end(row, _word(raw[4:]))
        elif raw.strip():
            self._property(row, raw)

    def _begin(self, row: int, name: str, raw: bytes) -> None:
        if not self._open and name != "VCALENDAR":
            self._no_calendar(row, name)
            return
        self._begun = True
        if name == "VEVENT" and "VEVENT" in self._open:
            self._leave("VEVENT", ended=False)
        self._open.append(name)
        if name == "VCALENDAR":
            self._methods.append("")
        if len(self.frame.events) + len(self.frame.zones) > MOST_BLOCKS:
            self.problems.add(self.file, row, None, "ics_too_many_blocks", most=MOST_BLOCKS)
        if name in ("VEVENT", "VTIMEZONE") and self._block is None:
            self._block, self._depth = Block(row, self._methods[-1]), len(self._open)
            (self.frame.events if name == "VEVENT" else self.frame.zones).append(self._block)
        elif self._in_zone():
            self._keep(row, "BEGIN", raw)

    def _end(self, row: int, name: str) -> None:
        if name not in self._open:
            if self._begun and len(self.problems.notes) <= MOST_NOTES:
                self.problems.note(self.file, row, None, "ics_stray_end", name=name[:40])
            elif not self._begun:
                self._no_calendar(row, "END")
            return
        if self._in_zone() and len(self._open) > self._depth:
            self._keep(row, "END", b"END:" + name.encode())
        self._leave(name, ended=self._open[-1] == name)

    def _leave(self, name: str, ended: bool) -> None:
        """Close the innermost component of that name, and with it whatever in it was never ended."""
        while self._open:
            closed = self._open.pop()
            if self._block is not None and len(self._open) < self._depth:
                if not (ended and closed == name):
                    self._block.troubles.append(Trouble("event_not_ended"))
                self._block = None
            if closed == "VCALENDAR":
                self._methods.pop()
            if closed == name:
                return

    def _property(self, row: int, raw: bytes) -> None:
        found = _NAME.match(raw)
        name = found[0].decode().upper() if found else ""
        if not self._open:
            if name != "X-COMMENT":
                self._no_calendar(row, name or f"'{_shown(raw)}'")
        elif self._block is None:
            if name == "METHOD" and self._open[-1] == "VCALENDAR":
                self._methods[-1] = _word(raw.partition(b":")[2])
        elif not name:
            self._garbled(raw)
        elif self._in_zone():
            self._keep(row, name, raw)
        elif len(self._open) == self._depth:
            self._last = name
            self._keep(row, name, raw)

    def _garbled(self, raw: bytes) -> None:
        """A line that is no property: of one that is kept, a name without a value; or the unfolded rest of the last."""
        name = _word(raw)
        about = name if name in KEPT else self._last
        if self._block is not None and about in KEPT and len(self._open) == self._depth:
            self._block.troubles.append(Trouble("event_garbled", about, {"text": _shown(raw)}))

    def _in_zone(self) -> bool:
        return self._block is not None and self._open[self._depth - 1] == "VTIMEZONE"

    def _keep(self, row: int, name: str, raw: bytes) -> None:
        block = self._block
        if block is None or name not in (ZONE_KEPT if self._in_zone() else KEPT):
            return
        block.size += len(raw)
        if len(raw) > LONGEST_LINE or block.size > LARGEST_BLOCK:
            if not any(trouble.name == "event_too_big" for trouble in block.troubles):
                block.troubles.append(Trouble("event_too_big", name))
            return
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            self._not_utf8(row)
            return
        if "\0" in text:
            block.troubles.append(Trouble("event_control_character", name))
            return
        block.lines.append(Line(row, name, text))

    def _not_utf8(self, row: int) -> None:
        self.problems.add(self.file, row, None, "ics_not_utf8")

    def _no_calendar(self, row: int, name: str) -> None:
        if self._begun:
            self.problems.add(self.file, row, None, "ics_outside", name=name[:40])
        else:
            self.problems.add(self.file, row, None, "not_a_calendar", error=say("problems.begins_with", name=name[:40]))

    def finish(self) -> None:
        if self._open:
            self.problems.add(self.file, None, None, "ics_ends_early", name=self._open[0])


def _word(raw: bytes) -> str:
    return raw.strip().decode("utf-8", "replace").upper()


def _shown(raw: bytes) -> str:
    return raw[:60].decode("utf-8", "replace").replace("\0", "")
