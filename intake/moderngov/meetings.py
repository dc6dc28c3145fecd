"""Reads a committee system's meetings as calendar events: all that were requested, or every problem."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, time
from functools import partial
from typing import TypeVar

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.http.errors import FetchError
from remembrancer.intake.moderngov.client import Get, WebService
from remembrancer.intake.moderngov.parse import UnreadRows, read_committees, read_listed, read_meeting
from remembrancer.intake.moderngov.types import AgendaItem, Committee, ListedMeeting, Meeting
from remembrancer.problems import Problems
from remembrancer.rules.calendar.working_time import at
from remembrancer.rules.organisation import CommitteeSystemSpec

MOST_MEETINGS = 400
"""The most meetings of one reading; each is requested separately, so that as many take some ten minutes."""
EVERY_COMMITTEE = (-1, 0)
"""The numbers that stand for all committees: some sites use the first, others the second."""
Read = TypeVar("Read")


def read_meetings(
    system: CommitteeSystemSpec, first_day: date, last_day: date, zone: str, get: Get
) -> tuple[list[MeetingEvent], list[AgendaItem], Problems]:
    """Read the meetings of the system's boards from the first day to the last, both included, and their agendas.

    `zone` is the organisation's IANA time zone, and `get` the client (`client.polite_get`). Where there is any problem,
    both lists are empty. A meeting's uid is the same however often it moves, and an agenda item's `meeting` is the
    number that the uid ends in. A meeting without a time begins at midnight.
    """
    problems = Problems()
    service = WebService(system.site, get)
    boards = {committee: board for board, committee in system.committees.items()}
    known = fetch_and_read("GetCommittees", None, service.committees, read_committees, problems)
    if known is None or not check_committees(system, known, problems):
        return [], [], problems
    found = meetings_between(service, list(boards), first_day, last_day, problems)
    if problems.found:
        return [], [], problems
    events = [event_of(system, boards[listed.committee], meeting, zone) for listed, meeting in found]
    return events, [item for _, meeting in found for item in meeting.agenda], problems


def check_committees(system: CommitteeSystemSpec, known: Sequence[Committee], problems: Problems) -> bool:
    """Check that the site has the system's committees, because an unknown one would silently have no meetings."""
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
    """Read each meeting of these committees on these days, with its row in the list; empty where one fails."""
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
    unread: UnreadRows | None = None,
) -> list[ListedMeeting]:
    """Read the list of meetings, and keep those of these committees and days, because the site may return others.

    `unread` collects the rows that cannot be read; without it, one such row fails the whole list.
    """
    days = first_day, last_day
    if len(committees) == 1:
        [only] = committees
        ask = partial(service.meetings, only, *days)
        rows = fetch_and_read("GetMeetings", None, ask, partial(read_listed, unread=unread), problems)
        found = _wanted(rows, committees, *days)
    else:
        found = _listed_of_all(service, committees, days, problems, unread)
    if len(found) > MOST_MEETINGS:
        problems.add("GetMeetings", None, None, "meetings_too_many", count=len(found), most=MOST_MEETINGS)
    return found


def _listed_of_all(
    service: WebService,
    committees: Collection[int],
    days: tuple[date, date],
    problems: Problems,
    unread: UnreadRows | None,
) -> list[ListedMeeting]:
    tries = [Problems() for _ in EVERY_COMMITTEE]
    for every, tried in zip(EVERY_COMMITTEE, tries, strict=True):
        ask = partial(service.all_meetings, every, *days)
        rows = fetch_and_read("GetAllMeetingsByDate", None, ask, partial(read_listed, unread=unread), tried)
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
        return meeting_from_list(row)
    read = partial(read_meeting, asked=row.id)
    return fetch_and_read("GetMeeting", row.id, partial(service.meeting, row.id), read, problems)


def meeting_from_list(row: ListedMeeting) -> Meeting:
    """Build a cancelled meeting from its row in the list, because its agenda is not needed."""
    return Meeting(row.id, row.day, row.starts, row.status)


def fetch_and_read(
    method: str,
    row: int | None,
    ask: Callable[[], bytes],
    read: Callable[[bytes, Problems], Read | None],
    problems: Problems,
) -> Read | None:
    """Fetch and read an answer; None and problems, with the row, where either fails."""
    try:
        answer = ask()
    except FetchError as error:
        problems.add(method, row, None, f"site_{error.name}", **error.values)
        return None
    return read_with_place(method, row, partial(read, answer), problems)


def read_with_place(
    method: str, row: int | None, read: Callable[[Problems], Read | None], problems: Problems
) -> Read | None:
    """Call `read`, and give its problems the method as their file, and the row where they have none."""
    own = Problems()
    found = read(own)
    problems.found += [replace(each, file=method, row=each.row or row) for each in own.found]
    problems.notes += [replace(each, file=method, row=each.row or row) for each in own.notes]
    return found


def event_of(system: CommitteeSystemSpec, board: str, meeting: Meeting, zone: str) -> MeetingEvent:
    """Convert a meeting to a calendar event."""
    return MeetingEvent(
        board=board,
        uid=system.uid(meeting.id),
        starts_at=at(meeting.day, meeting.starts or time(0), zone),
        cancelled=meeting.status.cancelled,
        whole_day=meeting.starts is None,
        place=meeting.place,
        source=system.key,
    )
