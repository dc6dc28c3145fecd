"""Posts that pass from one to another, items that go to another post, and posts that a body holds."""

from tests.oracle import World
from tests.rules.build import (
    ADA,
    BEN,
    CAT,
    DEE,
    DIRECTOR,
    EVE,
    LEAD,
    MANAGER,
    hand_over,
    join,
    leave,
    office,
    said,
    story,
    vacate,
)

BEGINNING = "2019-09-30 00:00"


def test_a_post_that_is_handed_over_has_its_new_holder_asked_from_their_first_morning() -> None:
    world = office()
    hand_over(world, LEAD, EVE, "2019-10-08")
    assert story(world, BEGINNING, "2019-10-10 00:00") == [
        "Tue 01 Oct 09:00 Ada opening",
        "Mon 07 Oct 09:00 Ada half_way",
        "Tue 08 Oct 09:00 Eve half_way",
        "Wed 09 Oct 09:00 Eve two_days_before",
    ]


def test_a_managers_post_that_is_handed_over_has_the_new_manager_told() -> None:
    world = office()
    hand_over(world, MANAGER, EVE, "2019-10-14")
    assert said(world, "2019-10-14 09:00") == ["1 Eve manager_told"]


def test_an_item_that_goes_to_another_post_is_asked_of_its_holder_at_once_and_never_again_of_the_old() -> None:
    world = office()
    said(world, "2019-10-07 09:00")
    world.items[1].lead_post_id = DIRECTOR
    assert story(world, "2019-10-08 11:00", "2019-10-10 00:00") == [
        "Tue 08 Oct 11:00 Cat half_way",
        "Wed 09 Oct 09:00 Cat two_days_before",
    ]


def test_an_item_that_goes_to_another_post_is_escalated_along_that_posts_line() -> None:
    world = office()
    world.items[1].lead_post_id = MANAGER
    assert said(world, "2019-10-14 09:00") == ["1 Cat manager_told"]


def body() -> World:
    """An office whose lead post Ada, Ben and Eve hold together."""
    world = office()
    join(world, LEAD, BEN)
    join(world, LEAD, EVE)
    return world


def test_of_a_body_only_the_first_is_asked() -> None:
    assert said(body(), "2019-10-01 09:00") == ["1 Ada opening"]


def test_of_a_body_the_one_to_be_asked_first_is_asked_however_late_they_joined() -> None:
    world = body()
    world.tenures[-1].asked_first = True
    assert said(world, "2019-10-01 09:00") == ["1 Eve opening"]


def test_when_the_first_of_a_body_is_on_leave_another_member_is_asked_before_any_delegate() -> None:
    world = body()
    world.tenures[-1].asked_first = True
    leave(world, EVE, "2019-10-01", "2019-10-04", CAT)
    assert said(world, "2019-10-01 09:00") == ["1 Ada opening"]
    leave(world, ADA, "2019-10-01", "2019-10-04", CAT)
    assert said(world, "2019-10-01 09:30") == ["1 Ben opening"]
    leave(world, BEN, "2019-10-01", "2019-10-04", DEE)
    assert said(world, "2019-10-01 10:00") == ["1 Cat opening"]


def test_who_is_asked_first_counts_only_while_they_are_a_member() -> None:
    world = office()
    join(world, LEAD, EVE, "2019-10-07", "2019-10-08").asked_first = True
    assert story(world, BEGINNING, "2019-10-10 00:00") == [
        "Tue 01 Oct 09:00 Ada opening",
        "Mon 07 Oct 09:00 Eve half_way",
        "Wed 09 Oct 09:00 Ada two_days_before",
    ]


def test_a_body_that_loses_its_last_member_is_a_vacant_post() -> None:
    world = body()
    vacate(world, LEAD)
    assert said(world, "2019-10-01 09:00") == ["1 Dee opening"]
