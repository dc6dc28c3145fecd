"""Who holds a post: the store's answer is the rules', and recorded answers are given by whoever led at the time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Item, Person, Post, Tenure
from remembrancer.queries.facts import load_facts
from remembrancer.queries.post_holders import holders_by_post
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.recipients import holders
from remembrancer.services.backfill import lead_id
from remembrancer.services.posts import hand_over
from tests.dialog import LEAD, MANAGER, STRANGER, World, london

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
TODAY = date(2019, 8, 30)
SPANS = [(None, None), (TODAY, None), (TODAY + DAY, None), (None, TODAY), (None, TODAY - DAY), (TODAY, TODAY)]


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_the_store_and_the_rules_agree_on_who_holds_what(world: World) -> None:
    now = london("2019-08-30 08:30")
    with Session(world.engine) as session:
        people = session.exec(select(Person)).all()
        posts = session.exec(select(Post)).all()
        for n, (first, last) in enumerate(SPANS):
            for other in (False, True):
                session.add(
                    Tenure(
                        post_id=stored_id(posts[n].id),
                        person_id=stored_id(people[-n - 1 - other].id),
                        first_day=first,
                        last_day=last,
                        asked_first=other,
                    )
                )
        people[3].active = False
        session.commit()
        facts = load_facts(session)
        found = holders_by_post(session, now)
        for post in posts:
            ruled = [person.id for person in holders(facts, stored_id(post.id), now)]
            assert [person.id for person in found.get(stored_id(post.id), [])] == ruled
        assert max(len(each) for each in found.values()) == 3


def test_a_recorded_answer_is_given_by_whoever_led_the_item_then(world: World) -> None:
    ruth, neil = world.person_id(LEAD), world.person_id(STRANGER)
    with Session(world.engine) as session:
        post = session.exec(select(Post).where(Post.name == "Head of Voluntary Sector Commissioning")).one()
        item = session.exec(select(Item).where(Item.ref == "52")).one()
        hand_over(session, post, session.get_one(Person, neil), world.clock.now(), None, date(2019, 9, 9))
        session.commit()
        assert lead_id(session, item, london("2019-09-08 23:59")) == ruth
        assert lead_id(session, item, london("2019-09-09 00:00")) == neil


def test_a_hand_over_before_one_that_was_planned_takes_its_place(world: World) -> None:
    ruth, *others = [world.person_id(who) for who in (LEAD, STRANGER, MANAGER)]
    with Session(world.engine) as session:
        post = session.exec(select(Post).where(Post.name == "Head of Voluntary Sector Commissioning")).one()
        first, second = (session.get_one(Person, other) for other in others)
        hand_over(session, post, first, world.clock.now(), None, date(2019, 9, 9))
        hand_over(session, post, second, world.clock.now(), None, date(2019, 9, 4))
        session.commit()
        query = select(Tenure).where(Tenure.post_id == post.id).order_by(Tenure.id)  # type: ignore[arg-type]
        assert [(t.person_id, t.first_day, t.last_day) for t in session.exec(query)] == [
            (ruth, None, date(2019, 9, 3)),
            (second.id, date(2019, 9, 4), None),
        ]
