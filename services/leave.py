"""Records, changes, ends and cancels leave and its delegates, so that no day has two contradictory entries."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import Absence, Person
from remembrancer.rules.calendar.working_time import DAY
from remembrancer.services.audit import note
from remembrancer.services.leave_notices import notify_of_leave


def own_leave(session: Session, person_id: int) -> Sequence[Absence]:
    """All of a person's leave, past or not, in order."""
    query = select(Absence).where(Absence.person_id == person_id)
    return session.exec(query.order_by(col(Absence.first_day), col(Absence.id))).all()


def record_leave(
    session: Session,
    person_id: int,
    first_day: date,
    last_day: date,
    delegate_id: int | None,
    now: datetime,
    by: int | None,
    instead_of: Absence | None = None,
) -> Absence:
    """Record a leave, both days included; for its days it replaces earlier entries.

    Other leave keeps its other days. Leave that begins on the same day is changed, and so is `instead_of`. Leave with
    the same delegate that overlaps or adjoins is merged; the merged leave is returned.
    """
    with notify_of_leave(session, person_id, now, by):
        first, last, replaced = first_day, last_day, [instead_of] if instead_of else []
        for other in own_leave(session, person_id):
            is_named = first_day <= other.first_day and other.last_day <= last_day
            touches = other.first_day <= last_day + DAY and first_day - DAY <= other.last_day
            if other is instead_of:
                continue
            if is_named or other.first_day == first_day:
                replaced.append(other)
            elif touches and other.delegate_id == delegate_id:
                first, last = min(first, other.first_day), max(last, other.last_day)
                replaced.append(other)
            elif touches:
                _cut(session, other, first_day, last_day)
        entry, *merged = replaced or [Absence(person_id=person_id, first_day=first, last_day=last)]
        for other in merged:
            session.delete(other)
        entry.first_day, entry.last_day = first, last
        return _record(session, entry, delegate_id, now, by)


def _cut(session: Session, other: Absence, first_day: date, last_day: date) -> None:
    """Reduce a leave to the days before and after these."""
    if other.last_day > last_day:
        after = Absence(person_id=other.person_id, first_day=last_day + DAY, last_day=other.last_day)
        after.delegate_id = other.delegate_id
        session.add(after)
    if other.first_day < first_day:
        other.last_day = min(other.last_day, first_day - DAY)
    else:
        session.delete(other)


def _record(session: Session, absence: Absence, delegate_id: int | None, now: datetime, by: int | None) -> Absence:
    absence.delegate_id = delegate_id
    session.add(absence)
    session.flush()
    days = {"first_day": absence.first_day.isoformat(), "last_day": absence.last_day.isoformat()}
    note(session, now, by, "away", _subject(session, absence.person_id), **days, delegate=delegate_id)
    return absence


def record_leave_from_text(session: Session, person_id: int, first_day: date, last_day: date, now: datetime) -> Absence:
    """Record a leave given as text, which names no delegate; the delegate is that of the leave it changes.

    It changes the end of the leave in which it begins, and takes in those that lie in it.
    """
    first, delegate_id = first_day, None
    for other in own_leave(session, person_id):
        if other.first_day <= first_day <= other.last_day:
            first, delegate_id = other.first_day, other.delegate_id
        elif first_day < other.first_day and other.last_day <= last_day:
            delegate_id = delegate_id or other.delegate_id
    return record_leave(session, person_id, first, last_day, delegate_id, now, person_id)


def name_delegate(session: Session, absence: Absence, delegate_id: int | None, now: datetime, by: int | None) -> None:
    """Set who is asked instead during the leave; None removes the delegate."""
    with notify_of_leave(session, absence.person_id, now, by):
        absence.delegate_id = delegate_id
        note(session, now, by, "delegate_named", _subject(session, absence.person_id), delegate=delegate_id)


def end_absence(session: Session, absence: Absence, today: date, now: datetime, by: int | None) -> None:
    """End a leave because the person is at work today or does not take it; its past days are kept.

    Leave that follows without a day between ends too.
    """
    with notify_of_leave(session, absence.person_id, now, by):
        for each in _adjoining(session, absence):
            if each.first_day >= today:
                _cancel(session, each, now, by)
            else:
                each.last_day = today - DAY
                _record(session, each, each.delegate_id, now, by)


def _adjoining(session: Session, absence: Absence) -> list[Absence]:
    """The leave, and what follows it without a day between."""
    found = [absence]
    for other in own_leave(session, absence.person_id):
        if found[-1].first_day < other.first_day <= found[-1].last_day + DAY:
            found.append(other)
    return found


def _cancel(session: Session, absence: Absence, now: datetime, by: int | None) -> None:
    note(session, now, by, "leave_cancelled", _subject(session, absence.person_id), first_day=str(absence.first_day))
    session.delete(absence)
    session.flush()


def leave_to_come(session: Session, person_id: int, today: date) -> list[Absence]:
    """The leave that the person is on, and later ones."""
    return [absence for absence in own_leave(session, person_id) if absence.last_day >= today]


def _subject(session: Session, person_id: int) -> str:
    return f"person {session.get_one(Person, person_id).email}"
