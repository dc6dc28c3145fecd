"""Predicts the notices about meetings that secretaries will get."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from remembrancer.queries.papers import papers_to_come
from remembrancer.rules.facts import Facts
from remembrancer.rules.forward_plan.meeting_notices import SecretaryNotice, is_due
from remembrancer.rules.forward_plan.papers import secretary
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.scheduler.notices.meeting_notices import item_of, notices_to_come, sent_notice_keys
from remembrancer.scheduler.preview.days_off import with_days_off
from remembrancer.scheduler.preview.types import Planned
from remembrancer.wording import phrase


def planned_notices(session: Session, facts: Facts, now: datetime, end: datetime) -> Iterator[Planned]:
    """Yield the agenda packs, reminders to publish and alarms about notices from now to `end`."""
    facts, sent = replace(facts, paused=False), sent_notice_keys(session)
    for notice in notices_to_come(session, facts, papers_to_come(session, now), now):
        moment = max(notice.since, now)
        if moment <= end and is_due(notice, sent, moment, facts.time.zone):
            yield from _messages_of(session, facts, notice, moment)


def _messages_of(session: Session, facts: Facts, notice: SecretaryNotice, moment: datetime) -> Iterator[Planned]:
    for person, because in secretary(facts, notice.board, moment):
        at = facts.time_of(person).fit(moment, moment, notice.meeting.starts_at)
        why = f"{phrase(f'pages.because_{notice.kind}')}; {phrase(f'because.{because}')}"
        yield Planned(
            at=at,
            to=person.email,
            name=person.name,
            kind=notice.kind,
            programme="",
            window="",
            items=(item_of(session, notice),),
            because=with_days_off(why, facts, person, moment, at),
            withheld=is_outside(facts.pilot, person.id),
        )
