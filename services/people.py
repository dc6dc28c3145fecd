"""People join, leave, go on leave and come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from remembrancer.models import Absence, Item, OutgoingMessage, Person, Post, SendState, Tenure
from remembrancer.queries.organisation import organisation
from remembrancer.queries.post_holders import today
from remembrancer.rules.calendar.time_zones import known_zones
from remembrancer.rules.calendar.working_time import DAY
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.person_fields import EMAIL, ROLES, shared_identity, split_identity
from remembrancer.services.audit import record_event
from remembrancer.services.leave import current_and_future_leave, end_absence, record_leave
from remembrancer.services.posts import end, hold, holders_from_now, items_led, must_be_active


def subject(person: Person) -> str:
    return f"person {person.email}"


def join(
    session: Session,
    email: str,
    name: str,
    now: datetime,
    by: int | None,
    time_zone: str = "",
    roles: Sequence[str] = (),
    post: Post | None = None,
) -> Person:
    """Add a person, or bring back one who had left; `post` is a vacant one that they hold from today.

    `email` may be a name and an address that several people share: 'Jo Hall <clerks@example.org>'. Without a time zone,
    the organisation's is used. Raises RefusalError for invalid values.
    """
    shared_by, address = split_identity(email.strip().lower())
    email, zone = shared_identity(shared_by, address) if shared_by else address, time_zone.strip()
    zone = zone or organisation(session).time_zone
    person = session.exec(select(Person).where(Person.email == email).with_for_update()).first()
    _check_joiner(email, name, zone, roles, person)
    if post is not None and (holders := holders_from_now(session, post, now)):
        raise RefusalError("post_is_held", field="vacant", post=post.name, name=holders[0].name)
    person = person or Person(email=email, name="", time_zone=zone)
    person.name, person.time_zone, person.roles, person.active = name.strip(), zone, sorted(set(roles)), True
    session.add(person)
    session.flush()
    record_event(session, now, by, "joined", subject(person), name=person.name, roles=person.roles)
    if post is not None:
        hold(session, post, person, now, by)
    return person


def _check_joiner(email: str, name: str, zone: str, roles: Sequence[str], existing: Person | None) -> None:
    if not email:
        raise RefusalError("email_needed", field="email")
    if not EMAIL.fullmatch(split_identity(email)[1]):
        raise RefusalError("no_email", field="email", text=email)
    if existing is not None and existing.active:
        raise RefusalError("email_taken", field="email", email=email, name=existing.name)
    if not name.strip():
        raise RefusalError("no_name", field="name")
    if zone not in known_zones():
        raise RefusalError("no_such_zone", field="time_zone", text=zone)
    for role in roles:
        if role not in ROLES:
            raise RefusalError("no_such_role", field="roles", text=role, roles=", ".join(ROLES))


@dataclass(frozen=True)
class Departure:
    """A person's leaving, planned or done: `vacant` posts, `shared` posts, and the `items` that nobody leads then."""

    person: Person
    vacant: tuple[Post, ...]
    shared: tuple[Post, ...]
    items: tuple[Item, ...]


def plan_leaving(session: Session, person: Person, now: datetime) -> Departure:
    """The effect of a person's leaving, with nothing changed. Raises RefusalError where they cannot leave."""
    session.refresh(person, with_for_update=True)
    must_be_active(session, person, "person")
    admins = [p for p in session.exec(select(Person).where(Person.active)) if "admin" in p.roles]
    if [admin.id for admin in admins] == [person.id]:
        raise RefusalError("last_admin", field="person", name=person.name)
    held = [tenure.post_id for tenure in _tenures(session, person, now)]
    posts = session.exec(select(Post).where(col(Post.id).in_(held)).order_by(col(Post.name))).all()
    shared = tuple(post for post in posts if _others_hold(session, post, person, now))
    vacant = tuple(post for post in posts if post not in shared)
    items = tuple(items_led(session, [stored_id(post.id) for post in vacant]))
    return Departure(person=person, vacant=vacant, shared=shared, items=items)


