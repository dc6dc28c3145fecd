"""Two people at one answer, stale forms and buttons, and words that must not be lost."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.bot.inbound.open_forms import store
from remembrancer.models import Draft, Window
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    World,
    changes,
    fills_in,
    hold,
    presses,
    presses_old,
    says,
    sees_again,
    waits_until,
)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


@pytest.mark.both_databases
def test_an_old_draft_does_not_take_the_place_of_a_newer_answer_unseen(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track"), "Nothing is sent until you confirm"),
            (MANAGER, says("answer 52"), "Will the activity"),
            (MANAGER, fills_in(progress_description="All is well, says the manager."), "Stored"),
            (
                LEAD,
                presses("Send this answer"),
                ["Meanwhile Stephen Harcourt has answered: ● Yes, it is on track", "not: Stored"],
            ),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "All is well, says the manager."


def test_a_form_that_was_opened_before_somebody_else_answered_asks_before_it_replaces(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (MANAGER, says("answer 52"), "Will the activity"),
            (MANAGER, fills_in(progress_description="The manager's words."), "Stored"),
            (LEAD, fills_in(progress_description="The lead's words."), "Meanwhile Stephen Harcourt has answered"),
            (LEAD, fills_in(), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["progress_description"] == "The lead's words."


def test_a_page_turned_after_a_newer_answer_does_not_make_the_form_a_new_one(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (MANAGER, says("answer 52"), "Will the activity"),
            (MANAGER, fills_in(progress_description="The manager's words."), "Stored"),
            (
                LEAD,
                changes(progress_description="The lead's words."),
                ["Meanwhile Stephen Harcourt has answered", "Progress: The manager's words."],
            ),
            (LEAD, fills_in(), "Meanwhile Stephen Harcourt has answered"),
            (LEAD, fills_in(), "Stored"),
        ],
    )


def test_whoever_gave_the_answer_that_was_replaced_is_told_old_and_new(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, all is well"), "Nothing is sent"),
            (LEAD, says("send it"), "Stored"),
            (MANAGER, says("answer 52"), "Will the activity"),
            (MANAGER, fills_in(progress_description="The manager's words."), "Stored"),
        ],
    )
    told = world.posts(LEAD)[-1].message.text
    assert "Stephen Harcourt has answered **52" in told
    assert "**Progress:** All is well → The manager's words." in told


@pytest.mark.both_databases
def test_whoever_has_the_form_open_is_told_when_somebody_else_answers(world: World) -> None:
    """The platforms keep the forms that are open on them; a form of another item is nobody's concern."""
    hold(world, [(LEAD, presses("Answer"), "Will the activity"), ("tom.ashdown", presses("Answer"), "Will the")])
    for who in (LEAD, "tom.ashdown"):
        store(world.engine, "teams", world.person_id(who), world.forms[who], world.clock.now())
    hold(
        world,
        [
            (MANAGER, says("answer 52"), "Will the activity"),
            (MANAGER, fills_in(progress_description="The manager's words."), "Stored"),
        ],
    )
    assert "Stephen Harcourt has just answered 52 while your form of it is open" in world.posts(LEAD)[-1].message.text
    assert "while your form" not in world.posts("tom.ashdown")[-1].message.text
    hold(
        world,
        [
            (LEAD, fills_in(progress_description="The lead's words."), "Meanwhile Stephen Harcourt has answered"),
            (LEAD, fills_in(), "Stored"),
        ],
    )
    assert sum("while your form" in post.message.text for post in world.posts(LEAD)) == 1


def test_while_everything_is_paused_nobody_is_told_about_an_open_form(world: World) -> None:
    """Nothing goes out but replies, and an hour later it is of no use any more."""
    hold(world, [(LEAD, presses("Answer"), "Will the activity"), (ADMIN, says("pause"), "Everything is paused")])
    store(world.engine, "teams", world.person_id(LEAD), world.forms[LEAD], world.clock.now())
    hold(world, [(MANAGER, says("52 on track, by phone"), "Nothing is sent"), (MANAGER, says("yes"), "Stored")])
    assert "while your form" not in world.posts(LEAD)[-1].message.text
    hold(world, [(ADMIN, waits_until("2019-08-30 11:00"), ""), (ADMIN, says("resume"), "Resuming")])
    hold(world, [(ADMIN, says("yes"), "Sending is resumed")])
    assert not [post for post in world.posts(LEAD) if "while your form" in post.message.text]


def test_ones_own_second_form_does_not_replace_ones_own_newer_answer_unseen(world: World) -> None:
    hold(world, [(LEAD, presses("Answer"), "Will the activity")])
    first = world.forms[LEAD]
    hold(world, [(LEAD, says("on track, all is well"), "Nothing is sent"), (LEAD, says("yes"), "Stored")])
    world.forms[LEAD] = first
    hold(world, [(LEAD, fills_in(progress_description="Old."), "Meanwhile your other message or form has answered")])


