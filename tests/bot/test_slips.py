"""A date that is most likely a slip is asked about once; where it is meant, it is sent again and stored."""

import pytest
from sqlalchemy import Engine

from tests.dialog import LEAD, World, fills_in, hold, presses, says


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


@pytest.mark.both_databases
def test_a_form_asks_once_about_a_year_that_nobody_means(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), ["Will the activity", "End date: Wednesday 1 January 2020"]),
            (
                LEAD,
                fills_in(progress_description="All is well.", milestones={"go_live": "2091-03-31"}),
                ["Please check before it is stored", "Go live 31 Mar 2091: is that the year that you mean?"],
            ),
            (LEAD, fills_in(milestones={"go_live": "2092-03-31"}), "Go live 31 Mar 2092: is that the year"),
            (LEAD, fills_in(), "Stored"),
        ],
    )


def test_what_is_read_back_asks_about_it_too(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("on track, new end date 31 March 2030"),
                ["Please check", "was 1 Jan 2020 and would be 31 Mar 2030, more than five years away from it"],
            ),
        ],
    )


def test_old_and_new_name_the_date_that_changes_and_no_other(world: World) -> None:
    decision = "Approval to proceed 6 Apr 2019; Key Decision"
    hold(
        world,
        [
            (
                LEAD,
                says("on track, key decision now 9 December 2019"),
                f"{decision} 9 Dec 2019 (was 3 Sep",
            ),
            (LEAD, says("go live 31 March 2020"), [f"{decision} 9 Dec 2019; Go live 31 Mar 2020", "not: 2020 (was"]),
            (LEAD, says("remove the go live date"), f"{decision} 9 Dec 2019; removed: Go live 31 Mar 2020"),
        ],
    )


@pytest.mark.parametrize("typed", ["13/09/2020", "13 September 2020", "18 September 2020 5pm", "2020-09-13"])
def test_a_date_box_takes_a_day_as_the_chat_does(world: World, typed: str) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (
                LEAD,
                fills_in(progress_description="All is well.", milestones={"go_live": typed}),
                ["Stored", "Sep 2020"],
            ),
        ],
    )


def test_a_box_that_is_filled_and_says_nothing_is_asked_about_once(world: World) -> None:
    hold(
        world,
        [
            (LEAD, presses("Answer"), "Will the activity"),
            (
                LEAD,
                fills_in(delivery="remedial_action"),
                "Progress: an answer is needed.",
            ),
            (
                LEAD,
                fills_in(
                    progress_description="Two posts are vacant.",
                    issues=["capacity"],
                    issue_detail="Nobody applied.",
                    issue_impact="tbc",
                    mitigating_actions="none",
                ),
                [
                    "Impact says only 'tbc': is there more that the board should read?",
                    "not: escalations says",
                ],
            ),
            (LEAD, fills_in(), "Stored"),
        ],
    )
