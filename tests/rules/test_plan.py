"""What is due, looked at every quarter of an hour unless a test says otherwise."""

import pytest

from remembrancer.models import ReturnState, WindowState
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.prompts.chase import return_key
from tests.oracle import Step
from tests.rules.build import (
    ADA,
    BEN,
    CAT,
    EVE,
    LEAD,
    Who,
    add_activity,
    leave,
    look,
    moment,
    office,
    said,
    story,
    vacate,
)

BEGINNING, END = "2019-09-30 00:00", "2019-10-19 00:00"
CHASES = [
    "Tue 01 Oct 09:00 Ada opening",
    "Mon 07 Oct 09:00 Ada half_way",
    "Wed 09 Oct 09:00 Ada two_days_before",
    "Fri 11 Oct 09:00 Ada closing_morning",
]
ESCALATIONS = [
    "Mon 14 Oct 09:00 Ben manager_told",
    "Wed 16 Oct 09:00 Cat director_told",
    "Wed 16 Oct 09:00 Dee secretary_told",
]


def test_a_return_that_nobody_answers_is_chased_and_then_escalated() -> None:
    assert story(office(), BEGINNING, END) == CHASES + ESCALATIONS


@pytest.mark.parametrize("state", [ReturnState.SUBMITTED, ReturnState.ACCEPTED, ReturnState.NO_UPDATE])
def test_chases_stop_when_answered(state: ReturnState) -> None:
    world = office()
    assert story(world, BEGINNING, "2019-10-08 12:00") == CHASES[:2]
    world.returns[1].state = state
    assert story(world, "2019-10-08 12:00", END) == []


def test_the_activities_still_awaited_are_chased_when_another_is_answered() -> None:
    world = office()
    add_activity(world, 2)
    assert said(world, "2019-10-01 09:00") == ["1 Ada opening", "2 Ada opening"]
    world.returns[1].state = ReturnState.SUBMITTED
    assert said(world, "2019-10-07 09:00") == ["2 Ada half_way"]


@pytest.mark.parametrize("state", [WindowState.SCHEDULED, WindowState.LOCKED])
def test_a_window_that_is_not_running_says_nothing(state: WindowState) -> None:
    world = office()
    world.windows[1].state = state
    assert story(world, BEGINNING, END) == []


def test_a_closed_window_still_escalates() -> None:
    world = office()
    world.windows[1].state = WindowState.CLOSED
    assert story(world, "2019-10-11 17:00", END) == ESCALATIONS


def test_nothing_is_said_twice() -> None:
    world = office()
    assert said(world, "2019-10-01 09:00") == ["1 Ada opening"]
    assert said(world, "2019-10-01 09:00") == []


def test_a_prompt_says_what_it_is_and_why() -> None:
    [prompt] = look(office(), moment("2019-10-07 10:30"))
    assert prompt.key == (return_key(1), "half_way", ADA, 1)
    assert (prompt.window_id, prompt.to, prompt.because) == (1, "lead", Reason.LEADS)
    assert (prompt.due_at, prompt.expires_at) == (moment("2019-10-07 09:00"), moment("2019-10-11 17:00"))


def test_the_delegate_of_a_return_gets_its_chases_and_the_manager_is_still_told() -> None:
    world = office()
    world.returns[1].delegate_id = EVE
    chases = [line.replace("Ada", "Eve") for line in CHASES]
    assert story(world, BEGINNING, END) == chases + ESCALATIONS


def test_a_return_handed_on_half_way_is_said_once_to_the_delegate_and_then_chased() -> None:
    world = office()
    assert said(world, "2019-10-07 09:00") == ["1 Ada half_way"]
    world.returns[1].delegate_id = EVE
    assert said(world, "2019-10-08 11:00") == ["1 Eve half_way"]
    assert said(world, "2019-10-09 09:00") == ["1 Eve two_days_before"]


def test_leave_with_a_delegate_hands_over_on_the_first_morning_and_back_on_the_last() -> None:
    world = office()
    leave(world, ADA, "2019-10-03", "2019-10-09", EVE)
    assert story(world, BEGINNING, "2019-10-10 23:00") == [
        "Tue 01 Oct 09:00 Ada opening",
        "Thu 03 Oct 09:00 Eve opening",
        "Mon 07 Oct 09:00 Eve half_way",
        "Wed 09 Oct 09:00 Eve two_days_before",
        "Thu 10 Oct 09:00 Ada two_days_before",
    ]


def test_leave_without_a_delegate_goes_to_the_manager() -> None:
    world = office()
    leave(world, ADA, "2019-10-07", "2019-10-31")
    assert story(world, BEGINNING, "2019-10-09 23:00") == [
        "Tue 01 Oct 09:00 Ada opening",
        "Mon 07 Oct 09:00 Ben half_way",
        "Wed 09 Oct 09:00 Ben two_days_before",
    ]


def test_a_vacant_post_is_not_a_silent_one() -> None:
    world = office()
    vacate(world, LEAD)
    chases = [line.replace("Ada", "Dee") for line in CHASES]
    assert sorted(story(world, BEGINNING, END)) == sorted(chases + ESCALATIONS)


def test_whoever_takes_up_a_vacant_post_is_asked_at_once() -> None:
    world = office()
    tenure = world.tenures[0]
    vacate(world, LEAD)
    assert said(world, "2019-10-02 09:00") == ["1 Dee opening"]
    world.tenures.append(tenure)
    assert said(world, "2019-10-03 12:00") == ["1 Ada opening"]