@pytest.mark.both_databases
def test_a_secretary_accepts_and_sends_back_only_what_was_read(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("see 52"), "Version 1"),
        ],
    )
    accept = world.button(SECRETARY, "Accept", "52")
    hold(
        world,
        [
            (LEAD, presses("Change answer"), "Will the activity"),
            (LEAD, fills_in(progress_description="New words."), "Stored"),
            (SECRETARY, presses_old(accept), ["has been changed since you read it", "Version 2", "New words."]),
            (SECRETARY, presses("Accept", "52"), "52 is accepted."),
        ],
    )


@pytest.mark.both_databases
def test_what_was_typed_is_kept_when_the_window_locks_meanwhile(world: World) -> None:
    hold(world, [(LEAD, presses("Answer"), "Will the activity")])
    form = world.forms[LEAD]
    world.wait_until("2019-09-20 17:00")
    world.forms[LEAD] = form
    hold(world, [(LEAD, fills_in(progress_description="Just too late."), "is locked")])
    with Session(world.engine) as session:
        assert session.exec(select(Draft)).one().answers["progress_description"] == "Just too late."


def test_a_date_that_cannot_be_read_is_shown_again_and_breaks_nothing(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (LEAD, fills_in(new_end_date="31/02/2021", progress_description="Kept."), "New end date could not be read"),
        ],
    )
    assert {f.key: f.value for f in world.forms[LEAD].fields}["new_end_date"] == "31/02/2021"
    hold(
        world,
        [
            (LEAD, says("answer 52"), "draft that was kept"),
            (LEAD, fills_in(new_end_date=""), "Stored"),
        ],
    )


def test_words_that_are_added_do_not_wipe_those_before(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("52 amber: capacity. Contracts were delayed by the review."), "Contracts were delayed"),
            (
                LEAD,
                says("The impact is nine months. We will know more in October."),
                ["Contracts were delayed by the review.", "We will know more in October", "nine months"],
            ),
        ],
    )


def test_several_items_in_one_message_are_each_played_back(world: World) -> None:
    world.wait_until("2019-09-02 09:00")
    hold(
        world,
        [
            (
                "helen.marsh",
                says("48 on track, the draft is out\n54 amber: capacity"),
                ["48 – Refresh of the Community", "The draft is out", "54 – Commissioning Disability", "Capacity"],
            )
        ],
    )


def test_one_ref_in_two_windows_is_told_apart_by_the_thread_or_by_a_button(engine: Engine) -> None:
    world = World(engine, at="2019-08-30 08:30")
    world.wait_until("2019-08-30 09:00")
    with Session(engine) as session:
        q3 = session.exec(select(Window).where(Window.key == "2019-20-q3")).one()
        q3.opens_at = datetime(2019, 9, 2, 8, tzinfo=UTC)
        session.commit()
    world.wait_until("2019-09-02 09:00")
    hold(
        world,
        [
            (LEAD, says("52 on track"), ["Which one do you mean?", "Quarter 2 2019/20", "Quarter 3 2019/20"]),
            (LEAD, presses("Answer", "Quarter 3"), "Quarter 3 2019/20"),
        ],
    )


def test_somebody_on_leave_cannot_be_asked_instead(world: World) -> None:
    world.wait_until("2019-09-03 09:00")
    hold(
        world,
        [
            (LEAD, presses("Ask someone else"), "They are asked instead"),
            (LEAD, fills_in(person=str(world.person_id("ellen.sweeting"))), "Ellen Sweeting is on leave just now"),
        ],
    )


def test_a_snooze_to_a_sunday_says_when_it_will_really_come(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "reminded"),
            (LEAD, fills_in(until="2019-09-08"), "you will be reminded on Monday 9 September 2019, 09:00"),
            (LEAD, waits_until("2019-09-09 08:59"), ""),
            (LEAD, waits_until("2019-09-09 09:00"), "You asked to be reminded"),
        ],
    )


def test_nobody_new_is_asked_after_the_close(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "Ask someone else"]
    world.wait_until("2019-09-13 17:00")
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert shown[0].startswith("The window has closed, so nobody new can be asked.")
    hold(world, [(LEAD, sees_again(), "not: Ask someone else")])


def test_moving_a_window_to_the_dates_it_has_asks_nobody_again(world: World) -> None:
    before = len(world.posts(LEAD))
    hold(
        world,
        [
            ("asif.chaudhry", says("windows"), "open"),
            ("asif.chaudhry", presses("Move", "Quarter 2"), "It now closes"),
            ("asif.chaudhry", fills_in(), "has these dates already"),
        ],
    )
    assert len(world.posts(LEAD)) == before
