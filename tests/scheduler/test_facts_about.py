"""What is loaded of a few returns decides the same as all that there is."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Absence, Item, Person, Post, Return, Tenure
from remembrancer.queries.facts import load_facts, load_people, load_people_about
from remembrancer.rules.facts import Facts, stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import relations
from tests.dialog import LEAD, MANAGER, SECRETARY, World

pytestmark = pytest.mark.both_databases


def on_leave(session: Session, who: str, delegate: str | None = None) -> None:
    stands_in = _person(session, delegate).id if delegate else None
    away = stored_id(_person(session, who).id)
    first, last = date(2019, 8, 1), date(2019, 9, 30)
    session.add(Absence(person_id=away, delegate_id=stands_in, first_day=first, last_day=last))


def _person(session: Session, who: str) -> Person:
    return session.exec(select(Person).where(Person.email == f"{who}@example.org")).one()


def left(session: Session, who: str) -> None:
    _person(session, who).active = False


def delegated(session: Session, who: str) -> None:
    ret = session.exec(select(Return).join(Item).where(Item.ref == "52")).first()
    assert ret is not None
    ret.delegate_id = stored_id(_person(session, who).id)


def a_circle(session: Session) -> None:
    """Posts that report to each other."""
    lead = session.exec(select(Item).where(Item.ref == "52")).one().lead_post_id
    above = session.get_one(Post, lead).reports_to_id
    session.get_one(Post, stored_id(above)).reports_to_id = lead


def a_body(session: Session) -> None:
    """A second holder of a lead's post, who is asked first."""
    lead = session.exec(select(Item).where(Item.ref == "52")).one().lead_post_id
    session.add(Tenure(post_id=lead, person_id=stored_id(_person(session, "neil.coppard").id), asked_first=True))


def two_on_leave(session: Session) -> None:
    """Whoever stands in is away too."""
    on_leave(session, LEAD, "neil.coppard")
    on_leave(session, "neil.coppard")


def nobody_at_work(session: Session) -> None:
    for who in (LEAD, MANAGER, "margaret.linden", SECRETARY):
        on_leave(session, who)


CHANGES: dict[str, Callable[[Session], None]] = {
    "nothing": lambda session: None,
    "a lead on leave": lambda session: on_leave(session, LEAD),
    "somebody who stands in": lambda session: on_leave(session, LEAD, "neil.coppard"),
    "two on leave": two_on_leave,
    "nobody at work": nobody_at_work,
    "a lead who left": lambda session: left(session, LEAD),
    "a named delegate": lambda session: delegated(session, "neil.coppard"),
    "a circle": a_circle,
    "a body": a_body,
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_is_asked_and_who_may_do_what_is_the_same_from_a_few_rows_as_from_all(engine: Engine, change: str) -> None:
    world = World(engine)
    now = world.clock.now()
    with Session(engine) as session:
        CHANGES[change](session)
        session.flush()
        whole = load_people(session)
        few_returns = select(Return).join(Item).where(col(Item.ref).in_(("45", "52", "60")))
        for ret in session.exec(few_returns.order_by(col(Return.id))):
            for person in whole.people.values():
                few = load_people_about(session, [ret], {stored_id(person.id)})
                assert relations(few, person, ret, now) == relations(whole, person, ret, now)
            assert _asked(few, ret, world) == _asked(whole, ret, world)
        assert len(few.people) < len(whole.people)


def _asked(facts: Facts, ret: Return, world: World) -> dict[str, list[recipients.Asked]]:
    return {name: rule(facts, ret, world.clock.now()) for name, rule in recipients.AUDIENCES.items()}


def test_of_many_returns_all_is_loaded_at_once(engine: Engine) -> None:
    world = World(engine)
    with Session(engine) as session:
        whole = load_facts(session)
        returns = [ret for each in whole.returns.values() for ret in each]
        few = load_people_about(session, returns, ())
        assert [_asked(few, ret, world) for ret in returns] == [_asked(whole, ret, world) for ret in returns]
