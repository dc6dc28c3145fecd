"""What is foreseen of a digest is when the board then hears; and nobody on leave is told of a new date."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Absence, OutgoingMessage
from tests.bot.test_window_acts import EXTENDED, QUARTER
from tests.dialog import ADMIN, LEAD, LONDON, SECRETARY, World, hold, presses, says, sees_again, waits_until

BOARD = "#asch-cabinet-committee"
DIGEST = "**Digest** to Adult Social Care and Health Cabinet Committee"


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    made.wait_until("2019-08-30 09:00")
    return made


def test_a_window_closed_by_hand_is_told_after_the_secretarys_hours_and_the_previews_say_so(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, waits_until("2019-09-03 10:00"), ""),
            (ADMIN, says("windows"), "open"),
            (ADMIN, presses("Close now", QUARTER), "- Tue 3 Sep 2019 14:10: the digest of the close"),
            (ADMIN, presses("Do it"), "is closed."),
            (ADMIN, says("preview 3 September"), ["10:10 **Digest before the board reads it**", f"14:10 {DIGEST}"]),
            (ADMIN, waits_until("2019-09-03 10:15"), ""),
            (ADMIN, says(f"preview {BOARD}"), f"14:10 {DIGEST}"),
            (ADMIN, waits_until("2019-09-03 14:10"), ""),
        ],
    )
    assert [f"{post.posted_at.astimezone(LONDON):%H:%M}" for post in world.chat.posts(BOARD)] == ["14:10"]


def test_a_digest_that_is_held_or_posted_is_not_foreseen(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, waits_until("2019-09-13 13:00"), "This is a draft"),
            (ADMIN, says("preview 13 September"), f"17:00 {DIGEST}"),
            (SECRETARY, presses("Hold"), "Held:"),
            (ADMIN, says("preview 13 September"), "Nothing will be sent"),
            (SECRETARY, presses("Let it go"), "it posts on time"),
            (ADMIN, says("preview 13 September"), f"17:00 {DIGEST}"),
            (SECRETARY, presses("Post now"), "Posted:"),
            (ADMIN, says("preview 13 September"), "Nothing will be sent"),
        ],
    )


@pytest.mark.both_databases
def test_an_addendum_that_is_drafted_is_foreseen(world: World) -> None:
    hold(
        world,
        [
            (LEAD, waits_until("2019-09-16 09:30"), []),
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, waits_until("2019-09-16 10:00"), []),
            (SECRETARY, sees_again(), "This is a draft"),
            (
                ADMIN,
                says("preview 16 September"),
                ["16:00 **Addendum to the digest** to Adult Social", "(something changed since the board was told)"],
            ),
        ],
    )


def test_nobody_on_leave_is_told_of_a_new_date_before_they_are_back(world: World) -> None:
    with Session(world.engine) as session:
        person = world.person_id(LEAD)
        session.add(Absence(person_id=person, first_day=date(2019, 9, 2), last_day=date(2019, 9, 4)))
        session.commit()
    hold(world, [(LEAD, presses("No change"), "Stored"), (ADMIN, waits_until("2019-09-02 10:00"), ""), *EXTENDED])
    world.wait_until("2019-09-05 08:59")
    assert corrections_to(world) == []
    world.wait_until("2019-09-05 09:00")
    assert corrections_to(world) == ["2019-09-05 09:00"]


def corrections_to(world: World) -> list[str]:
    """When the lead was told that an old date no longer holds (London)."""
    with Session(world.engine) as session:
        query = select(OutgoingMessage.sent_at).where(
            OutgoingMessage.kind == "correction", OutgoingMessage.person_id == world.person_id(LEAD)
        )
        return [f"{sent.astimezone(LONDON):%Y-%m-%d %H:%M}" for sent in session.exec(query) if sent]
