"""People who are asked and have no chat account: listed from the first day of the window."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.sandbox.chat import PLATFORM
from remembrancer.models import ChatAccount, OutgoingMessage, Person
from remembrancer.queries.returns import unreachable
from remembrancer.scheduler.tick import tick
from remembrancer.services.chat_accounts import link
from tests.dialog import ADMIN, LEAD, MANAGER, SECRETARY, STRANGER, World, hold, london, presses, says, sees_again

OTHER = "tom.ashdown"


def cut_off(world: World, *who: str) -> None:
    ids = [world.person_id(name) for name in who]
    with Session(world.engine) as session:
        for account in session.exec(select(ChatAccount).where(col(ChatAccount.person_id).in_(ids))):
            session.delete(account)
        session.commit()


def told(world: World) -> list[tuple[str, str]]:
    """To whom, and the people who are named, in the order they were told."""
    with Session(world.engine) as session:
        query = select(OutgoingMessage, Person.email).join(Person).where(OutgoingMessage.kind == "unreachable")
        rows = session.exec(query.order_by(col(OutgoingMessage.id))).all()
    return [(email.split("@")[0], row.body["parts"][0]["text"]) for row, email in rows]


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    cut_off(made, LEAD)
    return made


def test_secretary_and_admin_are_told_at_the_opening_with_names_and_refs_and_what_to_do(world: World) -> None:
    assert told(world) == []
    world.wait_until("2019-08-30 09:00")
    named = "- Ruth Fairbrass (ruth.fairbrass@example.org): 52"
    hold(
        world,
        [
            (SECRETARY, sees_again(), [named, "answer on their behalf", "not: people link"]),
            (ADMIN, sees_again(), [named, "Write **people**", "remembrancer people link"]),
            (MANAGER, sees_again(), "not: no chat account"),
            (
                SECRETARY,
                says("missing"),
                "Head of Voluntary Sector Commissioning ⚠ no chat account",
            ),
            (SECRETARY, says("status"), "⚠ no chat account"),
            (SECRETARY, presses("Answer on behalf", "52"), "Will the activity"),
        ],
    )
    assert sorted(who for who, _ in told(world)) == [ADMIN, SECRETARY]


@pytest.mark.both_databases
def test_each_person_is_told_of_once_in_a_window_and_only_who_is_new(world: World) -> None:
    world.wait_until("2019-09-02 12:00")
    cut_off(world, OTHER)
    world.wait_until("2019-09-06 12:00")
    texts = [text for who, text in told(world) if who == SECRETARY]
    assert len(texts) == 2
    assert "Ruth Fairbrass" in texts[0]
    assert "Tom Ashdown" not in texts[0]
    assert "Tom Ashdown" in texts[1]
    assert "Ruth Fairbrass" not in texts[1]
    world.wait_until("2019-09-13 17:00")
    assert len([who for who, _ in told(world) if who == SECRETARY]) == 2


def test_nobody_is_told_of_people_whom_a_platform_has_not_looked_up_yet(world: World) -> None:
    """Of a newcomer neither, until they were looked up once."""
    waited_for = {world.person_id(LEAD), world.person_id(OTHER)}

    def look() -> list[str]:
        tick(world.engine, {PLATFORM: world.chat}, world.clock.now(), not_looked_up=lambda _session: waited_for)
        return [text for who, text in told(world) if who == SECRETARY]

    cut_off(world, OTHER)
    world.clock.set(london("2019-08-30 09:00"))
    assert look() == []
    waited_for.remove(world.person_id(LEAD))
    [first] = look()
    assert ("Ruth Fairbrass" in first, "Tom Ashdown" in first) == (True, False)
    waited_for.clear()
    [_, second] = look()
    assert ("Ruth Fairbrass" in second, "Tom Ashdown" in second) == (False, True)


def test_there_is_another_tick_soon_while_people_are_looked_up_even_if_they_all_were_by_the_end_of_this_one(
    world: World,
) -> None:
    answers = iter([{world.person_id(LEAD)}, {world.person_id(LEAD)}, set[int]()])

    def look() -> bool:
        return tick(
            world.engine, {PLATFORM: world.chat}, world.clock.now(), not_looked_up=lambda _: next(answers, set())
        )

    world.clock.set(london("2019-08-30 09:00"))
    assert (look(), told(world)) == (True, [])
    assert not look()
    assert told(world) != []


def test_nobody_is_told_of_people_who_are_not_asked_or_have_answered(engine: Engine) -> None:
    world = World(engine)
    cut_off(world, STRANGER)
    with Session(engine) as session:
        person = session.get_one(Person, world.person_id(STRANGER))
        person.active = False
        session.commit()
    world.wait_until("2019-09-02 12:00")
    assert told(world) == []


def test_somebody_who_is_linked_is_reached_and_no_longer_marked(world: World) -> None:
    world.wait_until("2019-08-30 09:00")
    with Session(world.engine) as session:
        person = session.get_one(Person, world.person_id(LEAD))
        assert unreachable(session) == {person.id}
        link(session, person, PLATFORM, person.email, world.clock.now(), None)
        session.commit()
        assert unreachable(session) == set()
    world.look()
    hold(world, [(LEAD, sees_again(), "52 – Review"), (SECRETARY, says("missing"), "not: no chat account")])


def test_a_window_with_new_dates_names_again_whoever_is_still_cut_off(world: World) -> None:
    world.wait_until("2019-08-30 10:00")
    world.incoming(ADMIN, "text", text="windows")
    [button] = [b for b in world.buttons(ADMIN) if b.label == "Move" and "Quarter 2" in b.about]
    world.incoming(ADMIN, "submit", action="move_window", value=button.value, fields={"closes": "2019-09-20 17:00"})
    [do_it] = [b for b in world.buttons(ADMIN) if b.label == "Do it"]
    world.incoming(ADMIN, "press", action=do_it.action, value=do_it.value)
    world.clock.set(london("2019-08-30 11:00"))
    world.look()
    assert [who for who, _ in told(world)].count(SECRETARY) == 2
