"""Calendars: the windows and meetings among the events of an iCalendar file (RFC 5545).

A file is read in steps, each in a module of its own: its frame, its time zones, each event's values, and what becomes
of events that repeat, change and are cancelled. Here events are known by the patterns of organisation.yaml. Whatever
the bytes are, reading them ends in bounded time, and what could not be read is a problem or a note.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_event import Component, read_component
from remembrancer.intake.calendars.ics_header import Header, read_header
from remembrancer.intake.calendars.ics_lines import Trouble, read_frame
from remembrancer.intake.calendars.ics_patterns import Known, Source, meeting_of, windows_of
from remembrancer.intake.calendars.ics_recurrence import Occurrence, occurrences
from remembrancer.intake.calendars.ics_rules import MOST_EVENTS, Budget, RuleError
from remembrancer.intake.calendars.ics_time_zones import Zones
from remembrancer.problems import Problems

MOST_PROBLEMS = 50
_DTSTART = re.compile(r"DTSTART[^:]*:\d{8}(T\d{6}Z?)?\s*$", re.IGNORECASE)
Found = tuple[list[WindowEvent], list[MeetingEvent]]


def read_events(data: bytes | str, source: Source, problems: Problems) -> Found:
    """The windows and meetings in the bytes or the text of a calendar; other events are passed over.

    Of one UID the newest edition counts (SEQUENCE, then DTSTAMP and LAST-MODIFIED). A broken event that could be one of
    ours is a problem; any other is a note; the rest are read all the same.
    """
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    mine = Problems()
    frame = read_frame(raw, source.name, mine)
    reader = _Reader(source, Zones(frame.zones), mine)
    for headers in _by_uid(read_header(block) for block in frame.events):
        reader.read(headers)
    _hand_over(mine, problems, source.name)
    return reader.windows, reader.meetings


def _by_uid(headers: Iterable[Header]) -> Iterable[list[Header]]:
    """Events that are editions or recurrences of one; an event without a UID is by itself."""
    groups: dict[tuple[str, int], list[Header]] = {}
    for header in headers:
        groups.setdefault((header.uid, 0 if header.uid else header.row), []).append(header)
    return groups.values()


def _hand_over(mine: Problems, problems: Problems, name: str) -> None:
    """A file that is broken all through is told of in a page, not in thousands of lines."""
    problems.found += mine.found[:MOST_PROBLEMS]
    problems.notes += mine.notes[:MOST_PROBLEMS]
    if len(mine.found) > MOST_PROBLEMS:
        problems.add(name, None, None, "ics_and_more")
    if len(mine.notes) > MOST_PROBLEMS:
        problems.note(name, None, None, "ics_and_more")


class _Reader:
    """Reads the events of one file, one UID at a time."""

    def __init__(self, source: Source, zones: Zones, problems: Problems) -> None:
        self.source, self.zones, self.problems = source, zones, problems
        self.here = ZoneInfo(source.time.zone)
        self.budget = Budget()
        self.read_so_far = 0
        self.windows: list[WindowEvent] = []
        self.meetings: list[MeetingEvent] = []

    def read(self, headers: Sequence[Header]) -> None:
        known = {header.row: found for header in headers if (found := self._recognised(header))}
        if known:
            self._read_known(headers, known)
            return
        for header in headers:
            self._pass_over(header)

    def _recognised(self, header: Header) -> Known | None:
        for pattern in self.source.patterns:
            by_summary = re.search(pattern.summary, header.summary) if pattern.summary else None
            by_category = _first_match(pattern.categories, header.categories) if pattern.categories else None
            if (pattern.summary and not by_summary) or (pattern.categories and not by_category):
                continue
            found = by_summary or by_category
            if found:
                return Known(pattern, found)
        return None

    def _pass_over(self, header: Header) -> None:
        """Of an event that is not ours nobody is told, unless it is broken: it might have been, had it been whole."""
        troubles = [*header.block.troubles]
        unnamed = header.damaged & {"SUMMARY", "CATEGORIES"}
        if unnamed:
            self._trouble(header, Trouble("event_unknown", sorted(unnamed)[0]), stops=True)
        elif troubles:
            cut_off = not header.summary and not header.categories
            self._trouble(header, troubles[0], stops=cut_off)
        elif header.block.method != "CANCEL" and not any(_DTSTART.match(line.text) for line in header.block.lines):
            self._trouble(header, Trouble("event_passed_over", "DTSTART"), stops=False)

    def _trouble(self, header: Header, trouble: Trouble, stops: bool) -> None:
        tell = self.problems.add if stops else self.problems.note
        values: dict[str, Any] = {"summary": header.summary[:80], **trouble.values}
        tell(self.source.name, header.row, trouble.column or None, trouble.name, **values)

    def _read_known(self, headers: Sequence[Header], known: dict[int, Known]) -> None:
        if self._is_enough(headers):
            return
        try:
            self.budget.spend(listed=sum(header.block.listed for header in headers))
            parts = list(self._components(headers))
            found = occurrences(parts, self.source.horizon, self.budget) if len(parts) == len(headers) else []
        except RuleError as error:
            self._trouble(headers[0], Trouble(error.name, "RRULE", error.values), stops=True)
            return
        # A change whose title no pattern fits ('POSTPONED: ...') is still of the same window or meeting.
        first = next(iter(known.values()))
        self._take([(each, known.get(each.part.header.row, first)) for each in found])
        self._note_no_uid(headers[0])

    def _is_enough(self, headers: Sequence[Header]) -> bool:
        """Whether reading on would only cost time: there are too many events, or the file is broken all through."""
        before, self.read_so_far = self.read_so_far, self.read_so_far + len(headers)
        if before <= MOST_EVENTS < self.read_so_far:
            self._trouble(headers[0], Trouble("ics_too_many_events", None, {"most": MOST_EVENTS}), stops=True)
        return self.read_so_far > MOST_EVENTS or self.budget.events < 0 or len(self.problems.found) > MOST_PROBLEMS

    def _components(self, headers: Sequence[Header]) -> Iterator[Component]:
        """Those that can be read; of the others, what is wrong with them."""
        for header in headers:
            component, troubles = read_component(header, self.zones, self.here)
            for trouble in troubles:
                self._trouble(header, trouble, stops=True)
            if not troubles:
                yield component

    def _note_no_uid(self, header: Header) -> None:
        if not header.uid:
            self.problems.note(self.source.name, header.row, "UID", "no_uid", summary=header.summary[:80])

    def _take(self, found: Sequence[tuple[Occurrence, Known]]) -> None:
        self.windows += windows_of([each for each in found if each[1].pattern.window], self.source, self.problems)
        self.meetings += [meeting_of(*each, self.source) for each in found if each[1].pattern.meeting]


def _first_match(pattern: str, texts: Sequence[str]) -> re.Match[str] | None:
    return next((found for text in texts if (found := re.search(pattern, text))), None)
