"""One message asks a lead for an update and about a paper: each is answered there in its own way."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.bot.conversation.handle import converse
from remembrancer.bot.core.incoming import Incoming
from remembrancer.models import PaperAnswer
from tests.bot.test_window_acts import OPENED
from tests.dialog import ADMIN, LEAD, SECRETARY, World, hold, presses, replies, says, sees_again, waits_until

BOARD = "asch_cabinet_committee"
PAPER = "Grants review"


@pytest.fixture
def world(engine: Engine, folder: Path) -> World:
    """The service starts on Wednesday 4 September 2019: the window is open, and the paper has been due to be asked."""
    (folder / "meetings.csv").write_text(f"board,id,date,time\n{BOARD},SEP,2019-09-19,10:00\n")
    (folder / "forward_plan.csv").write_text(
        "board,item,recurrence,meeting,lead_post,programme,ref\n"
        f"{BOARD},{PAPER},one-off,2019-09-19,Head of Voluntary Sector Commissioning,strategic-delivery-plan,52\n"
    )
    return World(engine, folder, at="2019-09-04 10:00")


def paper_answers(world: World) -> list[bool]:
    with Session(world.engine) as session:
        return [answer.is_so for answer in session.exec(select(PaperAnswer).order_by(col(PaperAnswer.id)))]


@pytest.mark.both_databases
def test_one_message_asks_for_both_and_each_is_answered_on_it(world: World) -> None:
    [post] = world.posts(LEAD)[-1:]
    assert len([each for each in world.posts(LEAD) if PAPER in each.message.text or "52" in each.message.text]) == 1
    assert "by Friday 13 September 2019" in post.message.text
    assert "**Papers for boards:** 1 question for you" in post.message.text
    hold(
        world,
        [
            (LEAD, presses("It is coming", PAPER), "it is coming. Thank you."),
            (LEAD, sees_again(), ["✓ It is coming.", "Please update"]),
            (LEAD, presses("No change", "52"), "Stored"),
            (LEAD, sees_again(), ["✓ Answered by Ruth Fairbrass", "✓ It is coming."]),
        ],
    )


def test_words_in_reply_to_both_are_about_the_update_unless_they_name_the_paper(world: World) -> None:
    hold(
        world,
        [
            (LEAD, replies("on track, the new grants are out"), ["52", "Yes, it is on track"]),
            (LEAD, presses("Throw away"), "Nothing was sent"),
        ],
    )
    assert paper_answers(world) == []
    hold(world, [(LEAD, says("the Grants review is coming"), f"{PAPER}: it is coming. Thank you.")])
    assert paper_answers(world) == [True]


def test_yes_in_reply_to_both_is_taken_for_neither_and_for_the_paper_once_the_update_is_in(world: World) -> None:
    card = str(world.posts(LEAD)[-1].id)
    world.incoming(LEAD, "text", text="yes", about=card)
    assert paper_answers(world) == []
    assert world.answers("52") is None
    hold(world, [(LEAD, presses("No change", "52"), "Stored")])
    assert "it is coming. Thank you." in world.incoming(LEAD, "text", text="yes", about=card)[0]
    assert paper_answers(world) == [True]


def test_my_shows_both_on_one_card(world: World) -> None:
    before = len(world.posts(LEAD))
    hold(world, [(LEAD, says("my"), ["52", "Papers for boards", PAPER])])
    assert len(world.posts(LEAD)) == before + 1


def test_a_reminder_comes_in_one_message_and_the_secretary_hears_of_what_is_late(world: World) -> None:
    hold(world, [(LEAD, waits_until("2019-09-13 09:00"), ["52", PAPER])])
    hold(world, [(SECRETARY, waits_until("2019-09-16 09:30"), [PAPER])])


@pytest.mark.both_databases
def test_an_answer_to_my_that_waits_to_be_sent_keeps_the_paper_when_the_opening_of_its_window_is_undone(
    world: World,
) -> None:
    hold(world, [(LEAD, presses("No change", "52"), "Stored"), *OPENED])
    before = len(world.posts(LEAD))
    converse(world.engine, Incoming(world.person_id(LEAD), "event-my", "text", text="my"), world.clock.now())
    hold(world, [(ADMIN, presses("Undo"), "Undone: Quarter 3")])
    [sent] = [post.message.text for post in world.posts(LEAD)[before:]]
    assert PAPER in sent
    assert "Quarter 3" not in sent
