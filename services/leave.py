"""Leave, and who is asked instead: recorded so that no day has two contradictory words, ended, and taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import Absence, Person
from remembrancer.rules.calendar.working_time import DAY
from remembrancer.services.audit import note
from remembrancer.services.leave_notices import told_of_leave


def own_leave(session: Session, person_id: int) -> Sequence[Absence]:
    """All of a person's leave, over or not, in order."""
    query = select(Absence).where(Absence.person_id == person_id)
    return session.exec(query.order_by(col(Absence.first_day), col(Absence.id))).all()


def keep(
    session: Session,
    person_id: int,
    first_day: date,
    last_day: date,
    delegate_id: int | None,
    now: datetime,
    by: int | None,
    instead_of: Absence | None = None,
) -> Absence:
    """Record a person's leave, both days included: the later word wins for the days that it names.

    What other leave says of other days stays. Leave that begins on the same day is the same leave, changed, and so is
    `instead_of`. Where the same delegate is asked, what overlaps or adjoins is one leave; the leave as it then is.
    """
    with told_of_leave(session, person_id, now, by):
        first, last, same = first_day, last_day, [instead_of] if instead_of else []
        for other in own_leave(session, person_id):
            is_named = first_day <= other.first_day and other.last_day <= last_day
            touches = other.first_day <= last_day + DAY and first_day - DAY <= other.last_day
            if other is instead_of:
                continue
            if is_named or other.first_day == first_day:
                same.append(other)
            elif touches and other.delegate_id == delegate_id:
                first, last = min(first, other.first_day), max(last, other.last_day)
                same.append(other)
            elif touches:
                _cut(session, other, first_day, last_day)
        kept, *taken_in = same or [Absence(person_id=person_id, first_day=first, last_day=last)]
        for other in taken_in:
            session.delete(other)
        kept.first_day, kept.last_day = first, last
        return _record(session, kept, delegate_id, now, by)


def _cut(session: Session, other: Absence, first_day: date, last_day: date) -> None:
    """Leave a leave the days before these, and those after them."""
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


def keep_as_said(session: Session, person_id: int, first_day: date, last_day: date, now: datetime) -> Absence:
    """Keep a leave that the person gives in words, which name no delegate: the leave that it changes gives one.

    It changes the end of the leave that it begins in, and takes in those that lie in it.
    """
    first, delegate_id = first_day, None
    for other in own_leave(session, person_id):
        if other.first_day <= first_day <= other.last_day:
            first, delegate_id = other.first_day, other.delegate_id
        elif first_day < other.first_day and other.last_day <= last_day:
            delegate_id = delegate_id or other.delegate_id
    return keep(session, person_id, first, last_day, delegate_id, now, person_id)


def name_delegate(session: Session, absence: Absence, delegate_id: int | None, now: datetime, by: int | None) -> None:
    """Have somebody asked instead while the person is away; None takes the name back."""
    with told_of_leave(session, absence.person_id, now, by):
        absence.delegate_id = delegate_id
        note(session, now, by, "delegate_named", _subject(session, absence.person_id), delegate=delegate_id)


def end_absence(session: Session, absence: Absence, today: date, now: datetime, by: int | None) -> None:
    """The person is at work today, or takes no leave after all: what was taken of it is kept.

    Leave that follows it without a day between was one with it, and ends too.
    """
    with told_of_leave(session, absence.person_id, now, by):
        for each in _adjoining(session, absence):
            if each.first_day >= today:
                _cancel(session, each, now, by)
            else:
                each.last_day = today - DAY
                _record(session, each, each.delegate_id, now, by)


def _adjoining(session: Session, absence: Absence) -> list[Absence]:
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
    """The leave that the person is on, and what is to come."""
    return [absence for absence in own_leave(session, person_id) if absence.last_day >= today]


def _subject(session: Session, person_id: int) -> str:
    return f"person {session.get_one(Person, person_id).email}"
