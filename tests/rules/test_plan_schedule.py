"""What is due when the schedule changes, the service was down, or people are far apart."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import ReturnState, WindowState
from remembrancer.rules.prompts.due import moments
from tests.oracle import World
from tests.profiles import thoroughness
from tests.rules.build import (
    ADA,
    BEN,
    CAT,
    EVE,
    HONOLULU,
    NEW_YORK,
    SYDNEY,
    add_activity,
    day,
    facts,
    leave,
    look,
    moment,
    move_to,
    office,
    planned,
    said,
    story,
    told,
    window,
)
from tests.rules.worlds import worlds

BEGINNING, END = "2019-09-30 00:00", "2019-10-19 00:00"


def reschedule(world: World, opens: str, closes: str, late: str) -> None:
    revision = world.windows[1].revision + 1
    world.windows[1] = window(opens, closes, late)
    world.windows[1].revision = revision


def test_a_reopened_window_asks_again() -> None:
    world = office()
    first = story(world, BEGINNING, END)
    reschedule(world, "2019-10-01 09:00", "2019-10-25 17:00", "2019-11-01 17:00")
    again = story(world, "2019-10-21 09:00", "2019-11-01 23:00")
    assert again == [
        "Mon 21 Oct 09:00 Ada half_way",
        "Wed 23 Oct 09:00 Ada two_days_before",
        "Fri 25 Oct 09:00 Ada closing_morning",
        "Mon 28 Oct 09:00 Ben manager_told",
        "Wed 30 Oct 09:00 Cat director_told",
        "Wed 30 Oct 09:00 Dee secretary_told",
    ]
    assert len(first) == 7


def test_a_reopened_window_asks_only_for_what_is_still_awaited() -> None:
    world = office()
    add_activity(world, 2)
    said(world, "2019-10-11 09:00")
    world.returns[2].state = ReturnState.SUBMITTED
    reschedule(world, "2019-10-01 09:00", "2019-10-25 17:00", "2019-11-01 17:00")
    assert said(world, "2019-10-21 09:00") == ["1 Ada half_way"]


def test_a_window_moved_later_is_chased_by_its_new_dates_and_by_none_of_the_old() -> None:
    world = office()
    story(world, BEGINNING, "2019-10-02 12:00")
    reschedule(world, "2019-10-08 09:00", "2019-10-18 17:00", "2019-10-25 17:00")
    assert story(world, "2019-10-02 12:00", "2019-10-18 17:00") == [
        "Tue 08 Oct 09:00 Ada opening",
        "Mon 14 Oct 09:00 Ada half_way",
        "Wed 16 Oct 09:00 Ada two_days_before",
        "Fri 18 Oct 09:00 Ada closing_morning",
    ]


def test_a_window_that_closes_earlier_says_the_latest_of_its_steps() -> None:
    world = office()
    said(world, "2019-10-01 09:00")
    reschedule(world, "2019-10-01 09:00", "2019-10-04 17:00", "2019-10-11 17:00")
    assert said(world, "2019-10-03 10:00") == ["1 Ada half_way"]
    assert said(world, "2019-10-04 10:00") == ["1 Ada closing_morning"]


def test_dates_put_right_before_anybody_was_asked_need_no_new_revision() -> None:
    world = office()
    world.windows[1].opens_at += timedelta(days=1)
    assert story(world, BEGINNING, "2019-10-03 00:00") == ["Wed 02 Oct 09:00 Ada opening"]


@pytest.mark.parametrize(
    ("back", "line"),
    [
        ("2019-10-01 11:00", "opening"),
        ("2019-10-03 11:00", "opening"),
        ("2019-10-08 11:00", "half_way"),
        ("2019-10-10 11:00", "two_days_before"),
        ("2019-10-11 16:59", "closing_morning"),
    ],
)
def test_after_an_outage_of_any_length_the_latest_step_is_said_once(back: str, line: str) -> None:
    world = office()
    assert said(world, back) == [f"1 Ada {line}"]
    assert said(world, back) == []


def test_after_an_outage_over_the_close_nobody_is_asked_for_what_has_closed() -> None:
    world = office()
    assert said(world, "2019-10-15 10:00") == ["1 Ben manager_told"]
    world = office()
    assert said(world, "2019-10-17 10:00") == [*("1 Ben manager_told", "1 Cat director_told", "1 Dee secretary_told")]


def test_a_service_that_comes_back_at_night_waits_for_the_morning() -> None:
    world = office()
    assert story(world, "2019-10-09 20:00", "2019-10-10 12:00") == ["Thu 10 Oct 09:00 Ada two_days_before"]


def test_a_service_that_comes_back_in_the_last_night_does_not_wait() -> None:
    world = office()
    reschedule(world, "2019-10-01 09:00", "2019-10-11 23:00", "2019-10-18 17:00")
    assert said(world, "2019-10-11 22:00") == ["1 Ada closing_morning"]


def test_nothing_is_said_past_the_close_or_past_the_lock() -> None:
    world = office()
    assert said(world, "2019-10-11 17:00") == []
    assert said(world, "2019-10-18 17:00") == []


def test_everybody_hears_at_nine_by_their_own_clock() -> None:
    world = office()
    for who, zone in {ADA: HONOLULU, BEN: SYDNEY, CAT: NEW_YORK}.items():
        move_to(world, who, zone)
    assert story(world, BEGINNING, END) == [
        "Tue 01 Oct 20:00 Ada opening",
        "Mon 07 Oct 20:00 Ada half_way",
        "Wed 09 Oct 20:00 Ada two_days_before",
        "Thu 10 Oct 20:00 Ada closing_morning",
        "Sun 13 Oct 23:00 Ben manager_told",
        "Wed 16 Oct 09:00 Dee secretary_told",
        "Wed 16 Oct 14:00 Cat director_told",
    ]


def test_a_chase_keeps_to_nine_oclock_when_the_clocks_change_inside_the_window() -> None:
    world = office()
    reschedule(world, "2019-10-21 09:00", "2019-11-05 17:00", "2019-11-12 17:00")
    abroad = office()
    abroad.windows[1] = world.windows[1]
    move_to(abroad, ADA, NEW_YORK)
    assert story(world, "2019-10-21 00:00", "2019-11-06 00:00")[1:] == [
        "Tue 29 Oct 09:00 Ada half_way",
        "Fri 01 Nov 09:00 Ada two_days_before",
        "Tue 05 Nov 09:00 Ada closing_morning",
    ]
    assert story(abroad, "2019-10-21 00:00", "2019-11-06 00:00")[1:] == [
        "Tue 29 Oct 13:00 Ada half_way",  # New York's clocks go back a week after London's
        "Fri 01 Nov 13:00 Ada two_days_before",
        "Tue 05 Nov 14:00 Ada closing_morning",
    ]


def test_over_christmas_nobody_is_messaged() -> None:
    world = office()
    world.closed = {day("2019-12-27"), day("2019-12-30"), day("2019-12-31")}
    reschedule(world, "2019-12-16 09:00", "2020-01-02 17:00", "2020-01-09 17:00")
    leave(world, ADA, "2019-12-28", "2020-01-01", EVE)
    assert story(world, "2019-12-16 00:00", "2020-01-10 00:00") == [
        "Mon 16 Dec 09:00 Ada opening",
        "Fri 20 Dec 09:00 Ada half_way",
        "Mon 23 Dec 09:00 Ada two_days_before",
        "Thu 02 Jan 09:00 Ada closing_morning",
        "Fri 03 Jan 09:00 Ben manager_told",
        "Tue 07 Jan 09:00 Cat director_told",
        "Tue 07 Jan 09:00 Dee secretary_told",
    ]


@thoroughness(0.6)
@given(worlds(), st.lists(st.integers(1, 60), max_size=12))
def test_whatever_the_outages_nothing_is_said_twice_or_late_or_early(world: World, gaps: list[int]) -> None:
    now = min(window.opens_at for window in world.windows.values())
    world.windows[2].state = WindowState.CLOSED
    for hours in gaps:
        before = set(world.prompted)
        for prompt in look(world, now):
            assert prompt.due_at <= now < prompt.expires_at
            assert prompt.key not in before
        assert look(world, now) == []
        now += timedelta(hours=hours)


@thoroughness(0.6)
@given(worlds(), st.integers(0, 24 * 12))
def test_at_one_look_nobody_is_asked_twice_for_the_same_return(world: World, hours: int) -> None:
    found = planned(facts(world), world.windows[1].opens_at + timedelta(hours=hours))
    asked = [(prompt.return_id, prompt.person_id) for prompt in found]
    assert len(asked) == len(set(asked))


def test_looking_only_at_the_moments_tells_what_looking_every_quarter_of_an_hour_does() -> None:
    worlds = [office(), office()]
    for world in worlds:
        add_activity(world, 2)
        move_to(world, ADA, SYDNEY)
        leave(world, ADA, "2019-10-03", "2019-10-08", EVE)
        world.snoozes[2, EVE] = moment("2019-10-07 14:15")
        world.returns[1].state = ReturnState.RETURNED
        world.returns[1].returned_at = moment("2019-10-03 20:00")
    lines = story(worlds[1], "2019-10-03 21:00", END)
    assert lines[0] == "Fri 04 Oct 09:00 Eve returned_0"
    looks = moments(facts(worlds[0]), moment("2019-10-03 21:00"), moment(END))
    assert [line for now in looks for line in told(worlds[0], now)] == lines


def test_the_moments_include_where_leave_and_tenures_and_snoozes_begin_and_end() -> None:
    world = office()
    move_to(world, ADA, SYDNEY)
    leave(world, ADA, "2019-10-03", "2019-10-09", EVE)
    world.tenures[1].last_day, world.tenures[2].first_day = day("2019-10-04"), day("2019-10-07")
    world.snoozes[1, EVE] = moment("2019-10-07 14:20")
    found = moments(facts(world), moment(BEGINNING), moment(END))
    theirs = {moment(f"{text} 00:00", SYDNEY) for text in ("2019-10-03", "2019-10-10")}
    ours = {moment(f"{text} 00:00") for text in ("2019-10-05", "2019-10-07")}
    assert theirs | ours | {world.snoozes[1, EVE]} <= set(found)


def test_the_moments_are_in_order_after_the_start_and_up_to_the_end() -> None:
    start, end = moment("2019-10-02 09:00"), moment("2019-10-11 17:00")
    found = moments(facts(office()), start, end)
    assert found == sorted(set(found))
    assert start < found[0] <= found[-1] == end
