"""Reads calendars: the windows and meetings among the events of an iCalendar file (RFC 5545).

The icalendar package parses the file and recurring-ical-events unfolds series, in a child process that ends within its
limits whatever the bytes are. What this program is for is done here: it tells which event is a window or a meeting,
which of several editions holds, and what is wrong, by the event's title, day and UID.
"""

import pickle
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from remembrancer.intake.calendars.events import MeetingEvent, WindowEvent
from remembrancer.intake.calendars.ics_event import Edition, EventError, Trouble, read_edition
from remembrancer.intake.calendars.ics_parser import parse
from remembrancer.intake.calendars.ics_patterns import Known, Source, meeting_of, recognise, windows_of
from remembrancer.intake.calendars.ics_recurrence import Occurrence, occurrences
from remembrancer.intake.child_process import ParserStoppedError, run_bounded
from remembrancer.problems import Problem, Problems
from remembrancer.wording import phrase

MOST_EVENTS = 10_000
"""Windows and meetings of one file, those of series counted each."""
MOST_PROBLEMS = 50
PROCESSOR_SECONDS = 5
"""After these no more events are begun, and the one where it stopped is named."""
SECONDS, MEGABYTES = 15, 300
"""What the child process may take of the processor and of memory, should one event alone be without end."""
log = structlog.get_logger()
Found = tuple[list[WindowEvent], list[MeetingEvent]]
Dated = list[tuple[Occurrence, Known]]
"""When one event takes place, each time with the pattern that it fits."""


def read_events(data: bytes, source: Source, problems: Problems) -> Found:
    """Reads the windows and meetings of a calendar, its dates in a child process; other events are passed over.

    Of one UID the newest edition counts (SEQUENCE, then DTSTAMP and LAST-MODIFIED). A broken event that could be one of
    ours is a problem; any other is a note; the rest are read all the same.
    """
    try:
        dated, mine = run_bounded(_read, pickle.dumps((data, source)), seconds=SECONDS, megabytes=MEGABYTES)
    except ParserStoppedError as stopped:
        if stopped.reason == "crash":
            log.error("calendar_reader_crashed", calendar=source.name, detail=stopped.detail)
        problems.add(source.name, None, None, f"ics_stopped_{stopped.reason}", seconds=SECONDS, megabytes=MEGABYTES)
        return [], []
    return windows_and_meetings(dated, source, mine, problems)


def _read(order: bytes) -> tuple[list[Dated], Problems]:
    return read_dates(*pickle.loads(order))


def read_dates(data: bytes, source: Source) -> tuple[list[Dated], Problems]:
    """Reads when the events take place that are ours, and says what is wrong with the calendar."""
    problems = Problems()
    events = parse(data, source.name, problems)
    reader = _Reader(source, problems)
    reader.read(read_edition(*event, ZoneInfo(source.time.zone)) for event in events)
    return reader.dated, problems


def windows_and_meetings(dated: Sequence[Dated], source: Source, mine: Problems, problems: Problems) -> Found:
    """Makes windows and meetings of the dates; of what is wrong with the calendar, a page is told."""
    windows: list[WindowEvent] = []
    meetings: list[MeetingEvent] = []
    for each in dated:
        meetings += [meeting_of(*one, source) for one in each if one[1].pattern.meeting]
        try:
            windows += windows_of([one for one in each if one[1].pattern.window], source)
        except EventError as error:
            _tell(mine, source, error.edition or each[0][0].edition, error.trouble)
    for told, of_all in ((mine.found, problems.found), (mine.notes, problems.notes)):
        more = [Problem(source.name, None, None, phrase("problems.ics_and_more"))] if len(told) > MOST_PROBLEMS else []
        of_all += told[:MOST_PROBLEMS] + more
    return windows, meetings


class _Reader:
    """Reads the events of one file, one UID at a time."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source, self._problems = source, problems
        self._tell = partial(_tell, problems, source)
        self._ends_at = time.process_time() + PROCESSOR_SECONDS
        self._count = 0
        self.dated: list[Dated] = []

    def read(self, editions: Iterable[Edition]) -> None:
        of_one: dict[tuple[str, int], list[Edition]] = {}
        for edition in editions:
            of_one.setdefault((edition.uid, 0 if edition.uid else edition.row), []).append(edition)
            if self._is_enough(edition):
                return
        for each in of_one.values():
            self._read_event(each)
            if self._is_enough(each[0]):
                return

    def _is_enough(self, edition: Edition) -> bool:
        """Whether reading on would only cost time: there is too much, or it is broken all through."""
        if self._count > MOST_EVENTS:
            self._tell(edition, Trouble("ics_too_many_events", None, {"most": MOST_EVENTS}))
        elif time.process_time() > self._ends_at:
            self._tell(edition, Trouble("ics_repeats_too_much"))
        else:
            return len(self._problems.found) > MOST_PROBLEMS
        return True

    def _read_event(self, editions: Sequence[Edition]) -> None:
        known = {each.row: found for each in editions if (found := recognise(each, self._source.patterns))}
        troubles = [(each, trouble) for each in editions for trouble in each.troubles]
        if not known:
            for edition in editions:
                self._pass_over(edition)
        elif troubles:
            for edition, trouble in troubles:
                self._tell(edition, trouble)
        else:
            self._take(editions, known)

    def _take(self, editions: Sequence[Edition], known: Mapping[int, Known]) -> None:
        try:
            found = occurrences(editions, self._source.horizon)
        except EventError as error:
            self._tell(editions[0], error.trouble)
            return
        # A change whose title no pattern fits ('POSTPONED: ...') is still of the same window or meeting.
        first = next(iter(known.values()))
        self.dated.append([(each, known.get(each.edition.row, first)) for each in found])
        self._count += len(found)
        if not editions[0].uid:
            self._tell(editions[0], Trouble("no_uid", "UID"), stops=False)

    def _pass_over(self, edition: Edition) -> None:
        """Of an event that is not ours nobody is told, unless it is broken: it might have been, had it been whole."""
        unnamed = next((each.column for each in edition.troubles if each.hides_title), None)
        if unnamed or (edition.troubles and not edition.summary and not edition.categories):
            self._tell(edition, Trouble("event_unknown", unnamed))
        elif edition.troubles:
            self._tell(edition, edition.troubles[0], stops=False)


def _tell(problems: Problems, source: Source, edition: Edition, trouble: Trouble, stops: bool = True) -> None:
    told, tell = (problems.found, problems.add) if stops else (problems.notes, problems.note)
    if len(told) <= MOST_PROBLEMS:
        tell(source.name, edition.row, trouble.column, trouble.name, event=edition.called, **trouble.values)
