"""'Remind me later': later today, tomorrow, another day; by form, in words and in the thread."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Person, Snooze
from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    SECRETARY,
    STRANGER,
    Act,
    World,
    fills_in,
    hold,
    presses,
    replies,
    says,
    sees_again,
    waits_until,
)


@pytest.fixture
def world(engine: Engine) -> World:
    """A Friday, as the window opens."""
    return World(engine, until="2019-08-30 09:00")


def offered(world: World, who: str = LEAD) -> list[str]:
    return [choice.word for choice in world.forms[who].fields[0].choices]


def changes(**fields: str) -> Act:
    """A choice in the form that changes what is asked."""

    def act(world: World, who: str) -> list[str]:
        form = world.forms[who]
        return world.incoming(who, "change", action=form.action, value=form.value, fields=fields)

    return act


@pytest.mark.both_databases
def test_later_today_is_two_taps(world: World) -> None:
    hold(world, [(LEAD, presses("Remind me later"), "When should we remind you?")])
    assert offered(world) == [
        "Later today (12:00)",
        "The next working morning (Mon 2 Sep 2019 09:00)",
        "Another day",
    ]
    hold(
        world,
        [
            (LEAD, fills_in(), "52: you will be reminded on Friday 30 August 2019, 12:00"),
            (LEAD, waits_until("2019-08-30 11:59"), ""),
            (LEAD, waits_until("2019-08-30 12:00"), "You asked to be reminded"),
        ],
    )


def test_a_reminder_does_not_promise_itself_again(world: World) -> None:
    promise = "You will be reminded on Monday 2 September 2019, 09:00"
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "remind"),
            (LEAD, fills_in(when="tomorrow"), "52: you will be reminded on Monday 2 September 2019, 09:00"),
            (SECRETARY, says("missing"), "52"),
            (SECRETARY, presses("Chase now", "52"), "is asked now"),
            (LEAD, sees_again(), ["The secretary asks you for this update now", promise]),
            (LEAD, waits_until("2019-09-02 09:00"), ["You asked to be reminded", f"not: {promise}"]),
            (LEAD, sees_again(), f"not: {promise}"),
        ],
    )


def test_tomorrow_after_a_friday_is_monday(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "remind"),
            (LEAD, fills_in(when="tomorrow"), "52: you will be reminded on Monday 2 September 2019, 09:00"),
            (LEAD, waits_until("2019-09-02 09:00"), "You asked to be reminded"),
        ],
    )


def test_another_day_is_asked_for_when_it_is_chosen(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "not: Remind me on"),
            (LEAD, changes(when="another"), "Remind me on"),
            (LEAD, changes(when="tomorrow"), "not: Remind me on"),
            (LEAD, changes(when="another"), "Remind me on"),
            (LEAD, fills_in(), "Choose a day from tomorrow on."),
            (LEAD, fills_in(until="2019-09-05"), "reminded on Thursday 5 September 2019, 09:00"),
        ],
    )


def test_late_in_the_day_only_what_is_still_to_come_is_offered(world: World) -> None:
    world.wait_until("2019-09-02 14:30")
    hold(world, [(LEAD, presses("Remind me later"), "remind")])
    assert offered(world) == ["Tomorrow morning (Tue 3 Sep 2019 09:00)", "Another day"]


def test_on_the_last_day_only_later_today_is_left_and_then_nothing(world: World) -> None:
    world.wait_until("2019-09-13 10:30")
    hold(world, [(LEAD, presses("Remind me later"), "remind")])
    assert offered(world) == ["Later today (14:00)"]
    form = world.forms[LEAD]
    world.wait_until("2019-09-13 14:00")
    world.forms[LEAD] = form
    hold(
        world,
        [
            (LEAD, fills_in(), "Choose a day from tomorrow on."),
            (LEAD, presses("Remind me later"), "no working hours are left before that"),
            (LEAD, says("later"), "Choose a day before the window closes"),
        ],
    )


def test_a_form_that_stood_open_keeps_to_what_it_showed(world: World) -> None:
    world.wait_until("2019-09-02 09:50")
    hold(world, [(LEAD, presses("Remind me later"), "remind")])
    form = world.forms[LEAD]
    world.wait_until("2019-09-02 10:20")
    world.forms[LEAD] = form
    hold(world, [(LEAD, fills_in(), "reminded on Monday 2 September 2019, 13:00")])


def test_a_lead_in_another_zone_is_reminded_by_their_own_clock(world: World) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one().time_zone = "America/New_York"
        session.commit()
    world.wait_until("2019-09-02 16:20")
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "remind"),
            (LEAD, fills_in(), "reminded on Monday 2 September 2019, 15:00"),
            (LEAD, waits_until("2019-09-02 19:59"), ""),
            (LEAD, waits_until("2019-09-02 20:00"), "You asked to be reminded"),
        ],
    )


def test_a_bank_holiday_is_no_tomorrow(engine: Engine, folder: object, edit: Edit) -> None:
    edit("calendar.ics", "DTSTART;VALUE=DATE:20190830", "DTSTART;VALUE=DATE:20190820")
    world = World(engine, folder=folder, at="2019-08-20 08:30")  # type: ignore[arg-type]
    world.wait_until("2019-08-23 16:00")
    hold(world, [(LEAD, says("tomorrow"), "52: you will be reminded on Tuesday 27 August 2019, 09:00")])


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("later", "Friday 30 August 2019, 12:00"),
        ("remind me later today", "Friday 30 August 2019, 12:00"),
        ("Tomorrow.", "Monday 2 September 2019, 09:00"),
        ("remind me tomorrow", "Monday 2 September 2019, 09:00"),
        ("remind me on Thursday", "Thursday 5 September 2019, 09:00"),
        ("remind me on Friday", "Friday 6 September 2019, 09:00"),
        ("remind me 12 September", "Thursday 12 September 2019, 09:00"),
        ("remind me on the 8th", "Monday 9 September 2019, 09:00"),
        ("later 52", "Friday 30 August 2019, 12:00"),
    ],
)
def test_a_few_words_put_it_off(world: World, text: str, when: str) -> None:
    hold(world, [(LEAD, says(text), f"52: you will be reminded on {when}.")])


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("remind me 20 September", "52: Choose a day before the window closes (Friday 13 September 2019, 17:00)."),
        ("remind me 2 January 2019", "52: Choose a day from tomorrow on."),
        ("remind me when it is done", "When? Write 'later today'"),
        ("tomorrow 99", "nothing was done with it"),
    ],
)
def test_words_that_cannot_be_followed_say_why(world: World, text: str, shows: str) -> None:
    hold(world, [(LEAD, says(text), shows)])
    with Session(world.engine) as session:
        assert session.exec(select(Snooze)).all() == []


def test_what_begins_like_a_phrase_and_goes_on_is_an_answer(world: World) -> None:
    hold(world, [(LEAD, says("tomorrow we sign the contract, on track"), ["This is what was understood", "on track"])])


@pytest.mark.both_databases
def test_words_put_off_all_that_is_wanted_and_a_ref_only_one(world: World) -> None:
    world.wait_until("2019-09-02 09:00")  # Helen stands in for Ellen, and has an item of her own
    hold(
        world,
        [
            ("helen.marsh", says("tomorrow 54"), ["54: you will be reminded on Tuesday 3", "not: 48"]),
            ("helen.marsh", says("tomorrow"), "48, 54: you will be reminded on Tuesday 3 September 2019, 09:00."),
            ("helen.marsh", replies("remind me on Thursday"), "you will be reminded on Thursday 5 September"),
        ],
    )


def test_a_reply_in_the_thread_speaks_of_that_card_alone(world: World) -> None:
    world.wait_until("2019-09-02 09:00")
    card = next(p for p in world.posts("helen.marsh") if "54 – " in p.message.text and "48 – " not in p.message.text)
    shown = world.incoming("helen.marsh", "text", text="later", about=str(card.id))
    assert shown == ["54: you will be reminded on Monday 2 September 2019, 12:00."]


def test_after_the_answer_or_the_close_there_is_nothing_to_put_off(world: World) -> None:
    world.wait_until("2019-09-13 17:00")
    hold(world, [(LEAD, says("tomorrow"), "52: The window has closed, so there is nothing left to put off.")])
    hold(world, [(LEAD, presses("No change"), "Stored"), (LEAD, says("tomorrow"), "Nothing is wanted from you now.")])


def test_nobody_else_can_put_it_off(world: World) -> None:
    value = next(button.value for button in world.buttons(LEAD) if button.label == "Remind me later")
    for who in (STRANGER, ADMIN):
        for kind in ("press", "change", "submit"):
            shown = world.incoming(who, kind, action="snooze", value=value, fields={"when": "tomorrow"})
            assert shown[0].startswith("There is nothing here for you to do")


@pytest.mark.parametrize("value", ["{id}.0", "{id}.999999999", "{id}.x", "{id}"])
def test_a_made_up_time_in_the_form_does_no_harm(world: World, value: str) -> None:
    ret = next(button.value for button in world.buttons(LEAD) if button.label == "Remind me later")
    fields = {"when": "tomorrow"}
    shown = world.incoming(LEAD, "submit", action="snooze", value=value.format(id=ret), fields=fields)
    assert "you will be reminded on Monday 2 September 2019, 09:00" in shown[0]
