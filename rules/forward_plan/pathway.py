"""A paper's way to a board through the boards before it: each has to be passed in time for the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from remembrancer.models import Board, Meeting
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import WorkingTime, local_day

DeadlinesOf = Callable[[Board, Meeting], Sequence[Deadline]]
PUBLICATION = "agenda_publication"
REWRITES = 2  # working days between a board and the next one's last report, to put in what it said


@dataclass(frozen=True)
class Leg:
    """One board on the way. `by` is the last day for its meeting, so that the next can be met; None for the last.

    Without a `meeting` the board has none that is in time.
    """

    board: Board
    meeting: Meeting | None
    by: date | None
    deadlines: Sequence[Deadline] = ()


def pathway(
    boards: Sequence[tuple[Board, Sequence[Meeting]]], last: Meeting, deadlines_of: DeadlinesOf, time: WorkingTime
) -> list[Leg]:
    """The legs of the way in order. `boards` are those on the way with their meetings; the last one's is `last`.

    Worked out backwards: a board's meeting has to be so many working days before the next one's final report, or
    before its agenda is published where it has no date for reports.
    """
    legs = [Leg(boards[-1][0], last, None, deadlines_of(boards[-1][0], last))]
    for board, meetings in reversed(boards[:-1]):
        by = _by(legs[0], time)
        in_time = [m for m in meetings if local_day(m.starts_at, time.zone) <= by] if by else []
        meeting = max(in_time, key=lambda each: each.starts_at, default=None)
        legs.insert(0, Leg(board, meeting, by, deadlines_of(board, meeting) if meeting else ()))
    return legs


def _by(following: Leg, time: WorkingTime) -> date | None:
    """The last day for a meeting before this leg; None where the leg itself has no meeting."""
    if following.meeting is None:
        return None
    kinds = {each.kind: each.counted.date for each in following.deadlines}
    target = kinds.get("final_report") or kinds.get(PUBLICATION) or local_day(following.meeting.starts_at, time.zone)
    return time.before(target, REWRITES)
