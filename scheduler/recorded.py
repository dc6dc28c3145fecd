"""Answers from a folder's responses/: given at the time they were given, as the lead gave them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from acts.lookups import find_window, get, organisation, returns_of
from acts.returns import give
from acts.windows import lock_window, open_window
from intake.folder import WindowName
from intake.responses import Response
from models import (
    ChatAccount,
    Digest,
    DigestKind,
    Item,
    Person,
    Programme,
    Return,
    ReturnState,
    Tenure,
    Window,
    WindowState,
)
from reports.digest import current_figures, told_now
from rules.facts import known
from rules.working_time import WorkingTime, at

OPEN = (ReturnState.AWAITING, ReturnState.RETURNED)


@dataclass(frozen=True)
class RecordedAnswer:
    """One recorded answer and when it comes in."""

    at: datetime
    window: WindowName
    response: Response


def recorded_answers(session: Session, responses: Mapping[WindowName, Sequence[Response]]) -> list[RecordedAnswer]:
    """Every recorded answer in the order of time; without a time of its own, somewhere in its window."""
    time = organisation(session).working_time
    found = []
    for name, rows in responses.items():
        window = find_window(session, *name)
        if window is not None:
            found += [RecordedAnswer(r.answered_at or falls(window, r.ref, time), name, r) for r in rows]
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
    minutes = [span[0] + timedelta(minutes=n) for span in spans for n in range(1, _minutes(*span))]
    return minutes[seed % len(minutes)] if minutes else window.opens_at


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 60))


def give_recorded(session: Session, answer: RecordedAnswer) -> bool:
    """Give one recorded answer, as its lead; False where it cannot be given: the window is not open, or it is in."""
    window = find_window(session, *answer.window)
    if window is None or window.state not in (WindowState.OPEN, WindowState.CLOSED):
        return False
    query = select(Return).join(Item).where(Return.window_id == window.id, Item.ref == answer.response.ref)
    ret = session.exec(query).first()
    if ret is None or ret.state not in OPEN:
        return False
    _give(session, ret, answer)
    return True


def _give(session: Session, ret: Return, answer: RecordedAnswer) -> None:
    give(session, ret, answer.response.answers, answer.at, _lead_id(session, ret), "file")


def _lead_id(session: Session, ret: Return) -> int | None:
    query = select(Tenure.person_id).join(Item, col(Item.lead_post_id) == Tenure.post_id).where(Item.id == ret.item_id)
    return session.exec(query.order_by(col(Tenure.id))).first()


def load_history(session: Session, before: datetime, answers: Sequence[RecordedAnswer]) -> None:
    """Windows that closed before this moment, with their recorded answers, locked; nobody is messaged."""
    query = select(Window).where(Window.closes_at < before)
    for window in sorted(session.exec(query), key=lambda window: window.closes_at):
        open_window(session, window, window.opens_at)
        session.flush()
        refs = {item.ref: ret for ret, item in returns_of(session, window)}
        name = (get(session, Programme, window.programme_id).key, window.key)
        for answer in answers:
            if answer.window == name and answer.response.ref in refs:
                _give(session, refs[answer.response.ref], answer)
        lock_window(session, window, window.late_until)
        session.flush()
        session.add(
            Digest(
                window_id=known(window.id),
                kind=DigestKind.LOCK,
                slot=f"r{window.revision}",
                made_at=window.late_until,
                figures=current_figures(session, window),
                told=told_now(session, window),
                text="",
            )
        )


def link_everyone(session: Session, platform: str) -> None:
    """Give everybody an account on a platform that needs none of its own; their e-mail address names it."""
    linked = set(session.exec(select(ChatAccount.person_id)))
    for person in session.exec(select(Person)):
        if person.id not in linked:
            session.add(ChatAccount(person_id=known(person.id), platform=platform, conversation=person.email))
