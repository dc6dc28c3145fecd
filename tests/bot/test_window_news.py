"""Who else hears of an admin's act on a window: its boards' secretaries, and the admin whose act was undone."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Person
from tests.dialog import ADMIN, SECRETARY, World, fills_in, hold, presses, says, sees_again, waits_until

OTHER_ADMIN = "helen.marsh"
EXTENDS = [
    (ADMIN, says("windows"), "open"),
    (ADMIN, presses("Extend", "Quarter 2"), "By how much?"),
    (ADMIN, fills_in(by="5"), "**Told that you did it, and of the new dates**, in their working hours: Joanna Pell."),
    (ADMIN, presses("Do it"), "is extended"),
]
NEWS = (
    "Asif Chaudhry has extended Quarter 2 2019/20. It is open, and closes on Friday 20 September 2019, 17:00 "
    "(before, the close was Friday 13 September 2019, 17:00)."
)


UNDONE = (
    "Helen Marsh has undone what you did to Quarter 2 2019/20 (extended). It is open as before, and closes on "
    "Friday 13 September 2019, 17:00."
)


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine, until="2019-09-06 10:30")
    with Session(engine) as session:
        session.exec(select(Person).where(Person.email == f"{OTHER_ADMIN}@example.org")).one().roles = ["admin"]
        session.commit()
    return made


def told(world: World, words: str, who: str = SECRETARY) -> int:
    """How many messages to this person hold the words."""
    return sum(words in post.message.text for post in world.posts(who))


@pytest.mark.both_databases
def test_secretaries_are_told_of_an_extension_once_when_it_has_settled(world: World) -> None:
    hold(
        world,
        [
            *EXTENDS,
            (SECRETARY, waits_until("2019-09-06 10:39"), ""),
            (SECRETARY, waits_until("2019-09-06 10:40"), [NEWS, "Late answers are taken until Friday 27 September"]),
            (SECRETARY, waits_until("2019-09-06 12:00"), "not: it was to be on Friday 13"),
        ],
    )
    assert told(world, "has extended Quarter 2") == 1
    assert told(world, "has extended Quarter 2", ADMIN) == 0


def test_an_act_that_is_undone_is_told_to_nobody_but_the_admin_whose_it_was(world: World) -> None:
    hold(
        world,
        [
            *EXTENDS,
            (OTHER_ADMIN, says("windows"), "open"),
            (OTHER_ADMIN, presses("Undo", "Quarter 2"), "Undone"),
            (
                ADMIN,
                sees_again(),
                UNDONE,
            ),
            (SECRETARY, waits_until("2019-09-06 12:00"), ""),
        ],
    )
    assert told(world, "has undone what", OTHER_ADMIN) == 0


def test_who_undoes_their_own_act_is_not_told_of_it(world: World) -> None:
    hold(world, [*EXTENDS, (ADMIN, presses("Undo", "Quarter 2"), "Undone")])
    world.wait_until("2019-09-06 12:00")
    assert told(world, "has undone what", ADMIN) == 0


def test_secretaries_hear_of_a_close_a_reopening_and_of_the_move_of_a_window_to_come(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", "Quarter 2"), "Close now"),
            (ADMIN, presses("Do it"), "is closed"),
            (
                SECRETARY,
                waits_until("2019-09-06 10:40"),
                [
                    "has closed Quarter 2 2019/20. It closed on Friday 6 September 2019, 10:30",
                    "What the boards are told",
                ],
            ),
            (ADMIN, says("windows"), "closed"),
            (ADMIN, presses("Reopen", "Quarter 2"), "It closed on"),
            (ADMIN, fills_in(closes="2019-09-20 17:00"), "Joanna Pell"),
            (ADMIN, presses("Do it"), "reopened"),
            (SECRETARY, waits_until("2019-09-06 10:50"), "has reopened Quarter 2 2019/20. It is open, and closes on"),
            (ADMIN, says("windows"), "scheduled"),
            (ADMIN, presses("Move", "Quarter 3"), "It now closes"),
            (ADMIN, fills_in(closes="2019-12-20 17:00"), "Move: Quarter 3"),
            (ADMIN, presses("Do it"), "is moved"),
            (
                SECRETARY,
                waits_until("2019-09-06 11:00"),
                "has moved Quarter 3 2019/20. It opens on Friday 29 November 2019, 09:00 and closes on Friday 20 Dec",
            ),
        ],
    )


def test_of_two_acts_before_either_settled_the_last_is_told_with_the_close_that_was_known(world: World) -> None:
    hold(
        world,
        [
            *EXTENDS,
            (OTHER_ADMIN, says("windows"), "open"),
            (OTHER_ADMIN, presses("Move", "Quarter 2"), "It now closes"),
            (OTHER_ADMIN, fills_in(closes="2019-09-18 17:00"), "Move"),
            (OTHER_ADMIN, presses("Do it"), "is moved"),
            (
                SECRETARY,
                waits_until("2019-09-06 11:00"),
                ["Helen Marsh has moved", "closes on Wednesday 18", "the close was Friday 13", "not: has extended"],
            ),
        ],
    )
