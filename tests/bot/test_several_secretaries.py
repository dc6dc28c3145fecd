"""Several boards hear of one programme: each secretary reads her own number, and hears what another one decides."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import Edit
from tests.dialog import SECRETARY, World, fills_in, hold, presses, says, sees_again, waits_until

CLERK = "ivy.lowe"
LEADS_46 = "tom.ashdown"
HEARS = "hears: {activity_type: [Transformation]}"
WITHDRAWS_46 = [
    (CLERK, says("status"), "0 of 6"),
    (CLERK, presses("Withdraw or suspend", "46"), "46"),
]


def slice_of(edit: Edit, secretary: str) -> None:
    """The corporate board hears of transformation alone."""
    edit(
        "organisation.yaml",
        "boards: [asch_cabinet_committee]",
        f"boards: [asch_cabinet_committee, {{board: strategic_corporate_board, {HEARS}}}]",
    )
    edit(
        "organisation.yaml",
        'channel: "#corporate-board"\n    secretary: Democratic Services Officer',
        f'channel: "#corporate-board"\n    secretary: {secretary}',
    )
    edit("people.csv", "Priya Raman,", "Ivy Lowe,ivy.lowe@example.org,Corporate Board Clerk,,,,\nPriya Raman,")


@pytest.fixture
def world(engine: Engine, folder: Path, edit: Edit) -> World:
    slice_of(edit, "Corporate Board Clerk")
    return World(engine, folder, until="2019-09-03 10:00")


def test_a_secretary_reads_the_number_of_what_her_board_hears_and_not_of_the_whole(world: World) -> None:
    hold(
        world,
        [
            *WITHDRAWS_46,
            (
                CLERK,
                fills_in(standing="withdrawn", reason="It has ended."),
                ["The figures of this window are now of 5 activities", "not: 16"],
            ),
        ],
    )


def test_the_other_boards_secretary_is_told_who_decided_what_and_why(world: World) -> None:
    hold(
        world,
        [
            *WITHDRAWS_46,
            (CLERK, fills_in(standing="suspended", reason="Staff moved.", review_on="2019-09-10"), "suspended"),
            (
                SECRETARY,
                sees_again(),
                [
                    "Ivy Lowe has suspended it until it is looked at again on Tuesday 10 September 2019: Staff moved.",
                    "The figures of Quarter 2 2019/20 are now of 16 activities.",
                ],
            ),
            (CLERK, presses("Report on it again"), "46 is reported on again"),
            (SECRETARY, sees_again(), ["Ivy Lowe has had it reported on again.", "are now of 17 activities."]),
            (CLERK, sees_again(), "not: are now of 17 activities"),
        ],
    )


def test_what_the_other_board_does_not_hear_of_its_secretary_is_not_told(world: World) -> None:
    seen = len(world.posts(CLERK))
    hold(
        world,
        [
            (SECRETARY, says("status"), "0 of 17"),
            (SECRETARY, presses("Withdraw or suspend", "52"), "52"),
            (SECRETARY, fills_in(standing="withdrawn", reason="It has ended."), "are now of 16 activities, and"),
        ],
    )
    assert len(world.posts(CLERK)) == seen


@pytest.mark.both_databases
def test_who_looks_after_several_boards_reads_the_number_of_each(engine: Engine, folder: Path, edit: Edit) -> None:
    slice_of(edit, "Democratic Services Officer")
    world = World(engine, folder, until="2019-09-13 13:00")
    hold(
        world,
        [
            (SECRETARY, presses("Leave an item out", "Strategic"), "Why?"),
            (SECRETARY, fills_in(item="48", reason="Being checked."), "Left out"),
            (SECRETARY, says("status"), "0 of 17"),
            (SECRETARY, presses("Withdraw or suspend", "46"), "46"),
            (
                SECRETARY,
                fills_in(standing="withdrawn", reason="It has ended."),
                "of 16 activities for Adult Social Care and Health Cabinet Committee, and of 4 activities for Str",
            ),
            (SECRETARY, sees_again(), ["**0 of 16**", "**0 of 4**"]),
        ],
    )


def test_a_suspension_is_prolonged_on_its_day_with_its_reason_filled_in(world: World) -> None:
    hold(
        world,
        [
            *WITHDRAWS_46,
            (CLERK, fills_in(standing="suspended", reason="Staff moved.", review_on="2019-09-10"), "suspended"),
            (CLERK, says("status"), "46"),
        ],
    )
    assert "Keep it suspended" not in [button.label for button in world.buttons(CLERK)]
    hold(
        world,
        [
            (CLERK, waits_until("2019-09-10 09:00"), "keep it suspended until another day"),
            (CLERK, presses("Keep it suspended"), ["46: keep it suspended", "Why? The board reads this."]),
            (CLERK, fills_in(), "Choose a day to come"),
        ],
    )
    assert {field.key: field.value for field in world.forms[CLERK].fields}["reason"] == "Staff moved."
    hold(
        world,
        [
            (
                CLERK,
                fills_in(review_on="2019-09-12"),
                ["46 – ", "stays suspended: Staff moved.", "reminded on Thursday 12 September 2019"],
            ),
            (SECRETARY, sees_again(), "until it is looked at again on Thursday 12 September 2019"),
            (CLERK, waits_until("2019-09-12 08:59"), "not: to be looked at again today"),
            (CLERK, waits_until("2019-09-12 09:00"), "to be looked at again today"),
            (CLERK, presses("Report on it again"), "reported on again"),
            (CLERK, presses("Keep it suspended"), "46 is reported on already"),
        ],
    )


def test_a_lead_is_told_that_it_is_reported_on_again_before_being_reminded(world: World) -> None:
    hold(
        world,
        [
            *WITHDRAWS_46,
            (CLERK, fills_in(standing="withdrawn", reason="It has ended."), "withdrawn"),
            (LEADS_46, sees_again(), "Nothing is wanted from you any more"),
            (CLERK, waits_until("2019-09-10 12:00"), []),
            (CLERK, presses("Report on it again"), "reported on again"),
        ],
    )
    first, second = [post.message.text for post in world.posts(LEADS_46)[-2:]]
    assert "is reported on again, so your update is wanted after all. Quarter 2 2019/20 closes on Friday 13" in first
    assert "A reminder: 1 update is still to come from you" in second


def test_a_lead_who_never_heard_that_nothing_was_wanted_is_not_told_that_it_is_wanted_again(world: World) -> None:
    world.wait_until("2019-09-03 20:00")
    seen = len(world.posts(LEADS_46))
    hold(
        world,
        [
            *WITHDRAWS_46,
            (CLERK, fills_in(standing="withdrawn", reason="It has ended."), "withdrawn"),
            (CLERK, presses("Report on it again"), "reported on again"),
        ],
    )
    world.wait_until("2019-09-04 10:00")
    assert len(world.posts(LEADS_46)) == seen
