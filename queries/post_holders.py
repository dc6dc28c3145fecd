"""Queries for the holders of posts, by the same rule as `rules.people.recipients.holders`."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from remembrancer.models import Person, Tenure
from remembrancer.queries.organisation import organisation


def today(session: Session, now: datetime) -> date:
    """Return the current day in the organisation's time zone, in which tenures begin and end."""
    return now.astimezone(organisation(session).zone).date()


def in_force(day: date) -> ColumnElement[bool]:
    """Return the SQL condition that a tenure covers the day."""
    return and_(
        or_(col(Tenure.first_day).is_(None), col(Tenure.first_day) <= day),
        or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= day),
    )


def holders_by_post(session: Session, now: datetime, posts: Collection[int] | None = None) -> dict[int, list[Person]]:
    """Return the current holders of all posts, or of these, by post id; the holder who is asked first comes first.

    A vacant post is left out.
    """
    query = select(Tenure.post_id, Person).join(Person).where(Person.active, in_force(today(session, now)))
    if posts is not None:
        query = query.where(col(Tenure.post_id).in_(posts))
    found: dict[int, list[Person]] = defaultdict(list)
    for post_id, person in session.exec(query.order_by(col(Tenure.asked_first).desc(), col(Tenure.id))):
        found[post_id].append(person)
    return dict(found)
