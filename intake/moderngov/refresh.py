"""A committee system's meetings for the store: what can be read of them, though some of them cannot.

A site's own trouble (it is busy, out of reach, switched off) ends the reading, and nothing of it counts. A meeting
that alone cannot be read is named, and the others are given without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.http.errors import FetchError
from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.meetings import are_there, as_listed, event_of, fetched, listed_between, placed
from remembrancer.intake.moderngov.parse import Apart, read_committees, read_meeting
from remembrancer.intake.moderngov.types import ListedMeeting, Meeting
from remembrancer.intake.moderngov.xml_row import MOST_PROBLEMS
from remembrancer.problems import Problem, Problems
from remembrancer.rules.organisation import CommitteeSystemSpec

OF_ONE_MEETING = frozenset({"status", "gone", "too_large", "coding"})
"""Errors that say something of the one answer that was asked for."""
OF_THE_SITE = frozenset({"busy", "takes_long"})
"""Errors after which nothing more is asked. Of any other, three meetings one after another are enough to know."""
GIVE_UP_AFTER = 3


@dataclass
class Refreshed:
    """The meetings that could be read, and of the others the `unread` ids and what is `wrong` with them.

    `nameless` says that there is one more whose id cannot be read. Where there are `problems`, nothing counts.
    """

    events: list[MeetingEvent] = field(default_factory=list)
    unread: frozenset[int] = frozenset()
    nameless: bool = False
    wrong: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the system lists no meeting at all on these days, of any of the boards."""
        return not (self.events or self.unread or self.nameless)


def read_what_can_be(system: CommitteeSystemSpec, first_day: date, last_day: date, zone: str, get: Get) -> Refreshed:
    """The meetings of the system's boards from the first day to the last, as `read_meetings` has them.

    It is refused whole where its committees or the list of its meetings do not come, where the site is in trouble,
    and where more than one meeting and more than half of them cannot be read: then it is the system that is not
    understood.
    """
    problems, service = Problems(), WebService(system.site, get)
    boards = {committee: board for board, committee in system.committees.items()}
    known = fetched("GetCommittees", None, service.committees, read_committees, problems)
    if known is None or not are_there(system, known, problems):
        return Refreshed(problems=problems.found)
    apart = Apart(boards)
    listed = listed_between(service, list(boards), first_day, last_day, problems, apart)
    if len(apart.problems.found) > MOST_PROBLEMS:
        problems.found += apart.problems.found[:1]
    read = [] if problems.found else list(_Asking(service, problems, apart).each(listed))
    if not problems.found and _is_too_much(apart, len(read)):
        first = apart.problems.found[0]
        problems.add("GetMeeting", None, None, "meetings_most_unread", count=len(apart.ids), first=first)
    if problems.found:
        return Refreshed(problems=problems.found)
    events = [event_of(system, boards[row.committee], meeting, zone) for row, meeting in read]
    notes = problems.notes + apart.problems.notes
    return Refreshed(events, frozenset(apart.ids), apart.nameless, apart.problems.found, [], notes)


def _is_too_much(apart: Apart, read: int) -> bool:
    return len(apart.ids) + apart.nameless > max(1, read)


class _Asking:
    """Asks for one meeting after another, until the site is in trouble."""

    def __init__(self, service: WebService, problems: Problems, apart: Apart) -> None:
        self.service, self.problems, self.apart = service, problems, apart
        self.failed = 0

    def each(self, listed: Sequence[ListedMeeting]) -> Iterator[tuple[ListedMeeting, Meeting]]:
        for row in listed:
            try:
                meeting = as_listed(row) if row.status.cancelled else self._meeting(row.id)
            except FetchError as error:
                self._give_up_or_go_on(row.id, error)
                meeting = None
            if self.problems.found:
                return
            if meeting is None:
                self.apart.add(row.id)
            else:
                yield row, meeting

    def _meeting(self, id: int) -> Meeting | None:
        answer = self.service.meeting(id)
        self.failed = 0
        return placed("GetMeeting", id, partial(read_meeting, answer, asked=id), self.apart.problems)

    def _give_up_or_go_on(self, id: int, error: FetchError) -> None:
        self.failed = 0 if error.name in OF_ONE_MEETING else self.failed + 1
        is_the_sites = error.name in OF_THE_SITE or self.failed == GIVE_UP_AFTER
        problems = self.problems if is_the_sites else self.apart.problems
        problems.add("GetMeeting", id, None, f"site_{error.name}", **error.values)
