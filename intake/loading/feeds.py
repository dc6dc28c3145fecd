"""Stores the windows and meetings of one calendar feed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.intake.calendars.events import WindowEvent
from remembrancer.intake.calendars.ics_reader import Found
from remembrancer.intake.calendars.sources import check_no_window_twice
from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.meetings import board_ids, store_meetings
from remembrancer.intake.loading.windows import store_windows
from remembrancer.models import Meeting, Programme, Window
from remembrancer.problems import Problems
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import stored_id
from remembrancer.rules.organisation import CalendarSpec


def other_windows(session: Session, calendar: CalendarSpec, windows: Sequence[WindowEvent]) -> Problems:
    """Return a problem for each window that is in the feed twice, or in another calendar too."""
    problems = Problems()
    check_no_window_twice(calendar.name, windows, problems)
    rows = session.exec(select(Programme.key, Window.key, Window.source).join(Programme)).all()
    others = {each.key for each in organisation(session).calendars} - {calendar.key}
    of_others = {(programme, key) for programme, key, source in rows if source in others}
    for window in windows:
        if not window.cancelled and (window.programme, window.key) in of_others:
            problems.add(calendar.name, None, "SUMMARY", "window_twice", key=window.key)
    return problems


def store_feed(session: Session, calendar: CalendarSpec, found: Found, now: datetime) -> list[str]:
    """Store a feed's windows and meetings in the session's transaction; return lines that say what changed."""
    windows, meetings = found
    changes = Changes(session)
    boards = board_ids(session)
    programmes = {programme.key: stored_id(programme.id) for programme in session.exec(select(Programme))}

    def belongs(source: str) -> bool:
        return source == calendar.key

    names = {(boards[meeting.board], meeting.uid) for meeting in meetings}
    named = {each.key for each in organisation(session).calendars}
    for meeting in session.exec(select(Meeting)):  # of former calendars, as when a feed has a new address
        is_left_over = meeting.source not in named and ":" not in meeting.source
        if is_left_over and (meeting.board_id, meeting.uid) in names:
            meeting.source = calendar.key
    store_meetings(changes, meetings, boards, now, belongs)
    store_windows(changes, windows, programmes, now, belongs, {})
    changes.record_read(calendar.name, now)
    return changes.lines
