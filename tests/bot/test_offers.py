"""What words mention without plainly saying it is offered, and never set unless the person does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from remembrancer.bot.language.reader import read
from remembrancer.bot.language.situation import AskedItem, Situation
from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE
from tests.dialog import LEAD, World, hold, presses, says

PROGRAMME = read_folder(EXAMPLE).programmes["strategic-delivery-plan"]
TODAY = date(2026, 9, 2)
GO_LIVE, END = "milestones.go_live", "new_end_date"


def offered(text: str) -> dict[str, object]:
    reading = read(text, Situation(TODAY, [AskedItem("52", "Review of grants", PROGRAMME)]))
    assert not any(GO_LIVE in item.values or END in item.values for item in reading.items), "nothing of it is set"
    return {key: value for item in reading.items for key, value in item.offered.items()}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("On track. Go live end of March", GO_LIVE, "2027-03"),
        ("on track, go live mid Feb 2028", GO_LIVE, "2028-02"),
        ("on track, go live sometime in September", GO_LIVE, "2026-09"),
        ("on track, go live by the end of the month", GO_LIVE, "2026-09"),
        ("on track, go live before Christmas", GO_LIVE, "2026-12"),
        ("on track, go live w/c 5 April 2027", GO_LIVE, "2027-04"),
        ("on track, go live Q4", GO_LIVE, "?"),
        ("on track, go live in the new year", GO_LIVE, "?"),
        ("on track, go live on the 31st", GO_LIVE, "?"),
        ("on track, go live 31 June 2027", GO_LIVE, "?"),
        ("on track, go live 1 April or 1 May 2027", GO_LIVE, "?"),
        ("on track, go live no earlier than 1 April 2027", GO_LIVE, "2027-04-01"),
        ("on track. If cabinet agrees, go live 1 May 2027", GO_LIVE, "2027-05-01"),
        ("on track, new end date summer 2027", END, "?"),
    ],
)
def test_a_date_that_is_not_plain_is_offered(text: str, field: str, value: str) -> None:
    assert offered(text) == {field: value}


@pytest.mark.parametrize(
    "text",
    [
        "on track, the school will go live when it likes",
        "on track, we live in hope of March",
        "on track, we met the go live team in March",
    ],
)
def test_what_is_no_date_of_the_item_is_not_offered(text: str) -> None:
    assert offered(text) == {}


def test_options_in_a_sentence_are_offered_and_those_it_denies_are_not() -> None:
    assert offered("amber because of capacity in the team")["issues"] == ["capacity"]
    assert "issues" not in offered("amber. The trouble is not capacity")


@given(st.dates(date(2026, 9, 3), date(2027, 8, 1)), st.sampled_from(["by", "before", "no earlier than", "after"]))
def test_whatever_bound_is_said_the_day_is_offered_and_not_set(day: date, bound: str) -> None:
    assert offered(f"on track, go live {bound} {day.day} {day:%B %Y}") == {GO_LIVE: day.isoformat()}


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-02 10:00")


@pytest.mark.both_databases
def test_a_month_is_asked_about_and_the_day_alone_answers(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, go live end of March"), "Go live: on which day in March 2020?"),
            (LEAD, says("the 15th"), ["Go live 15 Mar 2020", "not: Mentioned, and not set"]),
            (LEAD, says("send it"), "Stored"),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert answers["milestones"]["go_live"] == "2020-03-15"
    assert answers["progress_description"] == "Go live end of March"


@pytest.mark.both_databases
def test_a_value_under_a_condition_is_set_by_its_button_alone(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track. If approved, go live 1 May 2020"), ["Go live: 1 May 2020?", "not: Go live 1 May"]),
            (LEAD, presses("Set Go live: 1 May 2020"), ["Go live 1 May 2020", "not: Mentioned, and not set"]),
            (LEAD, presses("Send this answer"), "Stored"),
        ],
    )


def test_what_is_offered_and_not_taken_is_not_stored(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, go live by 1 May 2020"), "Go live: 1 May 2020?"),
            (LEAD, says("send it"), ["Stored", "not: Go live 1 May"]),
        ],
    )
    answers = world.answers("52")
    assert answers is not None
    assert "go_live" not in answers["milestones"]


def test_an_issue_in_a_sentence_is_one_press_away(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("amber because of capacity in the team"), ["Issues: Capacity?", "Issues: an answer is needed"]),
            (LEAD, presses("Set Issues: Capacity"), ["**Issues:** Capacity", "not: Issues: an answer is needed"]),
        ],
    )


def test_an_offer_goes_when_it_is_said_plainly_or_taken_back(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, go live in the new year"), "Go live: on which day?"),
            (LEAD, says("go live 12 January 2020"), ["Go live 12 Jan 2020", "not: Mentioned, and not set"]),
        ],
    )


def test_what_is_offered_stays_when_something_else_is_taken_out(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("on track, go live in the new year, key decision 9 December 2019"), "Go live: on which day?"),
            (LEAD, says("remove the key decision"), ["removed: Key Decision 9 Dec 2019", "Go live: on which day?"]),
        ],
    )
