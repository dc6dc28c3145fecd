"""What admins ask for in their own words: nothing is done by a question, and what was said is used."""

import re

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.models import Person
from tests.bot.test_orders import one_answer
from tests.dialog import ADMIN, World, fills_in, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-09 10:00", first=one_answer)


@pytest.mark.parametrize("text", ["pause?", "pause everything?", "stop all reminders?", "halt?", "should we pause?"])
def test_a_question_pauses_nothing(world: World, text: str) -> None:
    hold(world, [(ADMIN, says(text), ["not: Everything is paused"])])


def test_a_window_is_moved_to_the_day_that_was_said(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 20 september"), ["Friday 20 September 2019, 17:00", "not: has these dates"]),
            (ADMIN, presses("Do it"), "Friday 20 September 2019, 17:00"),
            (ADMIN, says("undo that"), "Friday 13 September 2019, 17:00"),
            (ADMIN, says("undo that"), "not: Undone"),
        ],
    )


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("extend q2 until Wednesday 18 September", "Wednesday 18 September 2019, 17:00"),
        ("can you move the q2 deadline to wednesday 18 september please", "Wednesday 18 September 2019, 17:00"),
        ("reopen q1 til the 20th", "Friday 20 September 2019, 17:00"),
        ("When does Q3 open?", "opens on Friday 29 November 2019, 09:00"),
        ("when does quarter 3 close", "Friday 13 December 2019"),
        ("close q2 on 1 august", "not: There is no window called"),
        ("what's going out tomorrow?", "Tuesday 10 September 2019"),
        ("What will go to Tom Ashdown this week?", "Tom Ashdown"),
        ("are we paused?", "**Sending**"),
    ],
)
def test_what_an_admin_says_of_windows_and_sending_is_used(world: World, text: str, shows: str) -> None:
    hold(world, [(ADMIN, says(text), [shows, "not: I am not sure" if not shows.startswith("not:") else shows])])


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("extend q2 by 3 days", "3"),
        ("give everyone two more days on q2", "2"),
        ("extend q2 by a week", "5"),
        ("please extend q2 by a fortnight", "10"),
        ("extend q2 by 4 days", ""),
        ("extend q2", ""),
    ],
)
def test_the_days_of_an_extension_are_chosen_beforehand(world: World, text: str, days: str) -> None:
    hold(world, [(ADMIN, says(text), "By how much")])
    assert world.forms[ADMIN].fields[0].value == days


@pytest.mark.parametrize(
    ("text", "title", "day"),
    [
        (
            "hand over Head of Integrated Care System Development to Tom Ashdown from 1 October",
            "Hand a post over",
            "2019-10-01",
        ),
        ("Ruth Fairbrass leaves on 30 September", "Hand a post over", "2019-10-01"),
        ("Ruth Fairbrass left on 6 September", "Somebody leaves", None),
    ],
)
def test_who_leaves_and_what_is_handed_over_fills_in_the_form(
    world: World, text: str, title: str, day: str | None
) -> None:
    hold(world, [(ADMIN, says(text), title)])
    values = {field.key: field.value for field in world.forms[ADMIN].fields}
    assert values.get("first_day") == day
    assert values.get("post", values.get("person"))


@pytest.mark.parametrize("text", ["yes", "do it", "yes please", "ok go ahead"])
def test_yes_does_what_was_previewed_just_now_and_only_once(world: World, text: str) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "Wednesday 18 September 2019, 17:00"),
            (ADMIN, says(text), "Done: Quarter 2 2019/20 is moved"),
            (ADMIN, says(text), "not: Done"),
        ],
    )


@pytest.mark.parametrize("text", ["no", "leave it", "no, don't", "not now thanks", "scrap that"])
def test_no_leaves_what_was_previewed_as_it_is(world: World, text: str) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "Wednesday 18 September 2019, 17:00"),
            (ADMIN, says(text), "Quarter 2 2019/20 is left as it is"),
            (ADMIN, says("yes"), "not: Done"),
        ],
    )


