"""A lead chased by hand, and items that are withdrawn, suspended and reported on again."""

from datetime import time

import pytest

from remembrancer.models import ReturnState
from tests.oracle import Step, World
from tests.rules.build import (
    ADA,
    EVE,
    HONOLULU,
    SYDNEY,
    add_activity,
    look,
    moment,
    move_to,
    office,
    said,
    story,
)

LAST_MORNING_IN_SYDNEY = "2019-10-11 10:00"
"""London's morning of the closing day, when it is eight in the evening in Sydney."""
END = "2019-10-19 00:00"


def chase(world: World, text: str, number: int = 1) -> None:
    world.returns[number].chased_at = moment(text)


def send_back(world: World, text: str) -> None:
    ret = world.returns[1]
    ret.state, ret.versions, ret.returned_at = ReturnState.RETURNED, 1, moment(text)


def far_away() -> World:
    """An office whose lead is in Sydney, and whose window takes no late answers."""
    world = office()
    move_to(world, ADA, SYDNEY)
    world.windows[1].late_until = world.windows[1].closes_at
    return world


def test_a_lead_whom_the_secretary_chases_is_asked_at_once_and_once() -> None:
    world = office()
    assert said(world, "2019-10-07 09:00") == ["1 Ada half_way"]
    chase(world, "2019-10-08 10:15")
    assert story(world, "2019-10-08 10:15", "2019-10-10 00:00") == [
        "Tue 08 Oct 10:15 Ada chased_20191008T091500",
        "Wed 09 Oct 09:00 Ada two_days_before",
    ]


def test_a_chase_says_whom_it_asks_and_until_when() -> None:
    world = office()
    chase(world, "2019-10-08 10:15")
    [prompt] = look(world, moment("2019-10-08 10:15"))
    assert (prompt.person_id, prompt.to, prompt.step) == (ADA, "lead", "chased_20191008T091500")
    assert (prompt.due_at, prompt.expires_at) == (moment("2019-10-08 10:15"), moment("2019-10-18 17:00"))


def test_who_is_chased_twice_is_asked_twice() -> None:
    world = office()
    for text, step in (("2019-10-08 10:00", "chased_20191008T090000"), ("2019-10-08 15:00", "chased_20191008T140000")):
        chase(world, text)
        assert said(world, text) == [f"1 Ada {step}"]


def test_a_chase_in_the_evening_waits_for_the_leads_own_morning() -> None:
    world = office()
    move_to(world, ADA, HONOLULU)
    said(world, "2019-10-07 09:00", HONOLULU)
    chase(world, "2019-10-08 10:15")
    assert story(world, "2019-10-08 10:15", "2019-10-09 12:00") == ["Tue 08 Oct 20:00 Ada chased_20191008T091500"]


def test_a_chase_asks_whoever_is_asked_now_and_nobody_else() -> None:
    world = office()
    add_activity(world, 2)
    said(world, "2019-10-07 09:00")
    world.returns[1].delegate_id = EVE
    said(world, "2019-10-08 09:00")
    chase(world, "2019-10-08 10:00")
    assert said(world, "2019-10-08 10:00") == ["1 Eve chased_20191008T090000"]


def test_a_chase_is_heard_although_the_lead_put_it_off_and_what_they_asked_for_still_comes() -> None:
    world = office()
    world.snoozes[1, ADA] = moment("2019-10-09 14:00")
    chase(world, "2019-10-08 10:00")
    assert story(world, "2019-10-07 00:00", "2019-10-10 00:00") == [
        "Tue 08 Oct 10:00 Ada chased_20191008T090000",
        "Wed 09 Oct 14:00 Ada snoozed_until_20191009T1300",
    ]


def test_after_the_close_a_chase_goes_out_until_the_lock() -> None:
    world = office()
    said(world, "2019-10-17 12:00")
    chase(world, "2019-10-18 16:30")
    assert said(world, "2019-10-18 16:30") == ["1 Ada chased_20191018T153000"]
    assert said(office_chased("2019-10-18 16:30"), "2019-10-18 17:00") == []


def office_chased(text: str) -> World:
    world = office()
    chase(world, text)
    return world


def test_a_chase_of_an_answered_return_says_nothing() -> None:
    world = office_chased("2019-10-08 10:00")
    world.returns[1].state = ReturnState.SUBMITTED
    assert story(world, "2019-10-08 10:00", END) == []


def test_a_chase_is_over_once_an_answer_was_sent_back_and_one_after_that_counts() -> None:
    world = office_chased("2019-10-08 10:00")
    send_back(world, "2019-10-08 11:00")
    assert said(world, "2019-10-08 11:00") == ["1 Ada returned_1"]
    chase(world, "2019-10-08 12:00")
    assert said(world, "2019-10-08 12:00") == ["1 Ada chased_20191008T110000"]


def test_of_a_chase_and_an_answer_sent_back_in_one_evening_only_the_later_is_heard_of_in_the_morning() -> None:
    world = office_chased("2019-10-07 19:00")
    send_back(world, "2019-10-07 20:00")
    assert said(world, "2019-10-08 09:00") == ["1 Ada returned_1"]
    world = office_chased("2019-10-07 20:00")
    send_back(world, "2019-10-07 19:00")
    assert said(world, "2019-10-08 09:00") == ["1 Ada chased_20191007T190000"]


def test_after_an_outage_a_chase_from_before_the_latest_step_is_stale() -> None:
    world = office_chased("2019-10-08 10:00")
    assert said(world, "2019-10-09 10:00") == ["1 Ada two_days_before"]


def test_a_chase_in_the_last_night_is_not_lost_behind_a_later_step_of_that_day() -> None:
    world = far_away()
    world.policies[1].append(Step("noon", "lead", "before", 0, time(12)))
    assert said(world, "2019-10-11 12:00", SYDNEY) == ["1 Ada noon"]
    chase(world, LAST_MORNING_IN_SYDNEY)
    assert said(world, LAST_MORNING_IN_SYDNEY) == ["1 Ada chased_20191011T090000"]


def test_an_answer_sent_back_in_the_last_night_is_not_lost_behind_a_snooze_that_ended() -> None:
    world = far_away()
    world.snoozes[1, ADA] = moment("2019-10-11 10:00", SYDNEY)
    assert said(world, "2019-10-11 10:00", SYDNEY) == ["1 Ada snoozed_until_20191010T2300"]
    send_back(world, LAST_MORNING_IN_SYDNEY)
    assert said(world, LAST_MORNING_IN_SYDNEY) == ["1 Ada returned_1"]


@pytest.mark.parametrize("state", [ReturnState.WITHDRAWN, ReturnState.SUSPENDED])
def test_a_return_that_is_set_aside_is_asked_of_nobody_and_tells_on_nobody(state: ReturnState) -> None:
    world = office()
    said(world, "2019-10-01 09:00")
    world.returns[1].state = state
    chase(world, "2019-10-08 10:00")
    assert story(world, "2019-10-08 10:00", END) == []


@pytest.mark.parametrize("state", [ReturnState.WITHDRAWN, ReturnState.SUSPENDED])
def test_reported_on_again_a_return_is_asked_for_at_the_step_that_is_right_then(state: ReturnState) -> None:
    world = office()
    said(world, "2019-10-01 09:00")
    world.returns[1].state = state
    assert said(world, "2019-10-07 09:00") == []
    world.returns[1].state = ReturnState.AWAITING
    assert said(world, "2019-10-08 11:00") == ["1 Ada half_way"]
