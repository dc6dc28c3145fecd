"""Storing what a committee system says of the days that it was asked for: its own meetings, and no others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.meetings import store_meetings
from remembrancer.intake.moderngov.refresh import Refreshed
from remembrancer.models import Board, Feed, Meeting, MeetingState
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import known
from remembrancer.rules.organisation import CommitteeSystemSpec
from remembrancer.services.audit import note

PREFIX = "moderngov:"
"""How the sources of all committee systems begin."""


@dataclass(frozen=True)
class Days:
    """The days that were asked for, both included, by the clock of `zone`. Of any other day nothing is known."""

    first: date
    last: date
    zone: ZoneInfo

    def hold(self, moment: datetime) -> bool:
        return self.first <= moment.astimezone(self.zone).date() <= self.last


def known_to_come(session: Session, system: CommitteeSystemSpec, days: Days, now: datetime) -> int:
    """How many of the system's meetings are to come on these days, by what was known."""
    query = select(Meeting).where(Meeting.source == system.key, Meeting.state == MeetingState.SCHEDULED)
    return sum(days.hold(meeting.starts_at) for meeting in session.exec(query.where(Meeting.starts_at > now)))


def store_committees(
    session: Session, system: CommitteeSystemSpec, found: Refreshed, days: Days, now: datetime
) -> list[str]:
    """Store its meetings in the session's transaction; lines that say what changed.

    A meeting that could not be read stays as it was known. Where there is one whose number could not be read, it
    could be any, and so none is cancelled for not being there.
    """
    changes, boards = Changes(session), _boards(session)
    unread = {system.uid(id) for id in found.unread}

    def may_go(meeting: Meeting) -> bool:
        return not found.nameless and meeting.uid not in unread and days.hold(meeting.starts_at)

    _take_over(session, system, {(boards[event.board], event.uid, event.starts_at) for event in found.events})
    store_meetings(changes, found.events, boards, now, lambda source: source == system.key, may_go)
    if changes.lines:
        note(session, now, None, "feed_read", system.name, changes=changes.lines[:100])
    session.flush()
    return changes.lines


def remove_former_meetings(session: Session, now: datetime) -> list[str]:
    """Cancel the meetings to come of systems that are named no more; lines that say which.

    Not while one that is named was never read: it may be the same at a new address, and have the same meetings.
    """
    named = {system.key for system in organisation(session).committee_systems}
    read = set(session.exec(select(Feed.key).where(col(Feed.key).in_(named), col(Feed.fetched_at).is_not(None))))
    left_over = set(session.exec(select(Meeting.source).where(col(Meeting.source).startswith(PREFIX)))) - named
    if read < named or not left_over:
        return []
    changes = Changes(session)
    store_meetings(changes, [], _boards(session), now, lambda source: source in left_over)
    if changes.lines:
        note(session, now, None, "feed_read", ", ".join(sorted(left_over)), changes=changes.lines[:100])
    return changes.lines


def _boards(session: Session) -> dict[str, int]:
    return {board.key: known(board.id) for board in session.exec(select(Board))}


def _take_over(session: Session, system: CommitteeSystemSpec, given: Collection[tuple[int, str, datetime]]) -> None:
    """What came from a system that is named no more is this one's where it has the same number, board and start."""
    keys = {each.key for each in organisation(session).committee_systems}
    by_number = {(board, uid.rpartition("-")[2], starts_at): uid for board, uid, starts_at in given}
    rows = list(session.exec(select(Meeting).where(col(Meeting.source).startswith(PREFIX))))
    taken = {(row.board_id, row.uid) for row in rows}
    for row in rows:
        uid = by_number.get((row.board_id, row.uid.rpartition("-")[2], row.starts_at))
        if row.source not in keys and uid is not None and (row.board_id, uid) not in taken:
            row.uid, row.source = uid, system.key