def test_thanks_leave_a_preview_open_and_say_so(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "Wednesday 18 September 2019, 17:00"),
            (ADMIN, says("ok thanks"), "Nothing is changed yet."),
            (ADMIN, presses("Do it"), "Done"),
        ],
    )


def test_a_window_is_not_changed_for_some_and_the_reply_says_so(world: World) -> None:
    hold(world, [(ADMIN, says("reopen q1 for Tom only"), ["for everyone, so nothing was changed", "not: Reopen"])])


def test_an_undo_that_is_over_says_what_to_do_instead(world: World) -> None:
    hold(
        world,
        [(ADMIN, says("move q2 to 18 september"), "18 September"), (ADMIN, says("yes"), "Done: Quarter 2")],
    )
    world.wait_until("2019-09-09 11:00")
    hold(world, [(ADMIN, says("undo that please"), "Make another change instead")])


@pytest.mark.parametrize("text", ["yes?", "is that right?", "on track", "yes but who is told?"])
def test_what_is_not_plainly_yes_does_nothing_that_was_previewed(world: World, text: str) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "Wednesday 18 September 2019, 17:00"),
            (ADMIN, says(text), ["not: Done", "not: left as it is"]),
        ],
    )


def test_yes_says_nothing_about_a_preview_that_other_messages_followed(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "Wednesday 18 September 2019, 17:00"),
            (ADMIN, says("windows"), "Quarter 2"),
            (ADMIN, says("yes"), "not: Done"),
        ],
    )


def test_another_day_is_previewed_in_the_place_of_the_first(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("move q2 to 18 september"), "It will be open until Wednesday 18 September"),
            (ADMIN, says("no, make it the 19th"), "It will be open until Thursday 19 September"),
            (ADMIN, says("yes"), "It closes on Thursday 19 September"),
        ],
    )


def test_yes_and_no_are_taken_for_a_change_of_people_too(world: World) -> None:
    ruth = str(world.person_id("ruth.fairbrass"))
    asks = [(ADMIN, says("Ruth Fairbrass left on 6 September"), "Somebody leaves")]
    hold(world, [*asks, (ADMIN, fills_in(person=ruth), "Ruth Fairbrass"), (ADMIN, says("no"), "Nothing was changed")])
    hold(world, [*asks, (ADMIN, fills_in(person=ruth), "Ruth Fairbrass"), (ADMIN, says("yes"), "not: I am not sure")])
    with Session(world.engine) as session:
        assert not session.exec(select(Person.active).where(Person.id == int(ruth))).one()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Tom Ashdown is on leave 16 to 20 September", "2019-09-16", "2019-09-20"),
        ("Tom is off from tomorrow to friday", "2019-09-10", "2019-09-13"),
    ],
)
def test_somebodys_leave_in_words_fills_in_the_form(world: World, text: str, first: str, last: str) -> None:
    hold(world, [(ADMIN, says(text), "Leave")])
    values = {field.key: field.value for field in world.forms[ADMIN].fields}
    assert (values["first"], values["last"]) == (first, last)
    assert values["person"] == str(world.person_id("tom.ashdown"))


@pytest.mark.parametrize("text", ["chase tom", "accept all"])
def test_an_admin_is_told_that_the_answers_are_the_secretarys(world: World, text: str) -> None:
    hold(world, [(ADMIN, says(text), "That is for the board's secretary")])


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("extend q2 to tuesday", "It will be open until Tuesday 17 September 2019"),
        ("extend q2 to next friday", "It will be open until Friday 20 September 2019"),
        ("extend q2 to 6 September", "not: 2020"),
        ("move q4 to 20 March", "Friday 20 March 2020"),
        ("pls extend Q2 2019/20 to Weds 18 September", "It will be open until Wednesday 18 September 2019"),
        ("close q2 tomorrow", "not: Close now"),
        ("when does q1 close", "**Quarter 1 2019/20** closed on Friday 14 June 2019"),
        ("open q3", "Open now: Quarter 3 2019/20"),
        ("open q1 again please", "Reopen"),
    ],
)
def test_a_day_and_a_window_are_what_the_admin_means(world: World, text: str, shows: str) -> None:
    hold(world, [(ADMIN, says(text), shows)])


