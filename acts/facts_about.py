"""Loading what decides about a few returns and people, however large the organisation is."""

from collections.abc import Collection, Iterable

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from acts.facts import grouped
from acts.lookups import definition, hearings_of, organisation
from acts.rows import by_id, rows_of
from models import Absence, Item, Person, Post, Programme, Return, Tenure
from rules.facts import Facts, known


def load_people_about(session: Session, returns: Iterable[Return], people: Collection[int]) -> Facts:
    """What load_people gives, of what decides who is asked for these returns, and what these people (ids) may do."""
    rows = list(returns)
    items = by_id(session, Item, {ret.item_id for ret in rows})
    programmes = by_id(session, Programme, {item.programme_id for item in items.values()})
    hearings = {key: hearings_of(session, key) for key in programmes}
    leads = {post for item in items.values() for post in (item.lead_post_id, *item.contributing_post_ids)}
    posts = _upwards(session, leads | {hearing.secretary_post_id for heard in hearings.values() for hearing in heard})
    tenures = grouped(sorted(rows_of(session, Tenure, "post_id", posts), key=lambda each: known(each.id)), "post_id")
    named = {ret.delegate_id for ret in rows if ret.delegate_id}
    held = {tenure.person_id for each in tenures.values() for tenure in each}
    who, absences = _people(session, {*people, *named, *held})
    return Facts(
        time=organisation(session).working_time,
        people=who,
        posts=posts,
        tenures=tenures,
        absences=absences,
        policies={key: definition(programme).chase for key, programme in programmes.items()},
        hearings=hearings,
        windows=(),
        returns={},
        items=items,
    )


def _upwards(session: Session, ids: set[int]) -> dict[int, Post]:
    """The posts, and all above them."""
    found: dict[int, Post] = {}
    while missing := ids - set(found):
        found |= by_id(session, Post, missing)
        ids = {post.reports_to_id for post in found.values() if post.reports_to_id is not None}
    return found


def _people(session: Session, ids: set[int]) -> tuple[dict[int, Person], dict[int, list[Absence]]]:
    """These people, whoever stands in for them, and the admins, who are asked where nobody else is; and their leave."""
    absences = rows_of(session, Absence, "person_id", ids)
    delegates = {absence.delegate_id for absence in absences if absence.delegate_id} - ids
    absences += rows_of(session, Absence, "person_id", delegates)
    admins = session.exec(select(Person).where(cast(col(Person.roles), String).contains("admin")))
    found = by_id(session, Person, ids | delegates) | {known(person.id): person for person in admins}
    ordered = sorted(absences, key=lambda absence: absence.first_day)
    return dict(sorted(found.items())), grouped(ordered, "person_id")
