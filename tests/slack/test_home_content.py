"""The page of each person: what is wanted, what is coming, leave, and what they look after."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from remembrancer.bot.conversation.home import home
from remembrancer.models import OutgoingMessage, Prompt
from remembrancer.models.message import Button, Message
from remembrancer.services.context import make_context
from tests.dialog import ADMIN, LEAD, SECRETARY, STRANGER, World, fills_in, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def page(world: World, who: str) -> Message:
    with Session(world.engine) as session:
        return home(make_context(session, world.person_id(who), "", world.clock.now()))


def buttons(message: Message) -> Sequence[Button]:
    return [button for part in message.parts for button in part.buttons]


def pressed(world: World, who: str, action: str, about: str = "") -> str:
    """What is shown when the button of the page is pressed."""
    [button, *_] = [each for each in buttons(page(world, who)) if each.action == action and about in each.about]
    return "\n".join(world.incoming(who, "press", action=button.action, value=button.value))


def test_a_lead_sees_what_is_wanted_as_the_chat_says_it(world: World) -> None:
    shown = page(world, LEAD)
    assert "Wanted from you now" in shown.text
    assert "52 – " in shown.text
    assert "Last time:" in shown.text
    assert {"answer", "no_change", "snooze", "delegate"} <= {button.action for button in buttons(shown)}
    assert "Still missing" not in shown.text
    assert "Windows" not in shown.text


@pytest.mark.both_databases
def test_showing_the_page_stores_nothing(world: World) -> None:
    def counts() -> list[int]:
        with Session(world.engine) as session:
            tables = (OutgoingMessage, Prompt)
            return [session.exec(select(func.count()).select_from(table)).one() for table in tables]

    before = counts()
    for who in (LEAD, SECRETARY, ADMIN, STRANGER):
        page(world, who)
    assert counts() == before


def test_a_button_of_the_page_works_as_it_does_in_the_chat(world: World) -> None:
    assert "Stored: " in pressed(world, LEAD, "no_change", "52 ")
    assert world.answers("52") is not None
    assert "**52 – " not in page(world, LEAD).text


def test_what_is_coming_is_listed_with_its_date(world: World) -> None:
    shown = page(world, LEAD).text
    assert "Coming" in shown
    assert "**Fri 13 Sep 2019 17:00** – " in shown


def test_leave_is_noted_from_the_page_and_shown_with_its_buttons(world: World) -> None:
    assert "You have no leave noted here." in page(world, LEAD).text
    hold(
        world,
        [
            (LEAD, lambda world, who: [pressed(world, who, "begin_leave")], "First day"),
            (LEAD, fills_in(first_day="2019-09-05", last_day="2019-09-06"), "You are away from"),
        ],
    )
    shown = page(world, LEAD)
    assert "You are away from Thursday 5 September 2019" in shown.text
    assert {"name_delegate", "change_leave", "not_away"} <= {button.action for button in buttons(shown)}


def test_the_history_button_shows_what_was_said_before(world: World) -> None:
    assert pressed(world, LEAD, "own_history")


def test_what_is_to_be_done_comes_first_and_what_was_said_last(world: World) -> None:
    headings = ["Wanted from you now", "Still missing, in", "Your leave, and who", "What you have said before"]
    shown = page(world, SECRETARY).text
    assert sorted(headings, key=shown.index) == headings
    assert buttons(page(world, LEAD))[-1].action == "own_history"


def test_a_secretary_sees_who_is_missing_and_no_more_when_all_but_one_are_in(world: World) -> None:
    shown = page(world, SECRETARY)
    assert "Still missing" in shown.text
    assert "0 of 17 received" in shown.text
    assert "And 2 more" in shown.text
    assert len([each for each in buttons(shown) if each.action == "chase"]) <= 15
    hold(world, [(LEAD, presses("No change", "52"), "Stored")])
    assert "1 of 17 received" in page(world, SECRETARY).text


def test_an_admin_sees_the_windows_with_what_may_be_done(world: World) -> None:
    shown = page(world, ADMIN)
    actions = {button.action for button in buttons(shown)}
    assert {"open_window", "move_window", "extend_window", "close_window", "preview_all"} <= actions
    assert "if nobody does anything meanwhile" in pressed(world, ADMIN, "preview_all")


def test_the_preview_is_not_for_others(world: World) -> None:
    shown = "\n".join(world.incoming(LEAD, "press", action="preview_all", value="home"))
    hold(world, [(LEAD, says("preview"), shown)])


def test_somebody_of_whom_nothing_is_wanted_is_told_so(world: World) -> None:
    shown = page(world, ADMIN).text
    assert "Nothing is wanted from you now" in shown
    assert "You have no leave noted here." in shown
