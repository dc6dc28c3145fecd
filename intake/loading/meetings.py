"""Stores meetings; one that moves keeps its row, and a future one that is gone is cancelled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.loading.change_report import Changes
from remembrancer.models import Board, Meeting, MeetingState
from remembrancer.rules.facts import stored_id

Belongs = Callable[[str], bool]
"""Tells whether rows of a source may be removed if the input does not contain them."""


def board_ids(session: Session) -> dict[str, int]:
    return {board.key: stored_id(board.id) for board in session.exec(select(Board))}


def store_meetings(
    changes: Changes,
    meetings: Sequence[MeetingEvent],
    boards: Mapping[str, int],
    now: datetime,
    belongs: Belongs,
    may_cancel: Callable[[Meeting], bool] = lambda _meeting: True,
) -> None:
    """Store meetings by board and uid.

    Meetings of sources that do not belong to the input stay as they are, unless they have no source or are cancelled.
    `may_cancel` tells whether a meeting that is absent may be cancelled, for sources that are read in part.
    """
    stored = {(meeting.board_id, meeting.uid): meeting for meeting in changes.session.exec(select(Meeting))}
    seen = set()
    for event in meetings:
        name = boards[event.board], event.uid
        seen.add(name)
        meeting = stored.get(name)
        if meeting is None and not event.cancelled:
            meeting = stored[name] = Meeting(board_id=name[0], uid=event.uid, starts_at=event.starts_at)
            _copy_source_fields(meeting, event)
            changes.session.add(meeting)
            changes.add_line(Meeting, "added", _meeting_name(event.board, event.starts_at))
        elif meeting is not None and (
            not meeting.source or belongs(meeting.source) or meeting.state == MeetingState.CANCELLED
        ):
            _update(changes, meeting, event)
    boards_by_id = {board_id: key for key, board_id in boards.items()}
    for name, meeting in stored.items():
        if name not in seen and belongs(meeting.source) and meeting.starts_at > now and may_cancel(meeting):
            _cancel(changes, meeting, _meeting_name(boards_by_id.get(meeting.board_id, ""), meeting.starts_at))
    changes.session.flush()


def _update(changes: Changes, meeting: Meeting, event: MeetingEvent) -> None:
    name = _meeting_name(event.board, meeting.starts_at)
    if event.cancelled:
        _cancel(changes, meeting, name)
        return
    if meeting.state == MeetingState.CANCELLED:
        meeting.state, meeting.revision = MeetingState.SCHEDULED, meeting.revision + 1
        changes.add_line(Meeting, "back", name)
    if meeting.starts_at != event.starts_at:
        meeting.moved_from, meeting.starts_at = meeting.starts_at, event.starts_at
        meeting.revision += 1
        changes.add_line(Meeting, "moved", f"{name} → {event.starts_at:%Y-%m-%d %H:%M} UTC")
    if meeting.place != event.place:
        changes.add_changes(Meeting, name, {"place": meeting.place}, {"place": event.place})
    _copy_source_fields(meeting, event)


def _copy_source_fields(meeting: Meeting, event: MeetingEvent) -> None:
    meeting.sequence, meeting.source = event.sequence, event.source
    meeting.place, meeting.whole_day = event.place, event.whole_day


def _cancel(changes: Changes, meeting: Meeting, name: str) -> None:
    if meeting.state != MeetingState.CANCELLED:
        meeting.state, meeting.revision = MeetingState.CANCELLED, meeting.revision + 1
        changes.add_line(Meeting, "cancelled", name)


def _meeting_name(board: str, starts_at: datetime) -> str:
    return f"{board} {starts_at:%Y-%m-%d}".strip()
