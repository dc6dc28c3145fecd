"""Predicts the notices about meetings that secretaries will get."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from remembrancer.queries.papers import papers_to_come
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.rules.calendar.working_time import local_day
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.meeting_notices import SecretaryNotice, is_due
from remembrancer.rules.forward_plan.papers import secretary
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.scheduler.notices.meeting_notices import notices_to_come, sent_notice_keys
from remembrancer.scheduler.preview.days_off import with_days_off
from remembrancer.scheduler.preview.types import About, Planned
from remembrancer.wording import phrase


def planned_notices(session: Session, facts: Facts, now: datetime, end: datetime) -> Iterator[Planned]:
    """Yield the agenda packs, reminders to publish and alarms about notices from now to `end`."""
    facts, sent = replace(facts, paused=False), sent_notice_keys(session)
    for notice in notices_to_come(session, facts, papers_to_come(session, now), now):
        moment = max(notice.since, now)
        if moment <= end and is_due(notice, sent, moment, facts.time.zone):
            yield from _messages_of(facts, notice, moment)


def _messages_of(facts: Facts, notice: SecretaryNotice, moment: datetime) -> Iterator[Planned]:
    for person, because in secretary(facts, notice.board, moment):
        at = facts.time_of(person).fit(moment, moment, notice.meeting.starts_at)
        why = f"{phrase(f'pages.because_{notice.kind}')}; {phrase(f'because.{because}')}"
        yield Planned(
            at=at,
            to=person.email,
            name=person.name,
            kind=notice.kind,
            about=About(meetings=((notice.board.key, local_day(notice.meeting.starts_at, facts.time.zone)),)),
            items=(public_title(notice.paper.item),) if notice.paper else (),
            because=with_days_off(why, facts, person, moment, at),
            withheld=is_outside(facts.pilot, person.id),
        )
