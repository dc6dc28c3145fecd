"""Leave, and who is asked instead."""

from datetime import date, datetime

from sqlmodel import Session, select

from acts.audit import note
from models import Absence, Person
from rules.working_time import DAY


def record_absence(
    session: Session,
    person_id: int,
    first_day: date,
    last_day: date,
    delegate_id: int | None,
    now: datetime,
    by: int | None,
) -> Absence:
    """Record a person's leave, both days included. Leave that begins on the same day is the same leave, changed."""
    query = select(Absence).where(Absence.person_id == person_id, Absence.first_day == first_day)
    absence = session.exec(query).first() or Absence(person_id=person_id, first_day=first_day, last_day=last_day)
    absence.last_day, absence.delegate_id = last_day, delegate_id
    session.add(absence)
    session.flush()
    days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    note(session, now, by, "away", _subject(session, person_id), **days, delegate=delegate_id)
    return absence


def name_delegate(session: Session, absence: Absence, delegate_id: int | None, now: datetime, by: int | None) -> None:
    """Have somebody asked instead while the person is away; None takes the name back."""
    absence.delegate_id = delegate_id
    note(session, now, by, "delegate_named", _subject(session, absence.person_id), delegate=delegate_id)


def end_absence(session: Session, absence: Absence, today: date, now: datetime, by: int | None) -> Absence | None:
    """The person is at work today: what was taken of the leave is kept; None where nothing was."""
    if absence.first_day >= today:
        cancel_absence(session, absence, now, by)
        return None
    return record_absence(session, absence.person_id, absence.first_day, today - DAY, absence.delegate_id, now, by)


def cancel_absence(session: Session, absence: Absence, now: datetime, by: int | None) -> None:
    """The leave is not taken after all."""
    note(session, now, by, "leave_cancelled", _subject(session, absence.person_id), first_day=str(absence.first_day))
    session.delete(absence)
    session.flush()


def _subject(session: Session, person_id: int) -> str:
    return f"person {session.get_one(Person, person_id).email}"
