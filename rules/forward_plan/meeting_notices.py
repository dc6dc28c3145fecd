"""Computes the notices about meetings and papers that a board's secretary gets: from when, and until when."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from remembrancer.models import Board, Meeting
from remembrancer.rules.calendar.deadlines import Deadline
from remembrancer.rules.calendar.working_time import WorkingTime, local_day
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.pathway import PUBLICATION

PRIVATE = ("private_meeting_notice", "private_meeting_notice_again")
"""The kinds of deadlines for the notices of a private meeting (in England SI 2012/2089, reg 5)."""


class NoticeKind(StrEnum):
    """The kinds of notices to a secretary; the values are the kinds of outgoing messages."""

    PACK = "agenda_pack"
    PUBLISH = "publish_agenda"
    PRIVATE = "private_notice"
    ALARM = "notice_alarm"


@dataclass(frozen=True)
class SecretaryNotice:
    """A notice that is sent once for its `key`, which changes with the meeting's revision, from `since` on.

    It is about a `deadline` of the meeting, about a `paper`, or both.
    """

    kind: NoticeKind
    key: str
    since: datetime
    board: Board
    meeting: Meeting
    deadline: Deadline | None = None
    paper: Paper | None = None


def notices_of_meeting(
    time: WorkingTime, board: Board, meeting: Meeting, deadlines: Sequence[Deadline]
) -> Iterator[SecretaryNotice]:
    """Yield the pack for agenda setting, and the reminder to publish the agenda on the working day before."""
    for deadline in deadlines:
        day = deadline.counted.date
        if deadline.kind == "agenda_setting":
            key = f"pack-{meeting.id}-r{meeting.revision}"
            yield SecretaryNotice(NoticeKind.PACK, key, _morning(time, day, meeting), board, meeting, deadline)
        if deadline.kind == PUBLICATION:
            key = f"publish-{meeting.id}-r{meeting.revision}"
            since = _morning(time, time.before(day, 1), meeting)
            yield SecretaryNotice(NoticeKind.PUBLISH, key, since, board, meeting, deadline)


def notices_of_paper(time: WorkingTime, paper: Paper, too_late_from: date | None) -> Iterator[SecretaryNotice]:
    """Yield the reminders to publish a private meeting's notices, and the alarm that a key decision's is too late.

    `too_late_from` is the first day on which the notice of a key decision can no longer be given in time
    (rules/forward_plan/key_decisions.py); None where no notice is needed.
    """
    meeting, revision = paper.meeting, f"r{paper.meeting.revision}"
    for deadline in paper.deadlines:
        if deadline.kind in PRIVATE:
            since = _morning(time, time.before(deadline.counted.date, 1), meeting)
            key = f"private-{paper.placing.id}-{deadline.key}-{revision}"
            yield SecretaryNotice(NoticeKind.PRIVATE, key, since, paper.board, meeting, deadline, paper)
    if too_late_from is not None and paper.item.key_decision and not paper.needs_no_notice:
        since = _morning(time, too_late_from, meeting)
        key = f"notice-{paper.placing.id}-{revision}"
        yield SecretaryNotice(NoticeKind.ALARM, key, since, paper.board, meeting, paper=paper)


def _morning(time: WorkingTime, day: date, meeting: Meeting) -> datetime:
    """Return the start of hours on the day or the next working day, but before the meeting begins."""
    moment = time.start_of(day)
    return time.fit(moment, moment, max(meeting.starts_at, moment))


def is_due(notice: SecretaryNotice, sent: Collection[str], now: datetime, zone: str) -> bool:
    """Tell whether a notice is to be sent now; `sent` are the keys of the notices sent so far."""
    if not notice.since <= now < notice.meeting.starts_at or notice.key in sent:
        return False
    return notice.kind != NoticeKind.PACK or not _is_agenda_set(notice, sent, local_day(now, zone))


def _is_agenda_set(notice: SecretaryNotice, sent: Collection[str], today: date) -> bool:
    """Tell whether a meeting that moved had its pack by an earlier date, and its agenda setting is over."""
    if notice.meeting.revision == 1 or notice.deadline is None or notice.deadline.counted.date >= today:
        return False
    return any(key.startswith(f"pack-{notice.meeting.id}-") for key in sent)
