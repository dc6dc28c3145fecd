"""Computes a paper's pathway: the meetings of the boards that consider it before the last one, each in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from remembrancer.models import Board, Meeting
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import WorkingTime, local_day

DeadlinesOf = Callable[[Board, Meeting], Sequence[Deadline]]
PUBLICATION = "agenda_publication"
REWRITES = 2  # working days between a board's meeting and the next one's final report, to revise the paper


@dataclass(frozen=True)
class PathwayStop:
    """One stop of a pathway: a board and its meeting, None where no meeting is in time.

    `by` is the last day for the meeting that still leaves time for the next stop; None for the last stop.
    """

    board: Board
    meeting: Meeting | None
    by: date | None
    deadlines: Sequence[Deadline] = ()


def pathway(
    boards: Sequence[tuple[Board, Sequence[Meeting]]], last: Meeting, deadlines_of: DeadlinesOf, time: WorkingTime
) -> list[PathwayStop]:
    """Return the stops of a pathway in order; `boards` are its boards with their meetings, `last` the last meeting.

    The stops are computed backwards: a board's meeting must be REWRITES working days before the next stop's final
    report, or before its agenda is published where the next board has no deadline for reports.
    """
    stops = [PathwayStop(boards[-1][0], last, None, deadlines_of(boards[-1][0], last))]
    for board, meetings in reversed(boards[:-1]):
        by = _latest_day_before(stops[0], time)
        in_time = [m for m in meetings if local_day(m.starts_at, time.zone) <= by] if by else []
        meeting = max(in_time, key=lambda each: each.starts_at, default=None)
        stops.insert(0, PathwayStop(board, meeting, by, deadlines_of(board, meeting) if meeting else ()))
    return stops


def _latest_day_before(following: PathwayStop, time: WorkingTime) -> date | None:
    """Return the last day for a meeting before this stop; None where the stop itself has no meeting."""
    if following.meeting is None:
        return None
    kinds = {each.kind: each.counted.date for each in following.deadlines}
    target = kinds.get("final_report") or kinds.get(PUBLICATION) or local_day(following.meeting.starts_at, time.zone)
    return time.before(target, REWRITES)
