"""What waits: for a pause to end, and until an admin's act can no longer be undone."""

from remembrancer.models import WindowState
from remembrancer.rules.prompts.due import moments
from tests.rules.build import (
    ADA,
    add_activity,
    facts,
    moment,
    office,
    said,
    story,
)

BEGINNING, END = "2019-09-30 00:00", "2019-10-19 00:00"


def test_while_everything_is_paused_nothing_is_said() -> None:
    world = office()
    world.returns[1].chased_at = moment("2019-10-08 10:00")
    world.snoozes[1, ADA] = moment("2019-10-09 14:00")
    world.paused = True
    assert story(world, BEGINNING, END) == []


def test_after_a_pause_the_latest_step_is_said_once_and_the_ones_before_it_never() -> None:
    world = office()
    said(world, "2019-10-01 09:00")
    world.paused = True
    assert said(world, "2019-10-07 09:00") == said(world, "2019-10-09 09:00") == []
    world.paused = False
    assert said(world, "2019-10-09 15:00") == ["1 Ada two_days_before"]
    assert said(world, "2019-10-09 15:00") == []


def test_a_pause_over_the_close_leaves_nothing_of_what_came_before_it() -> None:
    world = office()
    world.paused = True
    assert said(world, "2019-10-11 12:00") == []
    world.paused = False
    assert said(world, "2019-10-11 17:00") == []


def test_resumed_in_the_night_everybody_is_asked_in_the_morning() -> None:
    world = office()
    world.paused = True
    assert said(world, "2019-10-09 16:00") == []
    world.paused = False
    assert story(world, "2019-10-09 22:00", "2019-10-10 12:00") == ["Thu 10 Oct 09:00 Ada two_days_before"]


def test_nothing_about_a_window_is_said_until_an_act_on_it_can_no_longer_be_undone() -> None:
    world = office()
    world.windows[1].settles_at = moment("2019-10-01 09:10")
    assert said(world, "2019-10-01 09:09") == []
    assert said(world, "2019-10-01 09:10") == ["1 Ada opening"]


def test_an_act_on_one_window_holds_back_no_other() -> None:
    world = office()
    add_activity(world, 2)
    other = world.windows[1].model_copy(update={"id": 2, "key": "other"})
    world.windows[2], world.returns[2].window_id = other, 2
    world.windows[1].settles_at = moment("2019-10-01 09:10")
    assert said(world, "2019-10-01 09:00") == ["2 Ada opening"]


def test_an_act_that_settles_in_the_night_is_heard_of_in_the_morning() -> None:
    world = office()
    world.windows[1].settles_at = moment("2019-10-07 20:00")
    assert story(world, "2019-10-07 09:00", "2019-10-08 12:00") == ["Tue 08 Oct 09:00 Ada half_way"]


def test_an_act_that_is_undone_holds_nothing_back() -> None:
    world = office()
    world.windows[1].settles_at = moment("2019-10-01 09:10")
    assert said(world, "2019-10-01 09:00") == []
    world.windows[1].settles_at = None
    assert said(world, "2019-10-01 09:01") == ["1 Ada opening"]


def test_a_window_that_locks_before_an_act_settles_stays_silent() -> None:
    world = office()
    world.windows[1].settles_at = moment("2019-10-18 17:05")
    assert story(world, "2019-10-14 09:00", END) == []


def test_the_moments_include_when_an_act_settles() -> None:
    world = office()
    world.windows[1].settles_at = moment("2019-10-02 09:13")
    assert moment("2019-10-02 09:13") in moments(facts(world), moment(BEGINNING), moment(END))


def test_a_closed_window_is_held_back_like_an_open_one() -> None:
    world = office()
    world.windows[1].state = WindowState.CLOSED
    world.windows[1].settles_at = moment("2019-10-14 09:10")
    assert said(world, "2019-10-14 09:00") == []
    assert said(world, "2019-10-14 09:10") == ["1 Ben manager_told"]