def test_a_director_on_leave_is_passed_over_for_the_secretary() -> None:
    world = office()
    leave(world, CAT, "2019-10-14", "2019-10-18")
    assert story(world, "2019-10-12 00:00", END) == [ESCALATIONS[0], ESCALATIONS[2]]


def test_one_person_in_several_parts_gets_one_message_at_a_time() -> None:
    world = office()
    for post_id in Who:
        vacate(world, post_id)
    world.people[BEN].roles = ["admin"]
    world.people[Who.FLO].roles = []
    assert said(world, "2019-10-14 09:00") == ["1 Ben manager_told"]
    assert said(world, "2019-10-16 09:00") == ["1 Ben secretary_told"]


def test_a_snooze_is_kept_and_then_ends() -> None:
    world = office()
    assert said(world, "2019-10-01 09:00") == ["1 Ada opening"]
    world.snoozes[1, ADA] = moment("2019-10-08 14:00")
    assert story(world, "2019-10-01 09:15", "2019-10-10 00:00") == [
        "Tue 08 Oct 14:00 Ada snoozed_until_20191008T1300",
        "Wed 09 Oct 09:00 Ada two_days_before",
    ]


def test_a_snooze_that_ends_in_the_night_ends_in_the_morning() -> None:
    world = office()
    world.snoozes[1, ADA] = moment("2019-10-05 22:00")
    assert said(world, "2019-10-07 08:59") == []
    assert said(world, "2019-10-07 09:00") == ["1 Ada snoozed_until_20191007T0800"]


def test_a_snooze_past_the_close_ends_on_the_closing_morning() -> None:
    world = office()
    world.snoozes[1, ADA] = moment("2019-10-15 10:00")
    lines = story(world, "2019-10-01 00:00", END)
    assert lines == ["Fri 11 Oct 09:00 Ada snoozed_until_20191011T0800", *ESCALATIONS]


def test_a_snooze_is_one_persons_and_one_returns() -> None:
    world = office()
    add_activity(world, 2)
    world.snoozes = {(1, ADA): moment("2019-10-10 10:00"), (2, BEN): moment("2019-10-10 10:00")}
    assert said(world, "2019-10-09 09:00") == ["2 Ada two_days_before"]


def test_a_snooze_puts_off_what_the_lead_is_asked_and_not_what_others_are_told() -> None:
    world = office()
    world.policies[1].append(Step("manager_warned", "manager", "before", 2))
    world.snoozes = {(1, ADA): moment("2019-10-10 10:00"), (1, BEN): moment("2019-10-10 10:00")}
    assert said(world, "2019-10-09 09:00") == ["1 Ben manager_warned"]


def sent_back(text: str) -> list[str]:
    world = office()
    assert said(world, "2019-10-07 09:00") == ["1 Ada half_way"]
    ret = world.returns[1]
    ret.state, ret.versions, ret.returned_at = ReturnState.RETURNED, 1, moment(text)
    return story(world, text, END)


def test_an_answer_that_is_sent_back_is_asked_for_at_once_and_chased_again() -> None:
    assert sent_back("2019-10-08 10:15")[:2] == ["Tue 08 Oct 10:15 Ada returned_1", CHASES[2]]


def test_an_answer_that_is_sent_back_in_the_evening_is_asked_for_in_the_morning() -> None:
    assert sent_back("2019-10-07 19:00")[0] == "Tue 08 Oct 09:00 Ada returned_1"


def test_an_answer_that_is_sent_back_after_the_close_is_asked_for_until_the_lock() -> None:
    assert sent_back("2019-10-11 18:00") == [
        "Mon 14 Oct 09:00 Ben manager_told",
        "Mon 14 Oct 09:00 Ada returned_1",
        *ESCALATIONS[1:],
    ]


def test_an_answer_that_is_sent_back_twice_is_asked_for_twice() -> None:
    world = office()
    ret = world.returns[1]
    ret.state = ReturnState.RETURNED
    for version, now in enumerate(("2019-10-08 10:00", "2019-10-08 15:00"), start=1):
        ret.versions, ret.returned_at = version, moment(now)
        assert said(world, now) == [f"1 Ada returned_{version}"]


def test_an_answer_that_is_sent_back_late_tells_nobody_at_once_that_it_is_late() -> None:
    assert sent_back("2019-10-17 12:00") == ["Thu 17 Oct 12:00 Ada returned_1"]


def test_after_an_outage_an_answer_that_was_sent_back_is_not_asked_for_again_at_the_close() -> None:
    world = office()
    ret = world.returns[1]
    ret.state, ret.versions, ret.returned_at = ReturnState.RETURNED, 1, moment("2019-10-08 10:00")
    lines = story(world, "2019-10-09 12:00", "2019-10-12 00:00")
    assert lines == ["Wed 09 Oct 12:00 Ada two_days_before", "Fri 11 Oct 09:00 Ada closing_morning"]


def test_a_window_too_short_for_its_steps_is_still_said() -> None:
    world = office()
    window = world.windows[1]
    window.opens_at, window.closes_at = moment("2019-10-07 07:00"), moment("2019-10-07 08:30")
    world.policies[1] = [step for step in world.policies[1] if step.key == "closing_morning"]
    assert said(world, "2019-10-07 07:00") == ["1 Ada closing_morning"]
