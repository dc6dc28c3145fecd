"""Stores the meetings of a committee system for the days that were read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from remembrancer.intake.loading.change_report import Changes
from remembrancer.intake.loading.meetings import board_ids, store_meetings
from remembrancer.intake.moderngov.refresh import Refreshed
from remembrancer.models import Feed, Meeting, MeetingState
from remembrancer.queries.organisation import organisation
from remembrancer.rules.organisation import CommitteeSystemSpec

PREFIX = "moderngov:"
"""The prefix of the sources of all committee systems."""


@dataclass(frozen=True)
class Days:
    """The days that were read, both included, in the time zone `zone`; nothing is known of other days."""

    first: date
    last: date
    zone: ZoneInfo

    def contains(self, moment: datetime) -> bool:
        return self.first <= moment.astimezone(self.zone).date() <= self.last


def count_future_meetings(session: Session, system: CommitteeSystemSpec, days: Days, now: datetime) -> int:
    query = select(Meeting).where(Meeting.source == system.key, Meeting.state == MeetingState.SCHEDULED)
    return sum(days.contains(meeting.starts_at) for meeting in session.exec(query.where(Meeting.starts_at > now)))


def store_committees(
    session: Session, system: CommitteeSystemSpec, found: Refreshed, days: Days, now: datetime
) -> list[str]:
    """Store a system's meetings in the session's transaction, and return lines that say what changed.

    A meeting that could not be read stays as it is. While the number of any meeting could not be read, no meeting is
    cancelled for being absent, because it could be that one.
    """
    changes, boards = Changes(session), board_ids(session)
    unread = {system.uid(id) for id in found.unread}

    def may_cancel(meeting: Meeting) -> bool:
        return not found.nameless and meeting.uid not in unread and days.contains(meeting.starts_at)

    # Meetings of former systems with the same number, board and start become this one's.
    keys = {each.key for each in organisation(session).committee_systems}
    by_number = {(boards[e.board], e.uid.rpartition("-")[2], e.starts_at): e.uid for e in found.events}
    rows = list(session.exec(select(Meeting).where(col(Meeting.source).startswith(PREFIX))))
    taken = {(row.board_id, row.uid) for row in rows}
    for row in rows:
        uid = by_number.get((row.board_id, row.uid.rpartition("-")[2], row.starts_at))
        if row.source not in keys and uid is not None and (row.board_id, uid) not in taken:
            row.uid, row.source = uid, system.key
    store_meetings(changes, found.events, boards, now, lambda source: source == system.key, may_cancel)
    changes.record_read(system.name, now)
    return changes.lines


def all_were_read(session: Session, keys: Collection[str]) -> bool:
    """Tell whether the sources with these keys were all read; one that never was may be a former one, moved."""
    read = select(Feed.key).where(col(Feed.key).in_(keys), col(Feed.fetched_at).is_not(None))
    return set(session.exec(read)) >= set(keys)


def remove_former_meetings(session: Session, now: datetime) -> list[str]:
    """Cancel the future meetings of systems that the organisation no longer names; return lines that say which.

    Nothing is cancelled while a named system was never read: it may be a former one at a new address.
    """
    named = {system.key for system in organisation(session).committee_systems}
    left_over = set(session.exec(select(Meeting.source).where(col(Meeting.source).startswith(PREFIX)))) - named
    if not left_over or not all_were_read(session, named):
        return []
    changes = Changes(session)
    store_meetings(changes, [], board_ids(session), now, lambda source: source in left_over)
    changes.record_read(", ".join(sorted(left_over)), now)
    return changes.lines
