"""Predicts what people will be told of changed windows: notices to secretaries, and corrections of old dates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from remembrancer.models import Board, OutgoingMessage, Person, Window
from remembrancer.models.message import MessageItem
from remembrancer.queries.message_recipients import CORRECTION, WINDOW_NOTICE, recipients_of
from remembrancer.queries.organisation import programme_of
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people.leave import reached_from
from remembrancer.rules.prompts.pilot import is_outside
from remembrancer.scheduler.notices.correction import Correction
from remembrancer.scheduler.notices.window_changes import changes_without_notice, secretaries_to_notify
from remembrancer.scheduler.notices.window_corrections import changed_windows, corrections_of_window
from remembrancer.scheduler.preview.types import Planned
from remembrancer.wording import phrase


def planned_window_news(
    session: Session, facts: Facts, prompts: Sequence[Planned], now: datetime, end: datetime
) -> Iterator[Planned]:
    """Yield the messages from now to `end` about windows that were changed already.

    `prompts` are the messages that ask for answers: whoever is asked again by then needs no correction.
    """
    facts, told = replace(facts, paused=False), set()
    for change in changes_without_notice(session, now, settled_by=end):
        window = session.get_one(Window, change.window_id)
        since = max(now, window.settles_at or now)
        for person in secretaries_to_notify(facts, window, change.by_id, since):
            at = facts.time_of(person).next_in_hours(since)
            told.add((stored_id(window.id), person.email))
            items = (of_window(session, window, window.closes_at),)
            yield _planned(session, facts, window, person, WINDOW_NOTICE, at, items)
    for window in changed_windows(session, now):
        since = max(now, window.settles_at or now)
        asked = {each.to for each in prompts if (each.programme, each.window) == _keys(session, window)}
        for correction, at in _corrections(session, facts, window, since):
            to = correction.to.email if isinstance(correction.to, Person) else correction.to.channel
            if at <= end and to not in asked and (stored_id(window.id), to) not in told:
                yield _planned(session, facts, window, correction.to, CORRECTION, at, correction.items)


def _corrections(
    session: Session, facts: Facts, window: Window, since: datetime
) -> Iterator[tuple[Correction, datetime]]:
    """Yield each correction once, at the first moment at which whoever it goes to can be reached."""
    moments = {since, facts.time.next_in_hours(since)}
    for each in recipients_of(session, window).people:
        moments.add(reached_from(facts.time_of(facts.people[each]), facts.absences.get(each, ()), since))
    written: set[str] = set()
    for moment in sorted(moments):
        for correction in corrections_of_window(session, window, facts, moment):
            is_new = correction.key not in written and not _is_written(session, correction.key)
            written.add(correction.key)
            if is_new:
                yield correction, moment


def _is_written(session: Session, key: str) -> bool:
    return session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == key)).first() is not None


def _keys(session: Session, window: Window) -> tuple[str, str]:
    return programme_of(session, window).key, window.key


def _planned(
    session: Session,
    facts: Facts,
    window: Window,
    to: Person | Board,
    kind: str,
    at: datetime,
    items: Sequence[MessageItem],
) -> Planned:
    return Planned(
        at=at,
        to=to.email if isinstance(to, Person) else to.channel,
        name=to.name,
        kind=kind,
        programme=_keys(session, window)[0],
        window=window.key,
        items=tuple(items),
        because=phrase(f"pages.because_{kind}"),
        withheld=is_outside(facts.pilot, to.id if isinstance(to, Person) else None),
    )
