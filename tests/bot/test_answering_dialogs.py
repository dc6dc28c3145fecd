"""Lead officers answer: by form, in their own words, with one tap."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import Edit
from tests.dialog import (
    ADMIN,
    LEAD,
    MANAGER,
    SECRETARY,
    World,
    fills_in,
    hold,
    presses,
    presses_old,
    replies,
    says,
    sees_again,
    waits_until,
)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def test_a_prompt_says_what_is_asked_by_when_and_who_reads_it(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                sees_again(),
                [
                    "Please update 1 activity by Friday 13 September 2019, 17:00",
                    "52 – Review of Voluntary and Community Sector Grants",
                    "Last time: ● Yes, it is on track",
                    "Who reads it: Adult Social Care and Health Cabinet Committee, its secretary",
                ],
            )
        ],
    )


@pytest.mark.both_databases
def test_no_change_is_one_tap_when_on_track(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change", "52"), "thank you. Stored: ● Yes, it is on track"),
            (LEAD, sees_again(), ["✓ Answered by Ruth Fairbrass", "not: Last time:"]),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["milestones"] == {"approval_to_proceed": "2019-04-06", "key_decision": "2019-09-03"}


def test_no_change_is_not_offered_where_last_time_was_not_on_track(world: World) -> None:
    labels = {button.label for button in world.buttons("amara.nwosu")}
    of_the_foot = {"What was said before", "Who reads this"}
    assert labels == {"Answer", "Remind me later", "Ask someone else", "Not mine"} | of_the_foot


def test_no_change_pressed_all_the_same_is_refused_with_what_to_do(world: World) -> None:
    [button] = [b for b in world.buttons("amara.nwosu") if b.label == "Answer"]
    shown = world.incoming("amara.nwosu", "press", action="no_change", value=button.value)
    assert shown == [
        "'No change' is enough only where the last answer was one of these: Yes, it is on track. Please press 'Answer'."
    ]


def test_amber_by_form_asks_for_all_that_the_board_wants_and_keeps_what_was_typed(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer", "52"), ["Will the activity be delivered", "not: What mitigating actions"]),
            (
                LEAD,
                fills_in(delivery="remedial_action", issues=["capacity", "other"], new_end_date="2021-04-01"),
                [
                    "Not sent yet: 6 to look at below.",
                    "Progress: an answer is needed.",
                    "Reason for the new end date: an answer is needed.",
                    "Other issue: an answer is needed.",
                    "Issues in detail: an answer is needed.",
                    "Impact: an answer is needed.",
                    "Mitigating actions or escalations: if there is nothing to say, write 'none'.",
                ],
            ),
            (LEAD, says("my"), "52"),
            (LEAD, presses("Answer", "52"), "This is the draft that was kept for you"),
            (
                LEAD,
                fills_in(
                    progress_description="Procurement was stopped.",
                    end_date_reason="The tender is run again.",
                    issues_other="Judicial review",
                    issue_detail="Two posts are vacant.",
                    issue_impact="Nine months' delay.",
                    mitigating_actions="None.",
                    risk_registers=["directorate"],
                ),
                "Stored: ▲ It requires remedial action",
            ),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["issues"] == ["capacity", "other"]
    assert answers["mitigating_actions"] == "None."


def test_words_in_the_thread_are_played_back_and_stored_when_confirmed(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                replies("on track, go live now 31 March"),
                [
                    "This is what was understood",
                    "**Delivery:** ● Yes, it is on track",
                    "Go live 31 Mar 2020",
                    "Progress: an answer is needed.",
                ],
            ),
            (LEAD, replies("Contracts are signed."), ["Contracts are signed.", "Nothing is sent until you confirm"]),
            (LEAD, presses("Send this answer", "52"), "Stored: ● Yes, it is on track"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["milestones"]["go_live"] == "2020-03-31"


def test_words_that_lack_something_say_what_is_missing_and_can_be_added_to(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("52 amber: capacity and dependencies, mitigating by a second supplier"),
                [
                    "▲ It requires remedial action",
                    "Capacity; Dependencies",
                    "a second supplier",
                    "Progress: an answer is needed.",
                ],
            ),
            (
                LEAD,
                says("The tender was stopped. In detail: two posts are vacant. Impact: nine months late."),
                [
                    "The tender was stopped",
                    "two posts are vacant",
                    "nine months late",
                    "Nothing is sent until you confirm",
                ],
            ),
            (LEAD, presses("Send this answer"), "Stored: ▲ It requires remedial action"),
        ],
    )


def test_a_draft_in_words_can_be_thrown_away(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track"), "Nothing is sent until you confirm"),
        ],
    )
    send = world.button(LEAD, "Send this answer")
    hold(
        world,
        [
            (LEAD, presses("Throw away"), "the draft is thrown away. Nothing was sent."),
            (LEAD, presses_old(send), "That answer was sent or thrown away already."),
        ],
    )
    assert world.answers("52") is None


def test_amber_twice_wants_fresh_words(world: World) -> None:
    lead = "amara.nwosu"
    hold(
        world,
        [
            (lead, presses("Answer", "56"), "Assigned: not published for Quarter 1"),
            (
                lead,
                fills_in(
                    delivery="remedial_action",
                    issues=["financial"],
                    issue_detail="d",
                    issue_impact="i",
                    mitigating_actions="none",
                ),
                "Progress is the same as last time; please say what has happened since.",
            ),
        ],
    )


def test_a_milestone_that_moved_is_shown_beside_its_old_date(world: World) -> None:
    moved = {"approval_to_proceed": "2019-04-06", "key_decision": "2019-12-03"}
    hold(
        world,
        [
            (LEAD, presses("Answer", "52"), "not: was 3 Sep 2019"),
            (LEAD, fills_in(milestones=moved, new_end_date="2020-06-01"), ["was 3 Sep 2019", "Reason for the new end"]),
        ],
    )


@pytest.mark.both_databases
def test_the_lead_edits_until_the_lock_and_every_version_is_kept(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (LEAD, waits_until("2019-09-16 10:00"), []),
            (LEAD, presses("Change answer"), "The window has closed; late answers are taken until"),
            (LEAD, fills_in(progress_description="Better still."), "Stored"),
            (LEAD, waits_until("2019-09-20 17:00"), []),
            (LEAD, sees_again(), ["The window is locked. Thank you"]),
        ],
    )
    assert not [button for post in world.posts(LEAD)[:1] for part in post.message.parts for button in part.buttons]


def test_whoever_gave_no_update_is_not_thanked_for_it_at_the_lock(world: World) -> None:
    world.wait_until("2019-09-20 17:00")
    hold(world, [(LEAD, sees_again(), ["The window is locked. Nothing more can be changed.", "not: Thank you"])])


def test_whose_answer_it_is_is_not_claimed_of_whoever_was_asked(world: World) -> None:
    hold(
        world,
        [
            (LEAD, waits_until("2019-09-16 09:00"), []),
            (MANAGER, presses("Answer on behalf", "52"), "Will the activity be delivered"),
            (MANAGER, fills_in(), "on behalf of the Head of Voluntary Sector Commissioning"),
            (LEAD, sees_again(), ["everything is in. The answer can be changed until Friday 20", "not: your answer"]),
        ],
    )


def test_a_stale_button_after_the_lock_says_so(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "No change"]
    world.wait_until("2019-09-20 17:00")
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert shown[0].startswith("Quarter 2 2019/20 is locked, so nothing can be changed any more.")


@pytest.mark.both_databases
def test_a_form_sent_after_the_lock_loses_nothing_and_says_so(world: World) -> None:
    world.incoming(LEAD, "press", action="answer", value=next(world.buttons(LEAD)).value)
    form = world.forms[LEAD]
    world.wait_until("2019-09-20 17:00")
    world.forms[LEAD] = form
    hold(world, [(LEAD, fills_in(progress_description="Too late"), "is locked")])


@pytest.mark.both_databases
def test_the_same_event_twice_acts_once(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "No change"]
    first = world.incoming(LEAD, "press", event="same", action=button.action, value=button.value)
    again = world.incoming(LEAD, "press", event="same", action=button.action, value=button.value)
    assert (len(first), again) == (1, [])


def test_pressing_twice_says_it_is_answered_already(world: World) -> None:
    [button] = [b for b in world.buttons(LEAD) if b.label == "No change"]
    world.incoming(LEAD, "press", action=button.action, value=button.value)
    shown = world.incoming(LEAD, "press", action=button.action, value=button.value)
    assert shown == ["This is answered already. To change the answer, press 'Change answer'."]


def test_snoozing_asks_again_that_morning_and_never_past_the_close(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Remind me later"), "On another day you will be reminded in the morning"),
            (LEAD, fills_in(until="2019-09-13"), "you will be reminded on Friday 13 September 2019, 09:00"),
            (LEAD, waits_until("2019-09-12 17:00"), ""),
            (LEAD, waits_until("2019-09-13 09:00"), "You asked to be reminded"),
            (LEAD, presses("Remind me later"), "reminded"),
            (LEAD, fills_in(until="2019-09-16"), "Choose a day before the window closes"),
            (LEAD, fills_in(until="2019-09-12"), "Choose a day from tomorrow on."),
        ],
    )


def test_a_delegate_is_asked_at_once_and_answers_on_behalf(world: World) -> None:
    delegate = "james.okafor"
    hold(
        world,
        [
            (LEAD, presses("Ask someone else"), "They are asked instead of you"),
            (LEAD, fills_in(person=""), "Choose who should be asked."),
            (LEAD, fills_in(person=str(world.person_id(delegate))), "James Okafor is asked now"),
            (LEAD, sees_again(), "James Okafor is asked instead."),
            (delegate, sees_again(), "You were asked to answer for the lead (Head of Voluntary Sector Commissioning)"),
            (delegate, presses("No change", "52"), "on behalf of the Head of Voluntary Sector Commissioning"),
            (LEAD, sees_again(), "✓ Answered by James Okafor"),
        ],
    )


def test_what_was_delegated_can_be_taken_back(world: World) -> None:
    delegate = "james.okafor"
    hold(
        world,
        [
            (LEAD, presses("Ask someone else"), []),
            (LEAD, fills_in(person=str(world.person_id(delegate))), "is asked now"),
            (LEAD, presses("Ask me again"), "is asked again"),
            (
                delegate,
                sees_again(),
                ["Nothing is wanted from you any more: its lead, ", "Commissioning – Ruth Fairbrass, is asked."],
            ),
        ],
    )


def test_an_admin_who_is_told_because_nobody_else_is_there_sees_no_answers_and_no_buttons(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    edit("people.csv", "Joanna Pell,joanna.pell@example.org,", ",,")
    edit("people.csv", "Ruth Fairbrass,ruth.fairbrass@example.org,", ",,")
    world = World(engine, folder)
    hold(
        world,
        [
            (
                ADMIN,
                waits_until("2019-08-30 09:00"),
                ["nobody at work can be asked for", "Awaiting an answer. Lead: Head of Vol", "not: on track"],
            )
        ],
    )
    assert list(world.buttons(ADMIN)) == []


def test_whoever_stands_in_for_a_lead_on_leave_is_asked_and_told_why(world: World) -> None:
    hold(
        world,
        [
            (
                "helen.marsh",
                waits_until("2019-09-02 09:00"),
                ["54 – ", "The lead (Residential Care Commissioning Manager) is on leave, and you stand in."],
            )
        ],
    )


def test_an_answer_sent_back_is_chased_again_with_the_reason(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("No change"), "Stored"),
            (SECRETARY, says("status"), ["1 of 17 received", "Submitted: ● Yes, it is on track"]),
            (SECRETARY, presses("Send back", "52"), "is chased again"),
            (SECRETARY, fills_in(reason=""), "Say what should be looked at again."),
            (SECRETARY, fills_in(reason="Is the *tender* still on?"), "is sent back to its lead"),
            (LEAD, sees_again(), ["sent back with a question", "Sent back: Is the \\*tender\\* still on?"]),
            (LEAD, presses("Answer", "52"), "Sent back: Is the \\*tender\\* still on?"),
            (LEAD, fills_in(progress_description="It is."), "Stored"),
            (SECRETARY, says("see 52"), ["Version 2", "It is."]),
            (SECRETARY, presses("Accept", "52"), "52 is accepted."),
            (SECRETARY, presses("Accept", "52"), "This answer is accepted already."),
        ],
    )


def test_a_manager_is_told_of_what_is_late_and_may_answer_on_behalf(world: World) -> None:
    hold(
        world,
        [
            (MANAGER, waits_until("2019-09-16 08:59"), ""),
            (MANAGER, waits_until("2019-09-16 09:00"), ["Not yet received: 8 updates", "52 – "]),
            (MANAGER, presses("Answer on behalf", "52"), "Will the activity be delivered"),
            (MANAGER, fills_in(), "on behalf of the Head of Voluntary Sector Commissioning"),
        ],
    )


def test_commands_and_slips_are_understood(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("help"), ["**my** – what is wanted", "not: windows"]),
            (LEAD, says("hepl"), "Did you mean 'help'?"),
            (LEAD, says("answer 52"), "Will the activity be delivered"),
            (LEAD, says("answer 53"), "There is no 53 for you to answer now."),
            (LEAD, says("windows"), "Only an admin can do that with windows."),
            (LEAD, says("status"), ["0 of 1 received", "not: 53 – "]),
        ],
    )


def test_somebody_with_several_items_is_asked_which_one_is_meant(world: World) -> None:
    world.wait_until("2019-09-02 09:00")
    hold(
        world,
        [
            ("helen.marsh", says("on track"), ["Which one do you mean?", "**48**", "**54**"]),
            ("helen.marsh", says("54 on track"), "54 – Commissioning Disability"),
        ],
    )


def test_one_person_with_several_items_gets_one_message_that_lists_them(world: World) -> None:
    world.wait_until("2019-09-06 09:00")
    last = world.posts("helen.marsh")[-1].message.text
    assert "48 – " in last
    assert "54 – " in last
