"""Storing meetings. One that moves keeps its row; one that is gone is cancelled, unless it has taken place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlmodel import select

from remembrancer.intake.calendars.events import MeetingEvent
from remembrancer.intake.loading.change_report import Changes
from remembrancer.models import Meeting, MeetingState

Belongs = Callable[[str], bool]
"""Whether what is read now speaks for the rows of a source: only those can go."""


def _any(_meeting: Meeting) -> bool:
    return True


def store_meetings(
    changes: Changes,
    meetings: Sequence[MeetingEvent],
    boards: Mapping[str, int],
    now: datetime,
    belongs: Belongs,
    may_go: Callable[[Meeting], bool] = _any,
) -> None:
    """Meetings by board and uid. What another source gives, that does not belong to what is read, stays as it is.

    `may_go` is whether one that is not among them is cancelled, where the source does not say all that there is.
    """
    stored = {(meeting.board_id, meeting.uid): meeting for meeting in changes.session.exec(select(Meeting))}
    seen = set()
    for event in meetings:
        name = boards[event.board], event.uid
        seen.add(name)
        meeting = stored.get(name)
        if meeting is None and not event.cancelled:
            stored[name] = _add(changes, event, name[0])
        elif meeting is not None and _may_take(meeting, belongs):
            _update(changes, meeting, event)
    boards_by_id = {board_id: key for key, board_id in boards.items()}
    for name, meeting in stored.items():
        if name not in seen and belongs(meeting.source) and meeting.starts_at > now and may_go(meeting):
            _cancel(changes, meeting, _named(boards_by_id.get(meeting.board_id, ""), meeting.starts_at))
    changes.session.flush()


def _may_take(meeting: Meeting, belongs: Belongs) -> bool:
    """A meeting is its source's for as long as that gives it; one that was stored before sources were is anybody's."""
    return not meeting.source or belongs(meeting.source) or meeting.state == MeetingState.CANCELLED


def _add(changes: Changes, event: MeetingEvent, board_id: int) -> Meeting:
    meeting = Meeting(board_id=board_id, uid=event.uid, starts_at=event.starts_at)
    _take(meeting, event)
    changes.session.add(meeting)
    changes.say(Meeting, "added", _named(event.board, event.starts_at))
    return meeting


def _update(changes: Changes, meeting: Meeting, event: MeetingEvent) -> None:
    name = _named(event.board, meeting.starts_at)
    if event.cancelled:
        _cancel(changes, meeting, name)
        return
    if meeting.state == MeetingState.CANCELLED:
        meeting.state, meeting.revision = MeetingState.SCHEDULED, meeting.revision + 1
        changes.say(Meeting, "back", name)
    if meeting.starts_at != event.starts_at:
        meeting.moved_from, meeting.starts_at = meeting.starts_at, event.starts_at
        meeting.revision += 1
        changes.say(Meeting, "moved", f"{name} → {event.starts_at:%Y-%m-%d %H:%M} UTC")
    if meeting.place != event.place:
        changes.say_changes(Meeting, name, {"place": meeting.place}, {"place": event.place})
    _take(meeting, event)


def _take(meeting: Meeting, event: MeetingEvent) -> None:
    meeting.sequence, meeting.source = event.sequence, event.source
    meeting.place, meeting.whole_day = event.place, event.whole_day


def _cancel(changes: Changes, meeting: Meeting, name: str) -> None:
    if meeting.state != MeetingState.CANCELLED:
        meeting.state, meeting.revision = MeetingState.CANCELLED, meeting.revision + 1
        changes.say(Meeting, "cancelled", name)


def _named(board: str, starts_at: datetime) -> str:
    return f"{board} {starts_at:%Y-%m-%d}".strip()
