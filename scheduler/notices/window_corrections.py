"""Corrections to the people and boards that were told dates of a window which have changed since."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, or_, select

from remembrancer.models import Board, OutgoingMessage, Person, Window, WindowChange, WindowState
from remembrancer.queries.boards import boards_of
from remembrancer.queries.message_recipients import CORRECTION, Recipient, recipients_of, recipients_since
from remembrancer.queries.organisation import get, programme_of
from remembrancer.queries.returns import GIVEN, returns_of
from remembrancer.queries.window_dates import DateChange, close_known_at, date_changes
from remembrancer.reports.message_items import of_window
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.leave import reached_from
from remembrancer.rules.prompts.chase import WANTED, is_settled
from remembrancer.rules.prompts.subjects import PromptSubject
from remembrancer.scheduler.notices.correction import Correction
from remembrancer.wording import render

CORRECTION_LIFETIME = timedelta(days=7)
"""The time after the lock in which corrections are still sent."""


def window_corrections(
    session: Session, facts: Facts, _subjects: Sequence[PromptSubject], now: datetime
) -> Iterator[Correction]:
    """Yield the corrections to whoever was told dates of a window which have changed since."""
    for window in changed_windows(session, now):
        if is_settled(window, now):
            yield from corrections_of_window(session, window, facts, now)


def changed_windows(session: Session, now: datetime) -> Sequence[Window]:
    """Return the windows whose dates were changed and of which corrections are still sent."""
    by_hand = exists().where(col(WindowChange.window_id) == Window.id, col(WindowChange.undone).is_(False))
    query = select(Window).where(
        Window.state != WindowState.SCHEDULED,
        Window.late_until > now - CORRECTION_LIFETIME,
        or_(Window.revision > 1, by_hand),
    )
    return session.exec(query).all()


def corrections_of_window(session: Session, window: Window, facts: Facts, now: datetime) -> Iterator[Correction]:
    """Yield the corrections of one window's dates to whoever can be reached at `now`."""
    changes = date_changes(session, window)
    if not changes:
        return
    reached = recipients_of(session, window, until=changes[-1].at)
    informed = recipients_since(session, window, changes[-1].at)
    for person_id, each in reached.people.items():
        person, was = facts.people[person_id], close_known_at(changes, each.last)
        wrong = was is not None and was != window.closes_at and (person_id, None) not in informed
        own, away = facts.time_of(person), facts.absences.get(person_id, ())
        if wrong and person.active and reached_from(own, away, now) <= now:
            yield _to_person(session, window, facts, person, each, was, changes[-1], now)
    # Boards are told of a window that is open again; of a locked one, the digests say when it closed.
    if window.state == WindowState.OPEN and facts.time.in_hours(now):
        for board in boards_of(session, window.programme_id):
            last = reached.boards.get(stored_id(board.id))
            if last is None or (None, board.id) in informed:
                continue
            if close_known_at(changes, last) != window.closes_at:
                programme, zone = programme_of(session, window), facts.time.zone
                text = render("messages/correction_board.md", programme=programme, window=window, zone=zone)
                yield _correction(session, board, text, changes[-1], window, now)


def _to_person(
    session: Session,
    window: Window,
    facts: Facts,
    person: Person,
    told: Recipient,
    was: datetime | None,
    change: DateChange,
    now: datetime,
) -> Correction:
    rows = returns_of(session, window)
    asked = [(ret, item) for ret, item in rows if ret.id in told.asked]
    answered = [item.ref for ret, item in asked if ret.state in GIVEN]
    wanted = [
        item.ref
        for ret, item in asked
        if ret.state in WANTED and any(who.id == person.id for who, _ in recipients.lead(facts, ret, now))
    ]
    others = [item.ref for ret, item in rows if ret.id in told.others and ret.state in WANTED]
    text = render(
        "messages/correction.md",
        programme=programme_of(session, window),
        window=window,
        was=was,
        zone=person.time_zone,
        answered=answered,
        wanted=wanted,
        others=others,
        of_digest=told.of_digest,
    )
    return _correction(session, person, text, change, window, now, [*wanted, *answered, *others])


def _correction(
    session: Session,
    to: Person | Board,
    text: str,
    change: DateChange,
    window: Window,
    now: datetime,
    refs: Sequence[str] = (),
) -> Correction:
    due = {WindowState.OPEN: window.closes_at, WindowState.CLOSED: window.late_until}.get(window.state)
    return Correction(
        to=to,
        key=f"{_key(change)}{'p' if isinstance(to, Person) else 'b'}{to.id}",
        kind=CORRECTION,
        text=text,
        expires_at=window.late_until if window.late_until > now else None,
        window=window,
        items=[of_window(session, window, due, ref) for ref in refs or (None,)],
    )


def _key(change: DateChange) -> str:
    return f"{CORRECTION}-{change.event_id}-"


def is_newest_correction(session: Session, row: OutgoingMessage, _now: datetime) -> bool:
    """Tell whether a correction that is not sent yet is about the newest change of dates."""
    changes = date_changes(session, get(session, Window, row.window_id))
    return bool(changes) and row.key.startswith(_key(changes[-1]))
