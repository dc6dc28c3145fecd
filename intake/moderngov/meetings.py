"""A committee system's meetings as the neutral shape of every calendar: all that were asked for, or every problem."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial
from typing import TypeVar

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.http.errors import FetchError
from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.parse import Apart, read_committees, read_listed, read_meeting
from remembrancer.intake.moderngov.types import AgendaItem, Committee, ListedMeeting, Meeting
from remembrancer.problems import Problems
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.organisation import CommitteeSystemSpec

MOST_MEETINGS = 400
"""Each is asked for by itself, with a pause between: so many take some ten minutes."""
EVERY_COMMITTEE = (-1, 0)
"""What stands for all committees: the one on some sites, the other on others."""
Read = TypeVar("Read")


def read_meetings(
    system: CommitteeSystemSpec, first_day: date, last_day: date, zone: str, get: Get
) -> tuple[list[MeetingEvent], list[AgendaItem], Problems]:
    """The meetings of the system's boards from the first day to the last, both included, and their agendas.

    `zone` is the body's IANA time zone, and `get` what asks (`client.polite_get`). Where anything is found wrong, both
    lists are empty and the problems say why. A meeting's uid is the same however often it moves, and an agenda
    item's `meeting` is the number that the uid ends in. A meeting without a time begins with its day.
    """
    problems = Problems()
    service = WebService(system.site, get)
    boards = {committee: board for board, committee in system.committees.items()}
    known = fetched("GetCommittees", None, service.committees, read_committees, problems)
    if known is None or not are_there(system, known, problems):
        return [], [], problems
    found = meetings_between(service, list(boards), first_day, last_day, problems)
    if problems.found:
        return [], [], problems
    events = [event_of(system, boards[listed.committee], meeting, zone) for listed, meeting in found]
    return events, [item for _, meeting in found for item in meeting.agenda], problems


def are_there(system: CommitteeSystemSpec, known: Sequence[Committee], problems: Problems) -> bool:
    """A committee that the site does not have would never meet, and nobody would notice."""
    committees = {committee.id: committee for committee in known}
    for id in system.committees.values():
        committee = committees.get(id)
        if committee is None:
            problems.add("GetCommittees", id, "committeeid", "committee_not_there", committee=id, site=system.site)
        elif not committee.meets:
            problems.note("GetCommittees", id, None, "committee_gone", committee=id, title=committee.title)
    return not problems.found


def meetings_between(
    service: WebService, committees: Collection[int], first_day: date, last_day: date, problems: Problems
) -> list[tuple[ListedMeeting, Meeting]]:
    """Each meeting of these committees on these days, as it is listed and as it is by itself; none where one fails."""
    listed = listed_between(service, committees, first_day, last_day, problems)
    found: list[tuple[ListedMeeting, Meeting]] = []
    for row in listed:
        meeting = None if problems.found else _meeting(service, row, problems)
        if meeting is None:
            return []
        found.append((row, meeting))
    return found


def listed_between(
    service: WebService,
    committees: Collection[int],
    first_day: date,
    last_day: date,
    problems: Problems,
    apart: Apart | None = None,
) -> list[ListedMeeting]:
    """The rows of just these committees and days: what comes is not always what was asked for.

    `apart` takes the rows that cannot be read; without it, one of those is a problem with all.
    """
    days = first_day, last_day
    if len(committees) == 1:
        [only] = committees
        ask = partial(service.meetings, only, *days)
        rows = fetched("GetMeetings", None, ask, partial(read_listed, apart=apart), problems)
        found = _wanted(rows, committees, *days)
    else:
        found = _listed_of_all(service, committees, days, problems, apart)
    if len(found) > MOST_MEETINGS:
        problems.add("GetMeetings", None, None, "meetings_too_many", count=len(found), most=MOST_MEETINGS)
    return found


def _listed_of_all(
    service: WebService,
    committees: Collection[int],
    days: tuple[date, date],
    problems: Problems,
    apart: Apart | None,
) -> list[ListedMeeting]:
    tries = [Problems() for _ in EVERY_COMMITTEE]
    for every, tried in zip(EVERY_COMMITTEE, tries, strict=True):
        ask = partial(service.all_meetings, every, *days)
        rows = fetched("GetAllMeetingsByDate", None, ask, partial(read_listed, apart=apart), tried)
        found = _wanted(rows, committees, *days)
        if found:
            problems.notes += tried.notes
            return found
    if all(tried.found for tried in tries):
        problems.found += tries[-1].found
    return []


def _wanted(
    rows: Sequence[ListedMeeting] | None, committees: Collection[int], first_day: date, last_day: date
) -> list[ListedMeeting]:
    return [row for row in rows or () if row.committee in committees and first_day <= row.day <= last_day]


def _meeting(service: WebService, row: ListedMeeting, problems: Problems) -> Meeting | None:
    if row.status.cancelled:
        return as_listed(row)
    read = partial(read_meeting, asked=row.id)
    return fetched("GetMeeting", row.id, partial(service.meeting, row.id), read, problems)


def as_listed(row: ListedMeeting) -> Meeting:
    """A meeting that does not take place is not asked for again: what is on its agenda matters no more."""
    return Meeting(row.id, row.day, row.starts, row.status)


def fetched(
    method: str,
    row: int | None,
    ask: Callable[[], bytes],
    read: Callable[[bytes, Problems], Read | None],
    problems: Problems,
) -> Read | None:
    """What was asked for, as read; None and problems where it did not come, or cannot be read. They name the row."""
    try:
        answer = ask()
    except FetchError as error:
        problems.add(method, row, None, f"site_{error.name}", **error.values)
        return None
    return placed(method, row, partial(read, answer), problems)


def placed(method: str, row: int | None, read: Callable[[Problems], Read | None], problems: Problems) -> Read | None:
    """What `read` gives; what it finds wrong names the method, and the row where it names none of its own."""
    own = Problems()
    found = read(own)
    problems.found += [replace(each, file=method, row=each.row or row) for each in own.found]
    problems.notes += [replace(each, file=method, row=each.row or row) for each in own.notes]
    return found


def event_of(system: CommitteeSystemSpec, board: str, meeting: Meeting, zone: str) -> MeetingEvent:
    return MeetingEvent(
        board=board,
        uid=system.uid(meeting.id),
        starts_at=at(meeting.day, meeting.starts or time(0), zone),
        cancelled=meeting.status.cancelled,
        whole_day=meeting.starts is None,
        place=meeting.place,
        source=system.key,
    )
