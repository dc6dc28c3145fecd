"""What a board's secretary is told about its meetings without asking, from when on, and when that is over."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from remembrancer.models import Board, Meeting
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import WorkingTime, at, local_day
from remembrancer.rules.forward_plan.papers import Paper, Stage
from remembrancer.rules.forward_plan.pathway import PUBLICATION

PRIVATE = ("private_meeting_notice", "private_meeting_notice_again")
"""The kinds of deadline at which the notice of a private meeting is published (in England SI 2012/2089, reg 5)."""


class NoteKind(StrEnum):
    PACK = "agenda_pack"
    PUBLISH = "publish_agenda"
    PRIVATE = "private_notice"
    ALARM = "notice_alarm"


@dataclass(frozen=True)
class SecretaryNote:
    """Something to say once: `key` names it, and changes with the meeting's revision. `since` is when it is time.

    It is about a `deadline` of the meeting, about a `paper`, or both.
    """

    kind: NoteKind
    key: str
    since: datetime
    board: Board
    meeting: Meeting
    deadline: Deadline | None = None
    paper: Paper | None = None


def of_meeting(
    time: WorkingTime, board: Board, meeting: Meeting, deadlines: Sequence[Deadline]
) -> Iterator[SecretaryNote]:
    """The pack on the morning of agenda setting, and the reminder to publish on the working day before."""
    for deadline in deadlines:
        day = deadline.counted.date
        if deadline.kind == "agenda_setting":
            key = f"pack-{meeting.id}-r{meeting.revision}"
            yield SecretaryNote(NoteKind.PACK, key, _morning(time, day, meeting), board, meeting, deadline)
        if deadline.kind == PUBLICATION:
            key = f"publish-{meeting.id}-r{meeting.revision}"
            since = _morning(time, time.before(day, 1), meeting)
            yield SecretaryNote(NoteKind.PUBLISH, key, since, board, meeting, deadline)


def of_paper(time: WorkingTime, paper: Paper, too_late_from: date | None) -> Iterator[SecretaryNote]:
    """The reminders to publish a private meeting's notices, on the working day before each; and the alarm.

    `too_late_from` is the first day on which the notice of a key decision can no longer be given in time
    (rules/forward_plan/key_decisions.py), where one is wanted.
    """
    meeting, end = paper.meeting, f"r{paper.meeting.revision}"
    for deadline in paper.deadlines:
        if deadline.kind in PRIVATE:
            since = _morning(time, time.before(deadline.counted.date, 1), meeting)
            key = f"private-{paper.placing.id}-{deadline.key}-{end}"
            yield SecretaryNote(NoteKind.PRIVATE, key, since, paper.board, meeting, deadline, paper)
    if too_late_from is not None and paper.item.key_decision and not paper.is_so(Stage.NOTICE):
        since = _morning(time, too_late_from, meeting)
        key = f"notice-{paper.placing.id}-{end}"
        yield SecretaryNote(NoteKind.ALARM, key, since, paper.board, meeting, paper=paper)


def _morning(time: WorkingTime, day: date, meeting: Meeting) -> datetime:
    """The morning of the day, or the next working morning; sooner where the meeting would have begun."""
    moment = at(day, time.starts, time.zone)
    return time.fit(moment, time.zone, moment, max(meeting.starts_at, moment))


def is_due(note: SecretaryNote, said: Collection[str], now: datetime, zone: str) -> bool:
    """Whether it is time to say it, and nobody has; `said` are the keys of what was."""
    if not note.since <= now < note.meeting.starts_at or note.key in said:
        return False
    return note.kind != NoteKind.PACK or not _is_set_already(note, said, local_day(now, zone))


def _is_set_already(note: SecretaryNote, said: Collection[str], today: date) -> bool:
    """After a move a pack comes again only where the agenda is still to be set; one that never came comes late."""
    if note.meeting.revision == 1 or note.deadline is None or note.deadline.counted.date >= today:
        return False
    return any(key.startswith(f"pack-{note.meeting.id}-") for key in said)
