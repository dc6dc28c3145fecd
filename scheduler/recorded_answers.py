"""Replays the recorded answers of a folder's responses/ in simulations and the demonstration."""

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
from remembrancer.rules.facts import stored_id
from remembrancer.rules.prompts.chase import RUNNING, WANTED
from remembrancer.services.backfill import lead_id
from remembrancer.services.returns import store_answer
from remembrancer.services.windows import open_window


@dataclass(frozen=True)
class RecordedAnswer:
    """One recorded answer and the moment at which it is given."""

    at: datetime
    window: WindowName
    response: Response


def recorded_answers(session: Session, responses: Mapping[WindowName, Sequence[Response]]) -> list[RecordedAnswer]:
    """Return the recorded answers in the order of time.

    An answer without a time gets one within its window, and one from before the window opened gets the opening.
    """
    time = organisation(session).working_time
    found = []
    for name, rows in responses.items():
        window = find_window(session, *name)
        if window is not None:
            found += [
                RecordedAnswer(max(r.answered_at or time_in_window(window, r.ref, time), window.opens_at), name, r)
                for r in rows
            ]
    return sorted(found, key=lambda answer: (answer.at, answer.window, answer.response.ref))


def time_in_window(window: Window, ref: str, time: WorkingTime) -> datetime:
    """Return a pseudo-random moment in the window's working hours, always the same for the same window and item."""
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
    """Return the number of whole minutes strictly between two moments."""
    return max(0, int((end - start).total_seconds() // 60) - 1)


def give_recorded(session: Session, answer: RecordedAnswer) -> bool:
    """Submit a recorded answer as the lead; return False where the window takes no answers or the return has one."""
    window = find_window(session, *answer.window)
    if window is None or window.state not in RUNNING:
        return False
    query = select(Return, Item).join(Item).where(Return.window_id == window.id, Item.ref == answer.response.ref)
    found = session.exec(query).first()
    if found is None or found[0].state not in WANTED:
        return False
    store_answer(session, found[0], answer.response.answers, answer.at, lead_id(session, found[1], answer.at), "file")
    return True


def catch_up(session: Session, answers: Sequence[RecordedAnswer], now: datetime) -> list[RecordedAnswer]:
    """Open the windows that should be open and submit the answers from before now; return the later answers."""
    query = select(Window).where(Window.state == WindowState.SCHEDULED, Window.opens_at < now)
    for window in session.exec(query):
        open_window(session, window, window.opens_at)
    session.flush()
    for answer in answers:
        if answer.at < now:
            give_recorded(session, answer)
    return [answer for answer in answers if answer.at >= now]


def link_everyone(session: Session, platform: str) -> None:
    """Create an account for everybody on a platform without accounts of its own, named by e-mail address."""
    linked = set(session.exec(select(ChatAccount.person_id)))
    for person in session.exec(select(Person)):
        if person.id not in linked:
            session.add(ChatAccount(person_id=stored_id(person.id), platform=platform, conversation=person.email))
