"""Reads meetings.csv or meetings.xlsx: the boards' meetings that are in no calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.folder.boards import find_board
from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Row
from remembrancer.intake.tables.time_cells import to_time
from remembrancer.problems import Problems
from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.windows.schedule import opens_on

COLUMNS = ("board", "date", "time", "place", "state", "id")
STATES = ("scheduled", "cancelled")


def read_meetings(
    path: Path,
    boards: Mapping[str, str],
    time: WorkingTime,
    problems: Problems,
    spec: TableColumns | None = None,
    others: Sequence[MeetingEvent] = (),
) -> list[MeetingEvent]:
    """Read the meetings; `boards` are the organisation's, key to name, and a row may give either.

    `others` are the meetings in calendars: one that is in the table too is refused, because it would be stored twice.

    A meeting's uid is its board with the row's `id`, or else with its day: without an id, a meeting that moves to
    another day becomes another meeting.
    """
    table = read_table(path, Wanted("meetings", COLUMNS[:2], COLUMNS), problems, spec=spec)
    found: list[MeetingEvent] = []
    seen: dict[str, int] = {}
    known = {(each.board, each.starts_at) for each in others}
    for row in table.rows:
        meeting = _meeting(row, boards, time)
        if meeting and (meeting.board, meeting.starts_at) in known:
            row.wrong("date", "meeting_in_calendar")
        elif meeting and seen.setdefault(meeting.uid, row.number) != row.number:
            row.wrong("id" if row["id"] else "date", "meeting_twice", other=seen[meeting.uid])
        elif meeting:
            found.append(meeting)
    return found


def _meeting(row: Row, boards: Mapping[str, str], time: WorkingTime) -> MeetingEvent | None:
    board = find_board(row, boards)
    starts_at = _starts_at(row, time)
    state = row["state"].casefold() or "scheduled"
    if state not in STATES:
        row.wrong("state", "no_such_state", text=row["state"], states=", ".join(STATES))
    if board is None or starts_at is None or state not in STATES:
        return None
    return MeetingEvent(
        board=board,
        uid=f"{board}:{row['id'] or starts_at.astimezone(ZoneInfo(time.zone)).date()}",
        starts_at=starts_at,
        cancelled=state == "cancelled",
        whole_day=not row["time"],
        place=row["place"],
    )


def _starts_at(row: Row, time: WorkingTime) -> datetime | None:
    """Return the start in UTC; without a time it is the start of working hours."""
    day = TableCell(row, "date").day(row["date"], exact=True)
    clock = to_time(row["time"])
    if not row["date"]:
        row.wrong("date", "blank")
    if row["time"] and clock is None:
        row.wrong("time", "not_a_time", text=row["time"])
    if day is None or (row["time"] and clock is None):
        return None
    return at(day, clock, time.zone) if clock else opens_on(day, time)
