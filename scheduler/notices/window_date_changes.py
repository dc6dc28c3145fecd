"""Sends corrections to the people and boards that were told dates of a window which have changed since."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, exists
from sqlmodel import Session, col, or_, select

from remembrancer.models import Board, OutgoingMessage, Person, Window, WindowChange, WindowState
from remembrancer.models.database import write_once
from remembrancer.models.message import message
from remembrancer.queries.boards import boards_of
from remembrancer.queries.facts import load_facts
from remembrancer.queries.message_recipients import CORRECTION, Recipient, recipients_of, recipients_since
from remembrancer.queries.organisation import get, programme_of
from remembrancer.queries.returns import GIVEN, returns_of
from remembrancer.queries.window_dates import DateChange, close_known_at, date_changes
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.leave import reached_from
from remembrancer.rules.prompts.returns import WANTED, is_settled
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render

CORRECTION_LIFETIME = timedelta(days=7)
"""The time after the lock in which corrections are still sent."""


def send_corrections(engine: Engine, now: datetime) -> None:
    """Send the corrections that are due, one window to a transaction; repeating it is harmless.

    Call it after planning: whoever is asked again gets the new dates with the prompt, and needs no correction.
    """
    with Session(engine) as session:
        ids = [window.id for window in _changed_windows(session, now) if is_settled(window, now)]
        facts = load_facts(session) if ids else None
    for window_id in ids:
        if facts is not None and not facts.paused:
            with write_once(engine, window=window_id) as session:
                _correct(session, get(session, Window, window_id), facts, now)


def _changed_windows(session: Session, now: datetime) -> Sequence[Window]:
    by_hand = exists().where(col(WindowChange.window_id) == Window.id, col(WindowChange.undone).is_(False))
    query = select(Window).where(
        Window.state != WindowState.SCHEDULED,
        Window.late_until > now - CORRECTION_LIFETIME,
        or_(Window.revision > 1, by_hand),
    )
    return session.exec(query).all()


def _correct(session: Session, window: Window, facts: Facts, now: datetime) -> None:
    changes = date_changes(session, window)
    if not changes:
        return
    reached = recipients_of(session, window, until=changes[-1].at)
    informed = recipients_since(session, window, changes[-1].at)
    for person_id, each in reached.people.items():
        person, was = facts.people[person_id], close_known_at(changes, each.last)
        wrong = was is not None and was != window.closes_at and (person_id, None) not in informed
        if wrong and person.active and reached_from(facts.time, person, facts.absences.get(person_id, ()), now) <= now:
            _correct_person(session, window, facts, changes[-1], person, each, was, now)
    if window.state == WindowState.OPEN and facts.time.in_hours(now, facts.time.zone):
        _correct_boards(session, window, changes, reached.boards, informed, facts, now)


def _correct_person(
    session: Session,
    window: Window,
    facts: Facts,
    change: DateChange,
    person: Person,
    told: Recipient,
    was: datetime | None,
    now: datetime,
) -> None:
    rows = returns_of(session, window)
    asked = [(ret, item) for ret, item in rows if ret.id in told.asked]
    text = render(
        "messages/correction.md",
        programme=programme_of(session, window),
        window=window,
        was=was,
        zone=person.time_zone,
        answered=[item.ref for ret, item in asked if ret.state in GIVEN],
        wanted=[
            item.ref
            for ret, item in asked
            if ret.state in WANTED and any(who.id == person.id for who, _ in recipients.lead(facts, ret, now))
        ],
        others=[item.ref for ret, item in rows if ret.id in told.others and ret.state in WANTED],
        of_digest=told.of_digest,
    )
    _send(session, person, text, change, window, now)


def _correct_boards(
    session: Session,
    window: Window,
    changes: Sequence[DateChange],
    digests: dict[int, datetime],
    informed: Collection[tuple[int | None, int | None]],
    facts: Facts,
    now: datetime,
) -> None:
    """Correct the boards that received a digest with another close of a window that is open again."""
    for board in boards_of(session, window.programme_id):
        last = digests.get(stored_id(board.id))
        if last is not None and (None, board.id) not in informed and close_known_at(changes, last) != window.closes_at:
            text = render(
                "messages/correction_board.md",
                programme=programme_of(session, window),
                window=window,
                zone=facts.time.zone,
            )
            _send(session, board, text, changes[-1], window, now)


def _send(session: Session, to: Person | Board, text: str, change: DateChange, window: Window, now: datetime) -> None:
    whom = "p" if isinstance(to, Person) else "b"
    expires_at = window.late_until if window.late_until > now else None
    enqueue(
        session,
        to,
        message(text),
        key=f"{_key(change)}{whom}{to.id}",
        kind=CORRECTION,
        because=CORRECTION,
        now=now,
        window=window,
        expires_at=expires_at,
    )


def _key(change: DateChange) -> str:
    return f"{CORRECTION}-{change.event_id}-"


def is_newest_correction(session: Session, row: OutgoingMessage, _now: datetime) -> bool:
    """Tell whether a correction that is not sent yet is about the newest change of dates."""
    changes = date_changes(session, get(session, Window, row.window_id))
    return bool(changes) and row.key.startswith(_key(changes[-1]))
