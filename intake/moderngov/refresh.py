"""Reads as many of a committee system's meetings as possible.

Trouble with the site itself (it is busy, unreachable, switched off) makes the whole reading fail. A single meeting that
cannot be read is reported, and the others are returned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.http.errors import FetchError
from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.meetings import (
    check_committees,
    event_of,
    fetch_and_read,
    listed_between,
    meeting_from_list,
    read_with_place,
)
from remembrancer.intake.moderngov.parse import UnreadRows, read_committees, read_meeting
from remembrancer.intake.moderngov.types import ListedMeeting, Meeting
from remembrancer.intake.moderngov.xml_row import MOST_PROBLEMS
from remembrancer.problems import Problem, Problems
from remembrancer.rules.organisation import CommitteeSystemSpec

MEETING_ERRORS = frozenset({"status", "gone", "too_large", "coding"})
"""Errors that concern only the meeting that was requested."""
SITE_ERRORS = frozenset({"busy", "takes_long"})
"""Errors of the site, after which nothing more is requested."""
GIVE_UP_AFTER = 3
"""Consecutive other errors that count as an error of the site."""


@dataclass
class Refreshed:
    """The meetings that could be read, and of the others the ids (`unread`) and problems (`wrong`).

    `nameless` says that the id of at least one more cannot be read. Where there are `problems`, the result is invalid.
    """

    events: list[MeetingEvent] = field(default_factory=list)
    unread: frozenset[int] = frozenset()
    nameless: bool = False
    wrong: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether the system lists no meeting of any board on these days."""
        return not (self.events or self.unread or self.nameless)


def read_available_meetings(
    system: CommitteeSystemSpec, first_day: date, last_day: date, zone: str, get: Get
) -> Refreshed:
    """Read the meetings of the system's boards from the first day to the last, as `read_meetings` does.

    The reading fails where the committees or the list of meetings cannot be read, where the site is in trouble, and
    where more than one meeting and more than half of all cannot be read, because then the format is not understood.
    """
    problems, service = Problems(), WebService(system.site, get)
    boards = {committee: board for board, committee in system.committees.items()}
    known = fetch_and_read("GetCommittees", None, service.committees, read_committees, problems)
    if known is None or not check_committees(system, known, problems):
        return Refreshed(problems=problems.found)
    unread = UnreadRows(boards)
    listed = listed_between(service, list(boards), first_day, last_day, problems, unread)
    if len(unread.problems.found) > MOST_PROBLEMS:
        problems.found += unread.problems.found[:1]
    read = [] if problems.found else list(_MeetingReader(service, problems, unread).each(listed))
    if not problems.found and len(unread.ids) + unread.nameless > max(1, len(read)):
        first = unread.problems.found[0]
        problems.add("GetMeeting", None, None, "meetings_most_unread", count=len(unread.ids), first=first)
    if problems.found:
        return Refreshed(problems=problems.found)
    events = [event_of(system, boards[row.committee], meeting, zone) for row, meeting in read]
    notes = problems.notes + unread.problems.notes
    return Refreshed(events, frozenset(unread.ids), unread.nameless, unread.problems.found, [], notes)


class _MeetingReader:
    """Reads one meeting after another until the site is in trouble."""

    def __init__(self, service: WebService, problems: Problems, unread: UnreadRows) -> None:
        self.service, self.problems, self.unread = service, problems, unread
        self.failed = 0

    def each(self, listed: Sequence[ListedMeeting]) -> Iterator[tuple[ListedMeeting, Meeting]]:
        for row in listed:
            try:
                meeting = meeting_from_list(row) if row.status.cancelled else self._meeting(row.id)
            except FetchError as error:
                self._record_error(row.id, error)
                meeting = None
            if self.problems.found:
                return
            if meeting is None:
                self.unread.add(row.id)
            else:
                yield row, meeting

    def _meeting(self, id: int) -> Meeting | None:
        answer = self.service.meeting(id)
        self.failed = 0
        return read_with_place("GetMeeting", id, partial(read_meeting, answer, asked=id), self.unread.problems)

    def _record_error(self, id: int, error: FetchError) -> None:
        self.failed = 0 if error.name in MEETING_ERRORS else self.failed + 1
        is_of_site = error.name in SITE_ERRORS or self.failed == GIVE_UP_AFTER
        problems = self.problems if is_of_site else self.unread.problems
        problems.add("GetMeeting", id, None, f"site_{error.name}", **error.values)
