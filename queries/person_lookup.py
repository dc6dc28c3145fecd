"""Finds the people whom a command or an event names."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from remembrancer.models import Person
from remembrancer.rules.people.person_fields import plain_name, split_identity


def people_called(session: Session, text: str) -> Sequence[Person]:
    """Return the person with this e-mail address, or else the active people of this name or at this shared address."""
    wanted = text.strip().lower()
    exact = session.exec(select(Person).where(Person.email == wanted)).first()
    if exact is not None or not wanted:
        return [exact] if exact else []
    active = session.exec(select(Person).where(Person.active).order_by(col(Person.email)))
    name = plain_name(text)
    return [each for each in active if name == plain_name(each.name) or wanted == split_identity(each.email)[1]]
