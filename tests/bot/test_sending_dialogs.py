"""Pausing everything and pilots, as admins and those who are messaged see them."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import AuditEvent, Person
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    World,
    fills_in,
    hold,
    london,
    presses,
    says,
    sees_again,
    waits_until,
)

OTHER = "yasmin.begum"
"""A lead, made an admin too where two admins are needed."""

HELEN, TOM = "helen.marsh", "tom.ashdown"


@pytest.fixture
def world(engine: Engine) -> World:
    """Half an hour before the window opens; nobody was messaged yet."""
    return World(engine)


@pytest.fixture
def open_world(world: World) -> World:
    """The window is open, and everybody was asked."""
    world.wait_until("2019-08-30 09:00")
    return world


def make_admin(world: World, who: str) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{who}@example.org")).one().roles = ["admin"]
        session.commit()


def chooses(world: World, *who: str) -> list[str]:
    return [str(world.person_id(each)) for each in who]


def acts(world: World) -> list[tuple[str, int | None]]:
    with Session(world.engine) as session:
        query = select(AuditEvent).where(AuditEvent.subject == "sending").order_by(col(AuditEvent.id))
        return [(event.act, event.person_id) for event in session.exec(query)]


def begin(world: World, *who: str) -> None:
    hold(
        world,
        [
            (ADMIN, says("pilot"), "Nothing is paused, and everybody is messaged."),
            (ADMIN, presses("Begin a pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=chooses(world, *who)), "A pilot has begun."),
        ],
    )


def test_while_paused_answers_are_taken_and_nobody_is_chased(open_world: World) -> None:
    hold(
        open_world,
        [
            (ADMIN, says("pause"), ["Everything is paused.", "by Asif Chaudhry: nothing goes out but replies"]),
            (LEAD, says("answer 52"), "Will the activity"),
            (LEAD, fills_in(delivery="on_track", progress_description="All is signed."), "Stored: ● Yes"),
            (LEAD, sees_again(), "✓ Answered by Ruth Fairbrass"),
            (TOM, waits_until("2019-09-11 12:00"), ""),
            (SECRETARY, sees_again(), ""),
            (ADMIN, says("pilot"), ["paused since Friday 30 August 2019, 09:00", "17 messages wait for the resume"]),
        ],
    )


@pytest.mark.both_databases
def test_resuming_shows_what_will_go_and_then_each_hears_once_what_is_right_now(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("Pause everything"), "Everything is paused."),
            (TOM, waits_until("2019-09-11 12:00"), ""),
            (LEAD, says("answer 52"), "Will the activity"),
            (LEAD, fills_in(delivery="on_track", progress_description="All is signed."), "Stored: ● Yes"),
            (ADMIN, says("resume"), ["Resuming lets out", "**Reminder** to 16", "Tom Ashdown (46)", "not: Ruth"]),
        ],
    )
    before = len(world.posts(TOM))
    hold(world, [(ADMIN, presses("Resume now"), "Sending is resumed."), (TOM, sees_again(), "has been open since")])
    assert len(world.posts(TOM)) == before + 1
    hold(world, [(TOM, waits_until("2019-09-12 17:00"), ""), (ADMIN, says("resume"), "Nothing is paused just now")])
    assert acts(world) == [("paused", world.person_id(ADMIN)), ("resumed", world.person_id(ADMIN))]


def test_what_waited_from_before_the_pause_is_said_once_by_what_is_right_now(world: World) -> None:
    world.clock.set(london("2019-08-29 18:00"))
    hold(world, [(ADMIN, says("pause"), "Everything is paused.")])
    world.wait_until("2019-09-06 09:30")
    hold(world, [(ADMIN, says("resume"), "16 messages"), (ADMIN, presses("Resume now"), "resumed")])
    assert [post.message.text.count("Last time:") for post in world.posts(LEAD)] == [1]


def test_what_waits_for_the_resume_is_said_to_be_paused_and_not_withheld(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("withheld"), ["Nothing is withheld", "not: paused"]),
            (ADMIN, says("pause"), "Everything is paused."),
            (ADMIN, waits_until("2019-08-30 09:00"), ""),
            (ADMIN, says("resume"), "17 messages go out"),
            (
                ADMIN,
                says("withheld"),
                ["Nothing is withheld", "17 messages wait for the resume", "What is paused is not withheld"],
            ),
        ],
    )


def test_a_confirmation_that_is_out_of_date_shows_the_new_preview(open_world: World) -> None:
    hold(
        open_world,
        [
            (ADMIN, says("pause"), "Everything is paused."),
            (ADMIN, says("resume"), "Nothing goes out at once"),
            (ADMIN, waits_until("2019-09-06 12:00"), ""),
            (ADMIN, presses("Resume now"), ["Nothing was done yet", "messages go out", "Ruth Fairbrass (52)"]),
            (LEAD, waits_until("2019-09-06 12:10"), ""),
            (ADMIN, presses("Resume now"), "Sending is resumed."),
            (LEAD, sees_again(), "A reminder"),
        ],
    )


def test_everybody_else_who_is_an_admin_is_told(open_world: World) -> None:
    make_admin(open_world, OTHER)
    hold(
        open_world,
        [
            (ADMIN, says("pause"), "Everything is paused."),
            (OTHER, sees_again(), "Asif Chaudhry has paused everything."),
            (OTHER, says("pause"), ["It was paused already.", "by Asif Chaudhry"]),
            (OTHER, presses("Resume"), "Resuming lets out"),
            (OTHER, presses("Resume now"), "Sending is resumed."),
            (ADMIN, sees_again(), "Yasmin Begum has resumed sending."),
            (ADMIN, says("resume"), "Nothing is paused just now"),
            (OTHER, presses("Resume now"), "Nothing is paused just now"),
        ],
    )


def test_an_admin_is_not_woken_to_be_told(open_world: World) -> None:
    make_admin(open_world, OTHER)
    open_world.wait_until("2019-09-02 22:00")
    hold(
        open_world,
        [
            (ADMIN, says("pause"), "Everything is paused."),
            (OTHER, sees_again(), "not: has paused everything"),
            (OTHER, waits_until("2019-09-03 09:00"), "Asif Chaudhry has paused everything."),
        ],
    )


@pytest.mark.both_databases
def test_in_a_pilot_only_its_people_are_messaged_and_the_rest_is_shown(world: World) -> None:
    begin(world, LEAD)
    hold(
        world,
        [
            (LEAD, waits_until("2019-08-30 09:00"), "Please update 1 activity"),
            (TOM, sees_again(), ""),
            (ADMIN, says("pilot"), ["only 1 person is messaged, Ruth Fairbrass", "are withheld"]),
            (
                ADMIN,
                presses("See what is withheld"),
                [
                    "⊘ **Request** to 16",
                    "Tom Ashdown (46)",
                    "Because: the window opens; leads the item",
                    "not: Ruth Fairbrass",
                    "not: Last time",
                    "not: on track",
                ],
            ),
            (TOM, says("my"), ["Last time:"]),
            (STRANGER, says("help"), "in your own words"),
        ],
    )


def test_in_a_pilot_managers_and_boards_hear_nothing_of_those_who_were_never_asked(world: World) -> None:
    begin(world, LEAD, MANAGER)
    hold(world, [(MANAGER, waits_until("2019-09-16 12:00"), ["52", "not: 54", "not: 48"])])
    assert world.chat.posts("#asch-cabinet-committee") == []
    hold(
        world,
        [
            (
                ADMIN,
                says("withheld"),
                [
                    "⊘ **Escalation** to 3",
                    "Stephen Harcourt (7 items)",
                    "⊘ **Digest** to Adult Social Care and Health Cabinet Committee",
                ],
            )
        ],
    )


def test_ending_a_pilot_asks_the_others_the_step_that_is_right_then_once(world: World) -> None:
    begin(world, LEAD)
    world.wait_until("2019-09-06 12:00")
    before = len(world.posts(LEAD))
    hold(
        world,
        [
            (ADMIN, says("pilot"), "only 1 person"),
            (ADMIN, presses("End the pilot"), ["Ending the pilot", "**Reminder** to 15", "not: Ruth Fairbrass ("]),
            (TOM, sees_again(), ""),
            (
                ADMIN,
                presses("End it now"),
                ["The pilot is over.", "everybody is messaged", "were withheld while a pilot ran", "not: are withheld"],
            ),
            (
                TOM,
                sees_again(),
                ["Please update 1 activity", "open since Friday 30 August 2019, 09:00", "not: A reminder"],
            ),
            (ADMIN, presses("End it now"), "No pilot runs just now"),
            (
                ADMIN,
                says("withheld"),
                ["⊘ **Request** to 16", "Tom Ashdown (46)", "Because: the window opens; leads the item"],
            ),
        ],
    )
    assert len(world.posts(TOM)) == 1
    assert len(world.posts(LEAD)) == before
    hold(world, [(TOM, waits_until("2019-09-10 17:00"), "")])


def test_a_pilot_that_ends_on_its_first_day_asks_what_it_withheld(world: World) -> None:
    begin(world, LEAD)
    world.wait_until("2019-08-30 10:00")
    for _ in range(2):
        hold(
            world,
            [
                (ADMIN, says("pilot"), "only 1 person"),
                (ADMIN, presses("End the pilot"), "**Request** to "),
                (TOM, sees_again(), ""),
            ],
        )
    hold(world, [(ADMIN, presses("End it now"), "The pilot is over."), (TOM, sees_again(), "Please update 1 activity")])
    assert len(world.posts(TOM)) == 1


def test_widening_a_pilot_shows_what_goes_out_before_it_does(world: World) -> None:
    begin(world, LEAD)
    world.wait_until("2019-09-02 10:00")
    with_helen = {"pilot": chooses(world, LEAD, HELEN)}
    hold(
        world,
        [
            (ADMIN, says("pilot"), "only 1 person"),
            (ADMIN, presses("Change the pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=[]), "Choose at least one person"),
            (ADMIN, fills_in(**with_helen), ["Not changed yet.", "1 message goes out", "Helen Marsh"]),
            (HELEN, sees_again(), ""),
        ],
    )
    hold(
        world,
        [
            (ADMIN, presses("Change the pilot"), "Who is messaged?"),
            (ADMIN, fills_in(**with_helen), "Not changed yet."),
            (ADMIN, fills_in(), "The pilot is changed."),
            (HELEN, sees_again(), "Please update 2 activities"),
            (TOM, sees_again(), ""),
            (ADMIN, says("pilot"), "only 2 people are messaged, Helen Marsh and Ruth Fairbrass"),
            (ADMIN, presses("Change the pilot"), "Who is messaged?"),
            (ADMIN, fills_in(), "The pilot is just that already"),
        ],
    )
    assert len(world.posts(HELEN)) == 1


@pytest.mark.both_databases
def test_two_admins_who_change_one_pilot_both_see_the_truth(world: World) -> None:
    make_admin(world, OTHER)
    begin(world, LEAD)
    world.wait_until("2019-08-30 09:00")
    hold(
        world,
        [
            (OTHER, says("pilot"), "only 1 person"),
            (OTHER, presses("Change the pilot"), "Who is messaged?"),
            (ADMIN, says("pilot"), "only 1 person"),
            (ADMIN, presses("Change the pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=chooses(world, LEAD, TOM)), "Not changed yet."),
            (ADMIN, fills_in(), "The pilot is changed."),
            (
                OTHER,
                fills_in(pilot=chooses(world, LEAD, HELEN)),
                ["Meanwhile the pilot was changed. It is now: Ruth Fairbrass and Tom Ashdown"],
            ),
            (OTHER, fills_in(), ["Not changed yet.", "Helen Marsh (48)"]),
            (OTHER, fills_in(), "The pilot is changed."),
            (ADMIN, sees_again(), "Yasmin Begum has changed the pilot."),
            (OTHER, says("pilot"), "messaged, Helen Marsh and Ruth Fairbrass"),
        ],
    )


def test_while_paused_ending_a_pilot_sends_nothing_until_it_is_resumed(world: World) -> None:
    begin(world, LEAD)
    world.wait_until("2019-08-30 10:00")
    hold(
        world,
        [
            (ADMIN, says("pause"), ["paused since", "A pilot has run since", "only 1 person"]),
            (ADMIN, presses("End the pilot"), "Everything is paused, so nothing goes out until it is resumed."),
            (ADMIN, presses("End it now"), "The pilot is over."),
            (TOM, sees_again(), ""),
            (ADMIN, says("resume"), "Tom Ashdown ("),
            (ADMIN, presses("Resume now"), "Sending is resumed."),
            (TOM, sees_again(), "Please update 1 activity"),
        ],
    )


@pytest.mark.parametrize("text", ["pause", "resume", "pilot", "withheld", "preview"])
def test_nobody_but_an_admin_decides_about_sending(open_world: World, text: str) -> None:
    hold(
        open_world,
        [(who, says(text), "Only an admin can do that with what is sent.") for who in (LEAD, SECRETARY, STRANGER)],
    )
    assert acts(open_world) == []


@pytest.mark.parametrize(
    "action",
    [
        "pause",
        "resume",
        "resume_now",
        "begin_pilot",
        "change_pilot",
        "end_pilot",
        "end_pilot_now",
        "withheld",
    ],
)
def test_a_made_up_button_about_sending_is_refused(open_world: World, action: str) -> None:
    shown = open_world.incoming(LEAD, "press", action=action, value="sending")
    assert shown == ["Only an admin can do that with what is sent."]
    shown = open_world.incoming(LEAD, "submit", action="pilot", value="x", fields={"pilot": ["1"]})
    assert shown == ["Only an admin can do that with what is sent."]
    assert acts(open_world) == []


def test_words_that_begin_like_a_command_about_sending_stay_somebodys_answer(open_world: World) -> None:
    hold(open_world, [(LEAD, says("Preview event was held with the providers"), "Preview event was held")])


def test_pausing_one_person_is_not_pausing_everything(open_world: World) -> None:
    hold(open_world, [(ADMIN, says("pause Ruth"), "Write 'pause' alone")])
    assert acts(open_world) == []
