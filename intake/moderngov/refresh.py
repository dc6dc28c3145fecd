"""Reads as many of a committee system's meetings as possible.

Trouble with the site itself (it is busy, unreachable, switched off) makes the whole reading fail. A single meeting that
cannot be read is reported, and the others are returned.
"""

from dataclasses import dataclass, field
from datetime import date, time

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.meetings import fetch_and_read, listed_between, read_each
from remembrancer.intake.moderngov.parse import UnreadRows, read_committees
from remembrancer.intake.moderngov.xml_row import MOST_PROBLEMS
from remembrancer.problems import Problem, Problems
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.organisation import CommitteeSystemSpec


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

    @property
    def is_empty(self) -> bool:
        """Tell whether the system lists no meeting of any board on these days."""
        return not (self.events or self.unread or self.nameless)


def read_available_meetings(
    system: CommitteeSystemSpec, first_day: date, last_day: date, zone: str, get: Get
) -> Refreshed:
    """Read the meetings of the system's boards from the first day to the last, both included.

    `zone` is the organisation's IANA time zone. A meeting's uid is the same however often it moves; one without a time
    begins at midnight. The reading fails where the committees or the list of meetings cannot be read, where the site is
    in trouble, and where more than one meeting and more than half of all cannot be read, because then the format is not
    understood.
    """
    problems, service = Problems(), WebService(system.site, get)
    boards = {committee: board for board, committee in system.committees.items()}
    known = fetch_and_read("GetCommittees", service.committees, read_committees, problems)
    ids = None if known is None else {committee.id for committee in known}
    for id in boards:  # a committee that the site does not have would silently have no meetings
        if ids is not None and id not in ids:
            problems.add("GetCommittees", id, "committeeid", "committee_not_there", committee=id, site=system.site)
    if problems.found:
        return Refreshed(problems=problems.found)
    unread = UnreadRows(boards)
    listed = listed_between(service, first_day, last_day, problems, unread)
    if len(unread.problems.found) > MOST_PROBLEMS:
        problems.found += unread.problems.found[:1]
    read = list(read_each(service, listed, problems, unread))
    if not problems.found and len(unread.ids) + unread.nameless > max(1, len(read)):
        first = unread.problems.found[0]
        problems.add("GetMeeting", None, None, "meetings_most_unread", count=len(unread.ids), first=first)
    if problems.found:
        return Refreshed(problems=problems.found)
    events = [
        MeetingEvent(
            board=boards[row.committee],
            uid=system.uid(meeting.id),
            starts_at=at(meeting.day, meeting.starts or time(0), zone),
            cancelled=meeting.status.cancelled,
            whole_day=meeting.starts is None,
            place=meeting.place,
            source=system.key,
        )
        for row, meeting in read
    ]
    return Refreshed(events, frozenset(unread.ids), unread.nameless, unread.problems.found)
