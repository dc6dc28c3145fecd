"""Leads of papers who have no chat account: listed from the first day of asking, and asked once they can be reached."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.sandbox.chat import PLATFORM
from remembrancer.models import ForwardPlanItem, Person
from remembrancer.services.chat_accounts import link
from tests.bot.test_papers import ADMIN, FORWARD, HELEN, LEAD, SECRETARY
from tests.dialog import World, hold, presses, says, sees_again, waits_until
from tests.scheduler.test_unreachable import cut_off, told

NAMED = "- Helen Marsh (helen.marsh@example.org): "


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine, FORWARD, at="2021-04-06 08:30")
    cut_off(made, HELEN)
    return made


def exempt(world: World, title: str) -> None:
    with Session(world.engine) as session:
        query = select(ForwardPlanItem).where(ForwardPlanItem.title == title)
        session.exec(query).one().confidential = True
        session.commit()


def test_secretary_and_admin_are_told_on_the_first_day_of_asking_with_titles_and_what_to_do(world: World) -> None:
    exempt(world, "MADE update")
    hold(
        world,
        [
            (SECRETARY, waits_until("2021-04-20 17:00"), ""),
            (
                SECRETARY,
                waits_until("2021-04-21 09:00"),
                [
                    "**Adult Social Care Cabinet Committee, Thursday 17 June 2021, 10:00**",
                    NAMED + "Community Grants update; MADE update",
                    "on a card of your own",
                ],
            ),
            (ADMIN, sees_again(), [NAMED + "Community Grants update; Exempt item", "Write **people**", "not: MADE"]),
            (LEAD, sees_again(), "not: no chat account"),
        ],
    )


@pytest.mark.both_databases
def test_each_is_told_of_once_and_of_somebody_new_again(world: World) -> None:
    world.wait_until("2021-05-05 09:00")
    assert sorted(who for who, _ in told(world)) == [ADMIN, SECRETARY]
    cut_off(world, LEAD)
    world.wait_until("2021-05-07 09:00")
    assert [who for who, _ in told(world)].count(SECRETARY) == 2
    assert "Helen Marsh" not in told(world)[-1][1]


def test_nobody_is_told_while_everything_is_paused(world: World) -> None:
    hold(world, [(ADMIN, says("pause"), "paused"), (SECRETARY, waits_until("2021-04-22 09:00"), "")])


def test_once_linked_they_get_the_latest_alone_and_nothing_that_was_answered_meanwhile(world: World) -> None:
    world.wait_until("2021-05-07 09:00")
    hold(
        world,
        [
            (SECRETARY, presses("It is coming", "MADE"), "it is coming"),
            (SECRETARY, waits_until("2021-05-07 10:00"), ""),
        ],
    )
    with Session(world.engine) as session:
        person = session.get_one(Person, world.person_id(HELEN))
        link(session, person, PLATFORM, person.email, world.clock.now(), None)
        session.commit()
    world.look()
    hold(world, [(HELEN, sees_again(), ["1 answer is late", "Community Grants", "not: 2 questions"])])
    assert len(world.posts(HELEN)) == 1