def test_everything_is_paused_however_it_is_asked_and_yes_resumes(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("Pause everything please"), "Everything is paused"),
            (ADMIN, says("resume"), "Resuming lets out what is right now"),
            (ADMIN, says("no"), "Nothing was changed"),
            (ADMIN, says("resume"), "Resuming lets out what is right now"),
            (ADMIN, says("yes"), "Sending is resumed"),
            (ADMIN, says("pause until friday"), "not: is paused"),
        ],
    )


def test_how_many_messages_wait_is_one_number(world: World) -> None:
    hold(world, [(ADMIN, says("pause"), "Everything is paused")])
    world.wait_until("2019-09-11 10:00")
    shown = [" ".join(says(text)(world, ADMIN)) for text in ("pilot", "withheld", "resume")]
    counts = [re.search(r"(\d+) messages (?:wait|go out)", each) for each in shown]
    assert {count[1] for count in counts if count} == {"17"}
    assert all(counts)


@pytest.mark.parametrize("text", ["what will be sent to Tom on friday?", "what will be sent to tom ashdown on friday"])
def test_the_name_in_a_question_about_what_is_sent_is_used(world: World, text: str) -> None:
    hold(world, [(ADMIN, says(text), ["Friday 13 September 2019** – Tom Ashdown", "1 message"])])


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("move q2 to next monday", "Monday 16 September 2019"),
        ("move q2 to next friday", "Friday 20 September 2019"),
        ("extend q2 to next friday", "Friday 20 September 2019"),
        ("can you move the close to 20 September", "Friday 20 September 2019"),
        ("please could you move q2 to 20 September for me", "Friday 20 September 2019"),
    ],
)
def test_next_friday_is_that_of_next_week_for_everything(world: World, text: str, closes: str) -> None:
    hold(world, [(ADMIN, says(text), f"It will be open until {closes}, 17:00")])


def test_days_to_preview_and_of_leave_are_read_the_same_way(world: World) -> None:
    hold(world, [(ADMIN, says("preview next friday"), "Friday 20 September 2019")])
    hold(world, [(ADMIN, says("Ruth is away until next monday"), "Leave")])
    assert {field.key: field.value for field in world.forms[ADMIN].fields}["last"] == "2019-09-16"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("extend q2 to friday 21 september", "that date is Saturday 21 September 2019"),
        ("move q2 to Thursday 20 September", "that date is Friday 20 September 2019"),
        ("extend q2 to 31 September", "There is no 31 September"),
    ],
)
def test_a_day_that_contradicts_itself_changes_no_window(world: World, text: str, why: str) -> None:
    hold(world, [(ADMIN, says(text), [why, "not: It will be open until"])])


def test_after_thanks_a_yes_still_does_what_was_previewed(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("close q2"), "It will be closed"),
            (ADMIN, says("thanks"), "Nothing is changed yet"),
            (ADMIN, says("yes"), "Done: Quarter 2 2019/20 is closed"),
        ],
    )


def test_another_day_alone_corrects_the_preview(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("extend q2 to 20 september"), "until Friday 20 September 2019"),
            (ADMIN, says("no, the 19th"), "until Thursday 19 September 2019"),
            (ADMIN, says("yes"), "It closes on Thursday 19 September 2019"),
        ],
    )


def test_a_reason_does_not_keep_a_pause_from_being_done(world: World) -> None:
    hold(world, [(ADMIN, says("Pause please, there's a wrong date in it"), "Everything is paused")])
    hold(
        world,
        [
            (ADMIN, says("move q2 to 20 September"), "Everything is paused"),
            (ADMIN, says("yes"), "whoever is concerned is told once an admin resumes"),
        ],
    )


def test_the_preview_shows_who_will_be_told_of_a_change_while_it_can_be_undone(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("close q2"), "It will be closed"),
            (ADMIN, says("yes"), "Done"),
            (ADMIN, says("preview Ruth"), ["1 message", "Correction of a date", "10:10"]),
            (ADMIN, says("preview Joanna"), "an admin changed a window's dates"),
        ],
    )
