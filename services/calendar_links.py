"""Addresses of calendar feeds, signed because calendar programs fetch them without signing in."""

import secrets

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from remembrancer.models import Board, CalendarSecret, Person


def feed_token(session: Session, owner: Person | Board) -> str:
    """The signed token of a person's or a board's feed."""
    kind = "person" if isinstance(owner, Person) else "board"
    return str(_serializer(session, create=True).dumps([kind, owner.id]))


def feed_owner(session: Session, text: str) -> Person | Board | None:
    """The person or board of a token; None for an invalid token, or for somebody who has left."""
    try:
        kind, id = _serializer(session).loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if not isinstance(id, int):
        return None
    if kind == "board":
        return session.get(Board, id)
    person = session.get(Person, id) if kind == "person" else None
    return person if person is not None and person.active else None


def renew(session: Session) -> None:
    """Make all addresses given out so far invalid."""
    row = session.get(CalendarSecret, 1, with_for_update=True)
    if row is not None:
        row.secret = secrets.token_urlsafe(32)


def _serializer(session: Session, create: bool = False) -> URLSafeSerializer:
    row = session.get(CalendarSecret, 1)
    if row is None and create:
        row = _create_signing(session)
    return URLSafeSerializer(row.secret if row else secrets.token_urlsafe(32), salt="calendar")


def _create_signing(session: Session) -> CalendarSecret:
    try:
        with session.begin_nested():
            session.add(CalendarSecret(secret=secrets.token_urlsafe(32)))
    except IntegrityError:
        session.expire_all()  # another process made the first address at the same moment
    return session.get_one(CalendarSecret, 1)
