"""Collects the people of the sandbox with their posts, managers, leave and tasks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from remembrancer.models import ForwardPlanItem, Person, PlanItemState
from remembrancer.queries.facts import load_facts
from remembrancer.queries.forward_plan import boards_with_plan
from remembrancer.reports.forward_plan.paper_status import public_title
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients


@dataclass(frozen=True)
class Leave:
    """A person's leave, and who is asked instead."""

    first_day: date
    last_day: date
    instead: str
    now: bool


@dataclass(frozen=True)
class PersonView:
    """One person as the pages show them. `leads` are pairs of ref and title.

    `part` is lead (of a monitored item), papers (brings papers), secretary, keeper (of a board's plan), admin, line
    (somebody reports to them) or other. `brings` are titles of items on forward plans, `keeps` names of boards.
    """

    id: int
    name: str
    email: str
    part: str
    posts: tuple[str, ...]
    managers: tuple[tuple[str, str], ...]
    roles: tuple[str, ...]
    leave: tuple[Leave, ...]
    leads: tuple[tuple[str, str], ...]
    brings: tuple[str, ...]
    keeps: tuple[str, ...]


def everyone(session: Session, now: datetime) -> list[PersonView]:
    """Return all active people, in the order of the organisation's own list."""
    facts = load_facts(session)
    held = defaultdict[int, list[int]](list)
    brought, kept = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    for post_id in facts.posts:
        for person in recipients.holders(facts, post_id, now):
            held[stored_id(person.id)].append(post_id)
    for item in session.exec(select(ForwardPlanItem)):
        if item.lead_post_id is not None and item.standing != PlanItemState.WITHDRAWN:
            brought[item.lead_post_id].append(public_title(item))
    for board in boards_with_plan(session):
        kept[board.secretary_post_id].append(board.name)
    active = [person for person in facts.people.values() if person.active]
    return [_person_view(facts, person, held[stored_id(person.id)], brought, kept, now) for person in active]


def _person_view(
    facts: Facts,
    person: Person,
    posts: list[int],
    brought: Mapping[int, Sequence[str]],
    kept: Mapping[int, Sequence[str]],
    now: datetime,
) -> PersonView:
    """`brought` and `kept`: by post, the titles of items that it brings, and the boards whose forward plan it keeps."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    brings = tuple(title for post_id in posts for title in brought.get(post_id, ()))
    keeps = tuple(name for post_id in posts for name in kept.get(post_id, ()))
    leads = tuple((item.ref, item.title) for item in facts.items.values() if item.lead_post_id in posts)
    return PersonView(
        id=stored_id(person.id),
        name=person.name,
        email=person.email,
        part="lead" if leads else _main_role(facts, person, posts, bool(brings), bool(keeps)),
        posts=tuple(facts.posts[post_id].name for post_id in posts),
        managers=tuple(_managers(facts, posts, now)),
        roles=tuple(person.roles),
        leave=tuple(
            Leave(
                first_day=absence.first_day,
                last_day=absence.last_day,
                instead=facts.people[absence.delegate_id].name if absence.delegate_id is not None else "",
                now=absence.first_day <= today <= absence.last_day,
            )
            for absence in facts.absences.get(stored_id(person.id), ())
        ),
        leads=leads,
        brings=brings,
        keeps=keeps,
    )


def _main_role(facts: Facts, person: Person, posts: list[int], brings: bool, keeps: bool) -> str:
    """Return the main role of a person who leads no monitored item."""
    hearings = [hearing for hearings in facts.hearings.values() for hearing in hearings]
    parts = {
        "secretary": any(hearing.secretary_post_id in posts for hearing in hearings),
        "keeper": keeps,
        "papers": brings,
        "admin": "admin" in person.roles,
        "line": any(post.reports_to_id in posts for post in facts.posts.values()),
    }
    return next((part for part, is_so in parts.items() if is_so), "other")


def _managers(facts: Facts, posts: list[int], now: datetime) -> Iterator[tuple[str, str]]:
    """Return, for each post, the post above it and the names of its holders."""
    for post_id in posts:
        above = facts.posts[post_id].reports_to_id
        if above is not None:
            names = ", ".join(person.name for person in recipients.holders(facts, above, now))
            yield facts.posts[above].name, names
