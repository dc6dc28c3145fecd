"""Fetches a committee system's meetings, and any other answer of its site."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

from remembrancer.intake.http.fetch import FetchError
from remembrancer.intake.moderngov.client import WebService
from remembrancer.intake.moderngov.parse import UnreadRows, read_listed, read_meeting
from remembrancer.intake.moderngov.types import ListedMeeting, Meeting
from remembrancer.problems import Problems

MOST_MEETINGS = 400
"""The most meetings of one reading; each is requested separately, so that as many take some ten minutes."""
MEETING_ERRORS = frozenset({"status", "gone", "too_large", "coding"})
"""Errors that concern only the meeting that was requested."""
SITE_ERRORS = frozenset({"busy", "takes_long"})
"""Errors of the site, after which nothing more is requested."""
GIVE_UP_AFTER = 3
"""Consecutive other errors that count as an error of the site."""
EVERY_COMMITTEE = (-1, 0)
"""The numbers that stand for all committees: some sites use the first, others the second."""
Read = TypeVar("Read")


def meetings_between(
    service: WebService, committee: int, first_day: date, last_day: date, problems: Problems
) -> list[Meeting]:
    """Read each meeting of a committee on these days; empty where one fails."""
    unread = UnreadRows([committee], problems)
    listed = listed_between(service, first_day, last_day, problems, unread)
    found = [meeting for _, meeting in read_each(service, listed, problems, unread)]
    return [] if problems.found else found


def read_each(
    service: WebService, listed: Sequence[ListedMeeting], problems: Problems, unread: UnreadRows
) -> Iterator[tuple[ListedMeeting, Meeting]]:
    """Read one meeting after another until there are `problems`, as where the site is in trouble."""
    failed = 0
    for row in listed:
        meeting = None
        if problems.found:
            return
        if row.status.cancelled:  # its agenda is not needed
            meeting = Meeting(row.id, row.day, row.starts, row.status)
        else:
            try:
                read = partial(read_meeting, service.meeting(row.id), asked=row.id)
                failed = 0
                meeting = read_with_place("GetMeeting", row.id, read, unread.problems)
            except FetchError as error:
                failed = 0 if error.name in MEETING_ERRORS else failed + 1
                is_of_site = error.name in SITE_ERRORS or failed == GIVE_UP_AFTER
                add = problems.add if is_of_site else unread.problems.add
                add("GetMeeting", row.id, None, f"site_{error.name}", **error.values)
        if meeting:
            yield row, meeting
        elif not problems.found:
            unread.add(row.id)


def listed_between(
    service: WebService, first_day: date, last_day: date, problems: Problems, unread: UnreadRows
) -> list[ListedMeeting]:
    """Read the list of the meetings of `unread.committees` on these days, because the site may return others."""
    method, days = "GetAllMeetingsByDate", (first_day, last_day)
    asks = [partial(service.all_meetings, every, *days) for every in EVERY_COMMITTEE]
    if len(unread.committees) == 1:
        [only] = unread.committees
        method, asks = "GetMeetings", [partial(service.meetings, only, *days)]
    tries: list[Problems] = []
    found: list[ListedMeeting] = []
    for ask in asks:
        tries.append(tried := Problems())
        rows = fetch_and_read(method, ask, partial(read_listed, unread=unread), tried)
        problems.notes += tried.notes
        found = [row for row in rows or () if first_day <= row.day <= last_day]
        if found:
            break
    if all(tried.found for tried in tries):
        problems.found += tries[-1].found
    if len(found) > MOST_MEETINGS:
        problems.add("GetMeetings", None, None, "meetings_too_many", count=len(found), most=MOST_MEETINGS)
    return found


def fetch_and_read(
    method: str, ask: Callable[[], bytes], read: Callable[[bytes, Problems], Read | None], problems: Problems
) -> Read | None:
    """Fetch and read an answer; None and problems where either fails."""
    try:
        answer = ask()
    except FetchError as error:
        problems.add(method, None, None, f"site_{error.name}", **error.values)
        return None
    return read_with_place(method, None, partial(read, answer), problems)


def read_with_place(
    method: str, row: int | None, read: Callable[[Problems], Read | None], problems: Problems
) -> Read | None:
    """Call `read`, and give its problems the method as their file, and the row where they have none."""
    own = Problems()
    found = read(own)
    problems.found += [replace(each, file=method, row=each.row or row) for each in own.found]
    problems.notes += [replace(each, file=method, row=each.row or row) for each in own.notes]
    return found
