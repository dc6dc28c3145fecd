"""A board hears its own part of a programme, and its secretary looks after that part."""

import pytest

from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.programmes.slices import EVERYTHING, Slice, is_in
from tests.oracle import World
from tests.rules.build import DEE, EVE, FLO, SECRETARY, add_activity, day, facts, leave, moment, office, said, vacate

OTHER_SECRETARY = 5
TUESDAY = moment("2019-10-08 10:00")
ROADS: Slice = {"committee": ["roads", "transport"], "outcome": ["3"]}


def two_boards(outcome: str | None) -> World:
    """An office whose activity has that outcome; Dee's board hears of outcome 1, and Eve's of 2 and 3."""
    world = office()
    world.posts[OTHER_SECRETARY] = world.posts[SECRETARY].model_copy(update={"id": OTHER_SECRETARY, "name": "Post 5"})
    world.tenures.append(world.tenures[0].model_copy(update={"post_id": OTHER_SECRETARY, "person_id": EVE}))
    world.hearings[1] = [(SECRETARY, {"outcome": ["1"]}), (OTHER_SECRETARY, {"outcome": ["2", "3"]})]
    world.items[1].facts = {"outcome": outcome} if outcome else {}
    return world


@pytest.mark.parametrize(
    ("item", "inside"),
    [
        ({"committee": "roads", "outcome": "3"}, True),
        ({"committee": "transport", "outcome": "3", "owner": "x"}, True),
        ({"committee": "roads", "outcome": "2"}, False),
        ({"committee": "schools", "outcome": "3"}, False),
        ({"committee": "roads"}, False),
        ({"committee": "roads", "outcome": None}, False),
        ({"committee": "road", "outcome": "3"}, False),
        ({}, False),
    ],
)
def test_an_item_is_in_a_slice_when_every_fact_that_it_names_has_one_of_its_values(
    item: dict[str, str], inside: bool
) -> None:
    assert is_in(ROADS, item) == inside


@pytest.mark.parametrize("item", [{}, {"outcome": "3"}])
def test_every_item_is_in_the_slice_that_names_no_fact(item: dict[str, str]) -> None:
    assert is_in(EVERYTHING, item)


def test_a_slice_that_names_no_value_of_a_fact_holds_nothing() -> None:
    assert not is_in({"outcome": []}, {"outcome": "3"})


@pytest.mark.parametrize("item", [{}, {"outcome": ""}, {"outcome": None}])
def test_a_slice_can_hold_the_items_of_which_a_fact_is_not_recorded(item: dict[str, str | None]) -> None:
    assert is_in({"outcome": ["", "4"]}, item)


def secretary(world: World) -> list[tuple[int | None, Reason]]:
    return [(who.id, because) for who, because in recipients.secretary(facts(world), world.returns[1], TUESDAY)]


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [
        ("1", (DEE, Reason.SECRETARY)),
        ("3", (EVE, Reason.SECRETARY)),
        ("4", (FLO, Reason.NOBODY_ELSE)),
        (None, (FLO, Reason.NOBODY_ELSE)),
    ],
)
def test_the_secretary_of_an_item_is_that_of_the_board_that_hears_of_it(
    outcome: str | None, asked: tuple[int, Reason]
) -> None:
    assert secretary(two_boards(outcome)) == [asked]


def test_a_board_that_hears_everything_shares_an_item_with_one_that_hears_a_slice() -> None:
    world = two_boards("3")
    world.hearings[1][0] = (SECRETARY, {})
    assert secretary(world) == [(DEE, Reason.SECRETARY), (EVE, Reason.SECRETARY)]


def test_with_no_secretary_at_work_an_items_own_board_does_not_give_way_to_another() -> None:
    world = two_boards("3")
    leave(world, EVE, "2019-10-07", "2019-10-31")
    assert secretary(world) == [(FLO, Reason.NOBODY_ELSE)]


def test_each_secretary_is_told_of_the_items_of_their_own_board() -> None:
    world = two_boards("3")
    add_activity(world, 2)
    world.items[2].facts = {"outcome": "1"}
    lines = [each for each in said(world, "2019-10-16 09:00") if each.endswith("secretary_told")]
    assert lines == ["1 Eve secretary_told", "2 Dee secretary_told"]


def test_a_vacant_post_is_told_to_the_secretary_of_the_item_whose_lead_is_wanted() -> None:
    world = two_boards("3")
    vacate(world, 1)
    assert said(world, "2019-10-01 09:00") == ["1 Eve opening"]


def test_an_item_that_moves_to_another_slice_moves_to_its_secretary() -> None:
    world = two_boards("3")
    vacate(world, 1)
    assert said(world, "2019-10-01 09:00") == ["1 Eve opening"]
    world.items[1].facts = {"outcome": "1"}
    assert said(world, "2019-10-01 09:15") == ["1 Dee opening"]


def test_all_of_a_programmes_secretaries_look_after_it_whatever_part_they_hear() -> None:
    found = recipients.secretaries(facts(two_boards("4")), 1, TUESDAY)
    assert [person.id for person in found] == [DEE, EVE]


def test_a_secretary_whose_tenure_is_over_hears_of_nothing() -> None:
    world = two_boards("3")
    world.tenures[-1].last_day = day("2019-10-07")
    assert secretary(world) == [(FLO, Reason.NOBODY_ELSE)]
