"""Days of work and an hour of one's own: seen and set in chat, and what is asked then."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import AuditEvent, Person, Post
from tests.dialog import ADMIN, LEAD, SECRETARY, World, fills_in, hold, presses, replies, says, waits_until

BUTTON = "Change my days or hour"


@pytest.fixture
def world(engine: Engine) -> World:
    """A Wednesday, with the window open until Friday 13 September."""
    return World(engine, until="2019-09-04 10:00")


def own(world: World, who: str = LEAD) -> tuple[str, str]:
    with Session(world.engine) as session:
        person = session.get_one(Person, world.person_id(who))
        return person.works, person.prompt_hour


@pytest.mark.both_databases
def test_they_are_shown_set_in_words_and_set_back(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("hours"), ["You work on Monday, Tuesday, Wednesday, Thursday and Friday", "from 09:00"]),
            (LEAD, says("I work Mon to Wed"), ["That is noted. You work on Monday, Tuesday and Wednesday", "09:00"]),
            (LEAD, says("prompt me at 10"), ["You work on Monday, Tuesday and Wednesday", "from 10:00"]),
        ],
    )
    assert own(world) == ("Mon-Wed", "10:00")
    hold(world, [(LEAD, says("i work full time"), "Thursday and Friday"), (LEAD, says("hours"), "from 10:00")])
    assert own(world) == ("", "10:00")


def test_each_change_is_audited_with_what_was_and_the_same_again_is_none(world: World) -> None:
    hold(world, [(LEAD, says("I work Mon to Wed"), "noted"), (LEAD, says("I only work Monday to Wednesday"), "noted")])
    with Session(world.engine) as session:
        [event] = session.exec(select(AuditEvent).where(AuditEvent.act == "hours_changed"))
    assert event.person_id == world.person_id(LEAD)
    assert event.subject == f"person {LEAD}@example.org"
    assert event.detail == {"was": {"works": "", "prompt_hour": ""}, "works": "Mon-Wed", "prompt_hour": ""}


@pytest.mark.parametrize(
    ("text", "hour"),
    [("prompt me at 9.30am", "09:30"), ("Prompt me from 11:15.", "11:15"), ("prompt me at 2", "14:00")],
)
def test_an_hour_is_read_as_people_write_it(world: World, text: str, hour: str) -> None:
    hold(world, [(LEAD, says(text), f"from {hour}")])


@pytest.mark.parametrize(
    ("text", "says_why"),
    [
        ("prompt me at 18:00", "working hours are over: they end at 17:00"),
        ("prompt me at 25", "is no time of day"),
        ("I work Thu to Tue", "is not days of the week alone"),
    ],
)
def test_what_cannot_be_is_refused_with_the_fix(world: World, text: str, says_why: str) -> None:
    hold(world, [(LEAD, says(text), says_why)])
    assert own(world) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "I work with Ellen on Mondays",
        "I work Mon to Wed and this is on track",
        "prompt me at lunch",
        "we work Mon to Wed",
    ],
)
def test_other_words_set_nothing(world: World, text: str) -> None:
    world.incoming(LEAD, "text", text=text)
    assert own(world) == ("", "")


def test_the_form_sets_both_and_says_what_is_wrong_beside_its_field(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("hours"), "You work on"),
            (LEAD, presses(BUTTON), ["Your days and your hour", "On which days of the week do you work?"]),
            (LEAD, fills_in(works="Mon Tue am"), "'Mon Tue am' is not days of the week alone"),
            (LEAD, fills_in(works="Mon, Tue", prompt_hour="19:00"), "working hours are over"),
            (LEAD, fills_in(works="Mon, Tue", prompt_hour="9.30am"), ["Monday and Tuesday", "from 09:30"]),
            (LEAD, presses(BUTTON), "Your days and your hour"),
            (LEAD, fills_in(works="", prompt_hour=""), ["Thursday and Friday", "from 09:00"]),
        ],
    )
    assert own(world) == ("", "")


def test_what_is_asked_waits_for_a_day_of_work_and_the_preview_says_why(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("I work Thu, Fri"), "Thursday and Friday"),
            (LEAD, says("prompt me at 10"), "from 10:00"),
            (ADMIN, says("preview Ruth Fairbrass"), "does not work on Mondays, Tuesdays and Wednesdays"),
            (LEAD, waits_until("2019-09-07 00:00"), "A reminder"),
            (LEAD, waits_until("2019-09-12 09:59"), ""),
            (LEAD, waits_until("2019-09-12 10:00"), "A reminder"),
            (LEAD, replies("remind me tomorrow"), "Friday 13 September 2019, 10:00"),
        ],
    )


def test_a_draft_that_would_be_posted_before_their_next_day_of_work_comes_on_a_day_off(world: World) -> None:
    hold(
        world,
        [
            (SECRETARY, says("I work Mon to Wed"), "Monday, Tuesday and Wednesday"),
            (SECRETARY, waits_until("2019-09-13 12:59"), "not: As things stand on Friday 13 September 2019, 13:00"),
            (SECRETARY, waits_until("2019-09-13 13:00"), "As things stand on Friday 13 September 2019, 13:00"),
        ],
    )


def test_a_note_that_can_wait_comes_on_their_next_day_of_work(world: World) -> None:
    with Session(world.engine) as session:
        post = session.exec(select(Post.id).where(Post.name == "Market Shaping Manager")).one()
    hold(
        world,
        [
            (SECRETARY, says("I work Mon, Tue"), "Monday and Tuesday"),
            (LEAD, presses("Not mine"), "Whose is it?"),
            (LEAD, fills_in(post=str(post)), "The secretary is told that it is not yours"),
            (SECRETARY, waits_until("2019-09-09 08:59"), "not: Give it to Market Shaping Manager"),
            (SECRETARY, waits_until("2019-09-09 09:00"), "Ruth Fairbrass"),
            (SECRETARY, presses("Give it to Market Shaping Manager"), "52"),
        ],
    )
