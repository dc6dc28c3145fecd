"""In a pilot only some people are messaged; what the others would have got is shown and never sent."""

import pytest

from remembrancer.rules.prompts.pilot import is_withheld
from tests.oracle import World
from tests.rules.build import (
    ADA,
    BEN,
    CAT,
    DEE,
    EVE,
    FLO,
    LEAD,
    Who,
    add_activity,
    facts,
    hand_over,
    leave,
    line,
    moment,
    office,
    planned,
    said,
    vacate,
)

OPENING, MANAGERS_MORNING, LAST_WARNING = "2019-10-01 09:00", "2019-10-14 09:00", "2019-10-16 09:00"


def pilot(*people: int) -> World:
    world = office()
    world.pilot = {int(who) for who in people}
    return world


def seen(world: World, text: str) -> list[str]:
    """One look, as `said`; what is only shown is in brackets."""
    plan = facts(world)
    prompts = planned(plan, moment(text))
    world.prompted |= {prompt.key for prompt in prompts}
    return [f"({line(each)})" if is_withheld(plan, each) else line(each) for each in prompts]


def test_without_a_pilot_nothing_is_withheld() -> None:
    world = office()
    assert seen(world, OPENING) == ["1 Ada opening"]
    assert seen(world, LAST_WARNING) == ["1 Ben manager_told", "1 Cat director_told", "1 Dee secretary_told"]


def test_in_a_pilot_of_nobody_everything_is_withheld() -> None:
    assert seen(pilot(), OPENING) == ["(1 Ada opening)"]


def test_in_a_pilot_its_people_are_asked_and_the_others_would_have_been() -> None:
    world = pilot(ADA)
    add_activity(world, 2, LEAD + 1)
    assert seen(world, OPENING) == ["1 Ada opening", "(2 Ben opening)"]


def test_what_was_shown_is_not_shown_twice() -> None:
    world = pilot()
    assert seen(world, OPENING) == ["(1 Ada opening)"]
    assert seen(world, OPENING) == []


def test_those_who_are_told_are_told_of_a_return_whose_lead_is_in_the_pilot() -> None:
    world = pilot(ADA, BEN, CAT, DEE)
    assert seen(world, LAST_WARNING) == ["1 Ben manager_told", "1 Cat director_told", "1 Dee secretary_told"]


def test_nobody_is_told_that_somebody_is_late_who_was_never_asked() -> None:
    world = pilot(BEN, CAT, DEE)
    assert seen(world, LAST_WARNING) == ["(1 Ben manager_told)", "(1 Cat director_told)", "(1 Dee secretary_told)"]


def test_those_outside_the_pilot_are_not_told_of_those_inside() -> None:
    assert seen(pilot(ADA, CAT), LAST_WARNING) == [
        "(1 Ben manager_told)",
        "1 Cat director_told",
        "(1 Dee secretary_told)",
    ]


def test_what_counts_is_who_is_asked_and_not_who_leads() -> None:
    world = pilot(BEN, EVE)
    world.returns[1].delegate_id = EVE
    assert seen(world, OPENING) == ["1 Eve opening"]
    assert seen(world, MANAGERS_MORNING) == ["1 Ben manager_told"]


def test_a_lead_in_the_pilot_who_handed_a_return_to_somebody_outside_is_not_the_one_asked() -> None:
    world = pilot(ADA, BEN)
    world.returns[1].delegate_id = EVE
    assert seen(world, OPENING) == ["(1 Eve opening)"]
    assert seen(world, MANAGERS_MORNING) == ["(1 Ben manager_told)"]


def test_who_stands_in_for_a_lead_counts_as_asked() -> None:
    world = pilot(BEN, EVE)
    leave(world, ADA, "2019-10-01", "2019-10-31", EVE)
    assert seen(world, OPENING) == ["1 Eve opening"]
    assert seen(world, MANAGERS_MORNING) == ["1 Ben manager_told"]


def test_the_secretary_in_the_pilot_hears_of_a_vacant_post_in_the_leads_place() -> None:
    world = pilot(DEE)
    vacate(world, LEAD)
    assert seen(world, OPENING) == ["1 Dee opening"]


@pytest.mark.parametrize(("people", "asked"), [([FLO], "1 Flo opening"), ([EVE], "(1 Flo opening)")])
def test_with_nobody_at_work_an_admin_is_asked_only_if_in_the_pilot(people: list[Who], asked: str) -> None:
    world = pilot(*people)
    for post_id in Who:
        vacate(world, post_id)
    assert seen(world, OPENING) == [asked]


def test_a_chase_by_hand_of_somebody_outside_the_pilot_is_only_shown() -> None:
    world = pilot(BEN)
    world.returns[1].chased_at = moment("2019-10-08 10:00")
    assert seen(world, "2019-10-08 10:00") == ["(1 Ada chased_20191008T090000)"]


def test_a_post_handed_to_somebody_in_the_pilot_is_asked_from_then_on() -> None:
    world = pilot(BEN, EVE)
    hand_over(world, LEAD, EVE, "2019-10-07")
    assert seen(world, OPENING) == ["(1 Ada opening)"]
    assert seen(world, "2019-10-07 09:00") == ["1 Eve half_way"]
    assert seen(world, MANAGERS_MORNING) == ["1 Ben manager_told"]


def test_once_what_was_withheld_is_forgotten_the_step_that_is_right_then_is_asked() -> None:
    world = pilot(BEN)
    assert seen(world, OPENING) == ["(1 Ada opening)"]
    world.pilot, world.prompted = None, set()
    assert said(world, "2019-10-07 15:00") == ["1 Ada half_way"]
    assert said(world, MANAGERS_MORNING) == ["1 Ben manager_told"]
