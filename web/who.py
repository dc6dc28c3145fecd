"""Who is who: people with their posts, and whom they report to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models import Absence, Person
from rules import people
from rules.facts import Facts, known


@dataclass(frozen=True)
class Leave:
    """A person's leave, and who is asked instead."""

    first_day: date
    last_day: date
    instead: str
    now: bool


@dataclass(frozen=True)
class Who:
    """One person as the pages show them. `part` is lead, line, secretary or admin; `leads` are 'ref title'."""

    id: int
    name: str
    email: str
    part: str
    posts: tuple[str, ...]
    managers: tuple[tuple[str, str], ...]
    roles: tuple[str, ...]
    leave: tuple[Leave, ...]
    leads: tuple[tuple[str, str], ...]


def everyone(facts: Facts, now: datetime) -> list[Who]:
    """Everybody who is active, in the order of the organisation's own list."""
    held = _held(facts, now)
    return [
        _who(facts, person, held.get(known(person.id), []), now) for person in facts.people.values() if person.active
    ]


def _held(facts: Facts, now: datetime) -> Mapping[int, list[int]]:
    """The posts that each person holds today."""
    held: dict[int, list[int]] = {}
    for post_id in facts.posts:
        for person in people.holders(facts, post_id, now):
            held.setdefault(known(person.id), []).append(post_id)
    return held


def _who(facts: Facts, person: Person, posts: list[int], now: datetime) -> Who:
    leads = tuple((item.ref, item.title) for item in facts.items.values() if item.lead_post_id in posts)
    return Who(
        id=known(person.id),
        name=person.name,
        email=person.email,
        part=_part(facts, person, posts, bool(leads)),
        posts=tuple(facts.posts[post_id].name for post_id in posts),
        managers=tuple(_managers(facts, posts, now)),
        roles=tuple(person.roles),
        leave=tuple(_leave(facts, absence, person, now) for absence in facts.absences.get(known(person.id), ())),
        leads=leads,
    )


def _part(facts: Facts, person: Person, posts: list[int], leads: bool) -> str:
    """What the person mostly is to the service."""
    if leads:
        return "lead"
    hearings = [hearing for hearings in facts.hearings.values() for hearing in hearings]
    if any(hearing.secretary_post_id in posts for hearing in hearings):
        return "secretary"
    return "admin" if "admin" in person.roles else "line"


def _managers(facts: Facts, posts: list[int], now: datetime) -> Iterator[tuple[str, str]]:
    """The post above each post, and who holds it."""
    for post_id in posts:
        above = facts.posts[post_id].reports_to_id
        if above is not None:
            names = ", ".join(person.name for person in people.holders(facts, above, now))
            yield facts.posts[above].name, names


def _leave(facts: Facts, absence: Absence, person: Person, now: datetime) -> Leave:
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    instead = facts.people[absence.delegate_id].name if absence.delegate_id is not None else ""
    return Leave(
        first_day=absence.first_day,
        last_day=absence.last_day,
        instead=instead,
        now=absence.first_day <= today <= absence.last_day,
    )
