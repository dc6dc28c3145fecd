"""Answers from a folder's responses/: given at the time they were given, as the lead gave them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from remembrancer.intake.folder.answer_files import WindowName
from remembrancer.intake.folder.responses import Response
from remembrancer.models import ChatAccount, Item, Person, Return, Window, WindowState
from remembrancer.queries.organisation import organisation
from remembrancer.queries.windows import find_window
from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.facts import known
from remembrancer.rules.prompts.returns import RUNNING, WANTED
from remembrancer.services.backfill import lead_id
from remembrancer.services.returns import give
from remembrancer.services.windows import open_window


@dataclass(frozen=True)
class RecordedAnswer:
    """One recorded answer and when it comes in."""

    at: datetime
    window: WindowName
    response: Response


def recorded_answers(session: Session, responses: Mapping[WindowName, Sequence[Response]]) -> list[RecordedAnswer]:
    """Every recorded answer in the order of time; without a time of its own, somewhere in its window.

    What was answered before the window opened counts from its opening.
    """
    time = organisation(session).working_time
    found = []
    for name, rows in responses.items():
        window = find_window(session, *name)
        if window is not None:
            found += [
                RecordedAnswer(max(r.answered_at or falls(window, r.ref, time), window.opens_at), name, r) for r in rows
            ]
    return sorted(found, key=lambda answer: (answer.at, answer.window, answer.response.ref))


def falls(window: Window, ref: str, time: WorkingTime) -> datetime:
    """Some moment of working hours within the window, the same each time for the same window and item."""
    seed = int.from_bytes(hashlib.sha256(f"{window.key} {ref}".encode()).digest()[:8])
    here = ZoneInfo(time.zone)
    days = time.between(window.opens_at.astimezone(here).date(), window.closes_at.astimezone(here).date())
    spans = [
        (max(at(day, time.starts, time.zone), window.opens_at), min(at(day, time.ends, time.zone), window.closes_at))
        for day in days
    ]
    lengths = [_minutes(*span) for span in spans]
    left = seed % sum(lengths) if any(lengths) else 0
    for (start, _), length in zip(spans, lengths, strict=True):
        if left < length:
            return start + timedelta(minutes=left + 1)
        left -= length
    return window.opens_at


def _minutes(start: datetime, end: datetime) -> int:
    """The whole minutes that lie strictly between."""
    return max(0, int((end - start).total_seconds() // 60) - 1)


def give_recorded(session: Session, answer: RecordedAnswer) -> bool:
    """Give one recorded answer, as its lead; False where it cannot be given: the window is not open, or it is in."""
    window = find_window(session, *answer.window)
    if window is None or window.state not in RUNNING:
        return False
    query = select(Return, Item).join(Item).where(Return.window_id == window.id, Item.ref == answer.response.ref)
    found = session.exec(query).first()
    if found is None or found[0].state not in WANTED:
        return False
    give(session, found[0], answer.response.answers, answer.at, lead_id(session, found[1], answer.at), "file")
    return True


def catch_up(session: Session, answers: Sequence[RecordedAnswer], now: datetime) -> list[RecordedAnswer]:
    """Begin in the middle: windows that are open already have been given what came in before now; what is to come."""
    query = select(Window).where(Window.state == WindowState.SCHEDULED, Window.opens_at < now)
    for window in session.exec(query):
        open_window(session, window, window.opens_at)
    session.flush()
    for answer in answers:
        if answer.at < now:
            give_recorded(session, answer)
    return [answer for answer in answers if answer.at >= now]


def link_everyone(session: Session, platform: str) -> None:
    """Give everybody an account on a platform that needs none of its own; their e-mail address names it."""
    linked = set(session.exec(select(ChatAccount.person_id)))
    for person in session.exec(select(Person)):
        if person.id not in linked:
            session.add(ChatAccount(person_id=known(person.id), platform=platform, conversation=person.email))
