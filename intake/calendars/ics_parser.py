"""Reads an iCalendar file with the icalendar package, and loses no event to another that is broken (RFC 5545, 3.4)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import icalendar
from icalendar.cal.component_factory import ComponentFactory
from icalendar.parser import Contentline
from icalendar.parser.ical import CalendarIcalParser
from icalendar.prop import vDDDTypes

from remembrancer.intake.calendars.ics_time_zones import iana_name, plain_name
from remembrancer.problems import Problems
from remembrancer.wording import say

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes. A council's whole calendar is a few hundred kilobytes."""
MOST_LINES = 400_000
MOST_COMPONENTS = 40_000
"""Events of any sort, their alarms, and time zones."""
LONGEST = {"UID": 500, "SUMMARY": 5_000, "LOCATION": 5_000}
LONGEST_LINE = 100_000
"""Characters of any other property; a list of 5,000 dates has 85,000."""
MOST_NOTES = 50
DATES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
ROW, TROUBLE = "X-ROW", "X-TROUBLE"
"""What is put into an event here: the row on which it begins; what is wrong with it, as 'sentence;PROPERTY;text'."""
UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError)
"""In how many ways the packages say that a value is none."""
_KEPT = frozenset(
    {"BEGIN", "END", "METHOD", "X-WR-TIMEZONE", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", *DATES}
    | {"UID", "SUMMARY", "CATEGORIES", "STATUS", "LOCATION", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DURATION"}
)
_READ = ("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT")
_NAME = re.compile(rb"[A-Za-z0-9-]+(?=[:;])")
_TZID = re.compile(r';TZID=("[^"]*"|[^;"]*)(?=;|$)', re.IGNORECASE)
_PICTURES = {code: 0x2400 + code for code in range(32) if code != ord("\t")}
"""Control characters as Unicode's pictures of them: Exchange names time zones with them, and the package takes none."""


def parse(data: bytes, file: str, problems: Problems) -> list[tuple[Any, Any]]:
    """Returns each event with its calendar, as icalendar has them; a file that is wrong as a whole gives none.

    What icalendar cannot read of an event is in the event's `errors`, as property and message.
    """
    text = data.removeprefix(b"\xef\xbb\xbf")
    refusal = _refusal(text)
    if refusal is None:
        icalendar.use_zoneinfo()  # forgets the time zones that another calendar defined
        parser = _Parser(list(_content_lines(text)), ComponentFactory(), icalendar.Event.types_factory)
        parser.parse()
        for name in parser.strays[:MOST_NOTES]:
            problems.note(file, None, None, "ics_stray_end", name=name[:40])
        refusal = parser.refusal()
        if refusal is None:
            return parser.events
    problems.add(file, None, None, refusal[0], **refusal[1])
    return []


def _refusal(data: bytes) -> tuple[str, dict[str, Any]] | None:
    if len(data) > LARGEST_FILE:
        return "ics_too_big", {"megabytes": LARGEST_FILE // 1024 // 1024}
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:1] == b"\0":
        return "ics_not_utf8", {}
    if max(data.count(b"\n"), data.count(b"\r")) > MOST_LINES:
        return "ics_too_many_lines", {"most": MOST_LINES}
    if max(data.count(b"BEGIN:"), data.count(b"END:")) > MOST_COMPONENTS:
        return "ics_too_many_components", {"most": MOST_COMPONENTS}
    first = next((line for line in data.splitlines() if line.strip()), b"")
    if not re.fullmatch(rb"BEGIN:\s*VCALENDAR\s*", first, re.IGNORECASE):
        says = say("problems.begins_with", line=_text(first[:60])[0]) if first else say("problems.is_empty")
        return "not_a_calendar", {"error": says}
    return None


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Joins lines that were folded, even within a character, and yields each with the row on which it begins."""
    begins, parts = 1, [b""]
    for row, line in enumerate(data.splitlines(), start=1):
        if line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
        else:
            yield begins, b"".join(parts)
            begins, parts = row, [line]
    yield begins, b"".join(parts)


def _content_lines(data: bytes) -> Iterator[Contentline]:
    """Yields the lines that are asked for, so that the others cost nothing and break nothing."""
    last = ""
    for row, raw in _unfolded(data):
        found = _NAME.match(raw)
        text, is_text = _text(raw)
        alone = text.strip().upper()
        name = found[0].decode().upper() if found else (alone if alone in _KEPT else last)
        if name in _KEPT and alone:
            yield from map(Contentline, _told(name, text, is_text, found is not None))
        if name == "BEGIN" and alone.endswith("VEVENT"):
            yield Contentline(f"{ROW}:{row}")
        last = "" if name in ("BEGIN", "END") else name


def _told(name: str, text: str, is_text: bool, is_property: bool) -> Iterator[str]:
    """Yields a line, and what is wrong with it; one that is no property is the rest of one that was not folded."""
    if not is_property:
        yield f"{TROUBLE}:event_garbled;{name};{text[:60]}"
    elif len(text) > LONGEST.get(name, LONGEST_LINE):
        yield f"{TROUBLE}:event_text;{name};"
    else:
        yield _zoned(text) if name in DATES else text.replace(";VALUE=TEXT", "", 1)
        if not is_text:
            yield f"{TROUBLE}:event_not_text;{name};"


def _text(raw: bytes) -> tuple[str, bool]:
    """Decodes a line, and says whether it is proper text; what is not UTF-8 is read as Windows-1252."""
    try:
        return raw.decode("utf-8").translate(_PICTURES), b"\0" not in raw
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").translate(_PICTURES), False


def _zoned(line: str) -> str:
    """Gives a date's time zone the name by which icalendar knows it; what is in UTC (Z) needs none."""
    head, _, value = line.rpartition(":")

    def known(found: re.Match[str]) -> str:
        name = plain_name(found[1])
        return "" if value.rstrip().endswith("Z") else f';TZID="{iana_name(name) or name}"'

    return f"{_TZID.sub(known, head)}:{value}"


class _Parser(CalendarIcalParser):
    """icalendar's parser goes on here where a component or a property is broken."""

    def initialize_parsing(self) -> None:
        super().initialize_parsing()  # type: ignore[no-untyped-call]
        self.events: list[tuple[Any, Any]] = []
        self.strays: list[str] = []
        self._outside = ""

    def refusal(self) -> tuple[str, dict[str, Any]] | None:
        if self._outside:
            return "ics_outside", {"line": self._outside[:60]}
        return ("ics_ends_early", {"name": self._stack[0].name}) if self._stack else None

    def handle_begin_component(self, vals: str) -> None:
        name = vals.strip().upper()
        if not self._stack and name != "VCALENDAR":
            self._outside = self._outside or f"BEGIN:{name}"
        if name == "VEVENT" and any(each.name == name for each in self._stack):
            self._end(name, is_whole=False)
        super().handle_begin_component(name)

    def handle_end_component(self, vals: str) -> None:
        name = vals.strip().upper()
        if not self._stack:
            self._outside = self._outside or f"END:{name}"
        elif any(each.name == name for each in self._stack):
            self._end(name, is_whole=self._stack[-1].name == name)
        else:
            self.strays.append(name)

    def _end(self, name: str, is_whole: bool) -> None:
        """Ends the innermost component of that name, and with it whatever in it was never ended."""
        closed: Any = None
        while closed is None or closed.name != name:
            closed = self._stack[-1]
            if closed.name == "VEVENT":
                calendars = (each for each in reversed(self._stack) if each.name == "VCALENDAR")
                self.events.append((closed, next(calendars, icalendar.Calendar())))
                if not is_whole:
                    closed.add(TROUBLE, "event_not_ended;;")
            if closed.name == "VTIMEZONE":
                _from_1968(closed)
            try:
                super().handle_end_component(closed.name)
            except UNREADABLE:
                continue  # a zone that cannot be followed: an event that is by it says so

    def handle_property(self, name: str, params: Any, vals: str, line: Contentline) -> None:
        if not self._stack:
            self._outside = self._outside or str(line)
        elif self._stack[-1].name in _READ:
            try:
                super().handle_property(name, params, vals, line)
            except UNREADABLE as error:
                self._stack[-1].errors.append((name, str(error)))

    def handle_line_parse_error(self, exception: Exception) -> None:
        if self._stack:
            self._stack[-1].errors.append((None, str(exception)))


def _from_1968(zone: Any) -> None:
    """Begins a zone's rules in 1968: Outlook's begin in 1601, and every year costs time at each look-up."""
    for part in zone.subcomponents:
        start = getattr(part.get("DTSTART"), "dt", None)
        if isinstance(start, date) and start.year < 1968:
            part["DTSTART"] = vDDDTypes(start.replace(year=1968))