def _tenures(session: Session, person: Person, now: datetime) -> Sequence[Tenure]:
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= today(session, now))
    return session.exec(select(Tenure).where(Tenure.person_id == person.id, ends)).all()


def _others_hold(session: Session, post: Post, person: Person, now: datetime) -> bool:
    ends = or_(col(Tenure.last_day).is_(None), col(Tenure.last_day) >= today(session, now))
    query = select(Tenure.id).join(Person).where(Tenure.post_id == post.id, Tenure.person_id != person.id)
    return session.exec(query.where(Person.active, ends)).first() is not None


def leave(session: Session, person: Person, now: datetime, by: int | None) -> Departure:
    """The person leaves: they hold no post from today, and are neither asked nor messaged any more.

    Their records are kept. Raises RefusalError where they cannot leave.
    """
    planned = plan_leaving(session, person, now)
    for tenure in _tenures(session, person, now):
        end(session, tenure, today(session, now) - DAY)
    person.active = False
    waiting = select(OutgoingMessage).where(
        OutgoingMessage.person_id == person.id, OutgoingMessage.state == SendState.PENDING
    )
    for row in session.exec(waiting.with_for_update()):
        row.state = SendState.DROPPED
    record_event(session, now, by, "left", subject(person), vacant=[post.name for post in planned.vacant])
    session.flush()
    return planned


def begin_leave(
    session: Session,
    person: Person,
    first_day: date,
    last_day: date,
    delegate: Person | None,
    now: datetime,
    by: int | None,
) -> Absence:
    """Record a person's leave, both days included, and their delegate. Raises RefusalError for invalid values."""
    must_be_active(session, person, "person")
    if last_day < first_day:
        raise RefusalError("leave_ends_first", field="last")
    if last_day < now.astimezone(ZoneInfo(person.time_zone)).date():
        raise RefusalError("leave_is_over", field="last")
    if delegate is not None and delegate.id == person.id:
        raise RefusalError("own_delegate", field="delegate", name=person.name)
    if delegate is not None:
        must_be_active(session, delegate, "delegate")
    return record_leave(session, stored_id(person.id), first_day, last_day, delegate.id if delegate else None, now, by)


def move_zone(session: Session, person: Person, time_zone: str, now: datetime, by: int | None) -> None:
    """Set the person's time zone. Raises RefusalError for an unknown one."""
    if time_zone not in known_zones():
        raise RefusalError("no_such_zone", field="time_zone", text=time_zone)
    if time_zone != person.time_zone:
        record_event(session, now, by, "zone_changed", subject(person), was=person.time_zone, time_zone=time_zone)
        person.time_zone = time_zone
        session.flush()


def set_own_hours(
    session: Session, person: Person, works: str, prompt_hour: str, now: datetime, by: int | None
) -> None:
    """Set the days on which a person works and the hour from which they are messaged, both as `Person` has them."""
    was = {"works": person.works, "prompt_hour": person.prompt_hour}
    given = {"works": works, "prompt_hour": prompt_hour}
    if was != given:
        record_event(session, now, by, "hours_changed", subject(person), was=was, **given)
        person.works, person.prompt_hour = works, prompt_hour
        session.flush()


@dataclass(frozen=True)
class Back:
    """A leave that was ended: its days before, and whether it had begun."""

    first_day: date
    last_day: date
    was_away: bool


def end_leave(session: Session, person: Person, now: datetime, by: int | None, absence_id: int | None = None) -> Back:
    """End the leave that the person is on, as of yesterday, or else cancel the next one.

    With `absence_id`, that leave. Raises RefusalError where there is none.
    """
    day = now.astimezone(ZoneInfo(person.time_zone)).date()
    coming = current_and_future_leave(session, stored_id(person.id), day)
    absence = next((each for each in coming if absence_id in (None, each.id)), None)
    if absence is None:
        raise RefusalError("nobody_away", field="person", name=person.name)
    ended = Back(absence.first_day, absence.last_day, absence.first_day <= day)
    end_absence(session, absence, day, now, by)
    return ended
