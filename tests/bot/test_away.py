"""Leave and delegates, in words and by form: what is recorded, read back, changed, and whom it makes us ask."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Absence, AuditEvent, Person
from tests.dialog import (
    LEAD,
    MANAGER,
    SECRETARY,
    STRANGER,
    World,
    fills_in,
    hold,
    presses,
    says,
    sees_again,
    waits_until,
)

ELLEN, HELEN = "ellen.sweeting", "helen.marsh"  # Ellen is on leave from 2 to 6 September
NAME, CANCEL = "Name who is asked", "I am not away after all"


@pytest.fixture
def world(engine: Engine) -> World:
    """A Wednesday, with the window open."""
    return World(engine, until="2019-09-04 10:00")


def absences(world: World, who: str = LEAD) -> list[tuple[str, str, int | None]]:
    person = world.person_id(who)
    with Session(world.engine) as session:
        query = select(Absence).where(Absence.person_id == person).order_by(col(Absence.first_day))
        return [(str(a.first_day), str(a.last_day), a.delegate_id) for a in session.exec(query)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I'm off sick until Friday", "from today to Friday 6 September 2019"),
        ("off sick today", "You are away today"),
        ("I am unwell today", "You are away today"),
        ("on sick leave until 12 September", "from today to Thursday 12 September 2019"),
    ],
)
def test_whoever_is_unwell_is_away(world: World, text: str, days: str) -> None:
    hold(world, [(LEAD, says(text), days)])


@pytest.mark.both_databases
def test_leave_is_kept_and_read_back_and_the_manager_is_asked_at_once(world: World) -> None:
    hold(
        world,
        [
            (
                LEAD,
                says("I am away until 12 September"),
                [
                    "You are away from today to Thursday 12 September 2019, which is your last day away.",
                    "You are back on Friday 13 September 2019.",
                    "Nobody is named to be asked instead: your manager Stephen Harcourt is asked.",
                ],
            ),
            (MANAGER, sees_again(), ["52 – Review", "is on leave and named nobody to ask instead"]),
        ],
    )
    assert absences(world) == [("2019-09-04", "2019-09-12", None)]
    with Session(world.engine) as session:
        event = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
        assert event is not None
        assert (event.act, event.subject) == ("away", f"person {LEAD}@example.org")


def test_a_delegate_is_named_by_button_and_asked(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until 12 September"), "You are away from today"),
            (LEAD, presses(NAME), "You are away from Wednesday 4 September 2019 to Thursday 12 September 2019."),
            (LEAD, fills_in(), "Choose who should be asked."),
            (LEAD, fills_in(person=str(world.person_id("grace.oyelaran"))), "Grace Oyelaran is asked instead."),
            ("grace.oyelaran", sees_again(), ["52 – Review", "you stand in"]),
        ],
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("my delegate is Grace Oyelaran", "grace.oyelaran"),
        ("My delegate is grace", "grace.oyelaran"),
        ("ask Marsh instead while I am away", HELEN),
        ("ask helen.marsh@example.org while I'm away", HELEN),
    ],
)
def test_a_delegate_is_named_in_words_for_the_leave_that_is_next(world: World, text: str, named: str) -> None:
    hold(world, [(LEAD, says("away 9 Sept to 12 Sept"), "from Monday 9 September 2019 to Thursday 12")])
    hold(world, [(LEAD, says(text), "is asked instead.")])
    assert absences(world) == [("2019-09-09", "2019-09-12", world.person_id(named))]


def test_a_name_that_is_unknown_or_not_unique_is_asked_for(world: World) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{HELEN}@example.org")).one().name = "Grace Marsh"
        session.commit()
    hold(
        world,
        [
            (LEAD, says("away until 12 September"), "You are away"),
            (LEAD, says("my delegate is Zebedee"), "Nobody here is called 'Zebedee'"),
            (LEAD, says("my delegate is Grace"), "More than one person is called 'Grace'"),
        ],
    )
    assert [choice.word for choice in world.forms[LEAD].fields[0].choices] == ["Grace Marsh", "Grace Oyelaran"]
    hold(world, [(LEAD, fills_in(person=str(world.person_id(HELEN))), "Grace Marsh is asked instead.")])


def test_without_a_leave_a_delegate_opens_the_form_of_one(world: World) -> None:
    hold(world, [(LEAD, says("my delegate is Helen"), "First day away")])
    assert world.forms[LEAD].fields[2].value == str(world.person_id(HELEN))
    hold(
        world,
        [
            (LEAD, fills_in(), "Choose a day."),
            (
                LEAD,
                fills_in(first_day="2019-09-10", last_day="2019-09-10"),
                ["You are away on Tuesday 10 September 2019 only.", "Helen Marsh is asked instead."],
            ),
        ],
    )


def test_nobody_is_their_own_delegate_nor_somebody_who_is_away_throughout(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until tomorrow"), "You are away from today to Thursday 5 September"),
            (LEAD, says("my delegate is Ruth Fairbrass"), "You cannot be asked instead of yourself"),
            (LEAD, says("my delegate is Ellen Sweeting"), "Ellen Sweeting is away on all of these days too"),
            (LEAD, presses(NAME), "Who is asked instead"),
            (LEAD, fills_in(person=str(world.person_id(ELLEN))), "Ellen Sweeting is away on all of these days too"),
        ],
    )
    assert absences(world) == [("2019-09-04", "2019-09-05", None)]


def test_a_delegate_who_is_away_for_a_part_may_be_named_and_that_is_said(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until 12 September"), "You are away"),
            (
                LEAD,
                says("my delegate is Ellen Sweeting"),
                "Ellen Sweeting is asked instead, but is away too when your leave begins: until then Stephen Harcourt",
            ),
        ],
    )


def test_away_alone_asks_for_the_days(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away"), ["First day away", "Last day away", "Who is asked instead?"]),
            (LEAD, fills_in(last_day=""), "Choose a day."),
            (LEAD, fills_in(last_day="2019-09-01"), "The last day is before the first"),
            (LEAD, fills_in(first_day="2019-09-01", last_day="2019-09-02"), "That day has passed"),
            (LEAD, fills_in(first_day="2019-09-04", last_day="2019-09-06"), "You are back on Monday 9 September 2019."),
        ],
    )


@pytest.mark.parametrize("text", ["I am away until further notice", "I am away until 3 Sept", "away for a fortnight"])
def test_days_that_are_not_plain_are_asked_for_and_not_guessed(world: World, text: str) -> None:
    hold(world, [(LEAD, says(text), "Last day away")])
    assert absences(world) == []


def test_next_week_is_monday_to_friday(world: World) -> None:
    hold(world, [(LEAD, says("I'm on leave next week"), "from Monday 9 September 2019 to Friday 13 September 2019")])
    assert absences(world) == [("2019-09-09", "2019-09-13", None)]


@pytest.mark.both_databases
def test_leave_is_changed_by_button_and_by_saying_it_again(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until 12 September"), "to Thursday 12 September"),
            (LEAD, presses("Change"), "First day away"),
            (LEAD, fills_in(first_day="2019-09-05", last_day="2019-09-06"), "from Thursday 5 September 2019 to Friday"),
            (LEAD, says("away until 10 September"), "from today to Tuesday 10 September"),
        ],
    )
    assert absences(world) == [("2019-09-04", "2019-09-10", None)]


def test_a_leave_that_is_longer_than_thought_keeps_its_first_day_and_its_delegate(world: World) -> None:
    hold(
        world, [(ELLEN, says("I am away until 11 September"), ["You are back on Thursday 12", "Helen Marsh is asked"])]
    )
    assert absences(world, ELLEN) == [("2019-09-02", "2019-09-11", world.person_id(HELEN))]


def test_who_is_back_is_asked_again(world: World) -> None:
    hold(world, [(ELLEN, says("I am back"), "Welcome back.")])
    assert absences(world, ELLEN) == [("2019-09-02", "2019-09-03", world.person_id(HELEN))]
    hold(world, [(ELLEN, sees_again(), "54 – "), (ELLEN, says("I'm back"), "You are not recorded as away")])


def test_leave_that_is_not_taken_is_taken_back(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away 9 Sept to 12 Sept"), "You are away"),
            (LEAD, presses(CANCEL), "That leave is taken back."),
            (LEAD, presses(CANCEL), "That leave is not recorded"),
            (LEAD, presses("Change"), "That leave is not recorded"),
            (LEAD, says("away until 12 Sept"), "You are away from today"),
            (LEAD, presses(CANCEL), "Welcome back."),
        ],
    )
    assert absences(world) == []


def test_leave_that_is_over_cannot_be_changed(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away until tomorrow"), "You are away"),
            (LEAD, waits_until("2019-09-06 09:00"), "A reminder"),
            (LEAD, presses("Change"), "That leave is over."),
            (LEAD, presses(CANCEL), "That leave is over."),
            (LEAD, presses(NAME), "That leave is over."),
        ],
    )


def test_nobody_else_touches_a_leave(world: World) -> None:
    hold(world, [(LEAD, says("away until 12 September"), "You are away")])
    [button] = [button for button in world.buttons(LEAD) if button.label == CANCEL]
    for who in (STRANGER, MANAGER, SECRETARY):
        for action in ("not_away", "change_leave", "name_delegate"):
            assert world.incoming(who, "press", action=action, value=button.value)[0].startswith("That leave is not")
        for action in ("away", "name_delegate"):
            fields = {"first_day": "2019-09-04", "last_day": "2019-09-04", "person": str(world.person_id(HELEN))}
            shown = world.incoming(who, "submit", action=action, value=button.value, fields=fields)
            assert shown[0].startswith("That leave is not")
    assert absences(world) == [("2019-09-04", "2019-09-12", None)]


def test_the_days_are_those_of_the_person_s_own_calendar(world: World) -> None:
    with Session(world.engine) as session:
        session.exec(select(Person).where(Person.email == f"{LEAD}@example.org")).one().time_zone = "Pacific/Kiritimati"
        session.commit()
    world.wait_until("2019-09-04 12:00")  # the fifth there
    hold(world, [(LEAD, says("away until 5 September"), "You are away today only.")])
    assert absences(world) == [("2019-09-05", "2019-09-05", None)]


def test_back_after_a_bank_holiday_and_over_the_year_s_end(world: World) -> None:
    hold(world, [(LEAD, says("away 23 Dec to 31 Dec"), "You are back on Thursday 2 January 2020.")])
    assert absences(world) == [("2019-12-23", "2019-12-31", None)]


def test_who_leads_nothing_is_told_of_nobody_instead(world: World) -> None:
    hold(world, [(SECRETARY, says("away until Friday"), ["You are away", "not: asked"])])


def test_an_answer_that_speaks_of_being_away_is_an_answer(world: World) -> None:
    hold(world, [(LEAD, says("away day went well, on track"), ["This is what was understood", "on track"])])
    assert absences(world) == []


def test_leave_is_over_on_the_day_after(world: World) -> None:
    hold(world, [(LEAD, says("away until 12 September"), "You are away")])
    hold(world, [(LEAD, waits_until("2019-09-12 17:00"), ""), (LEAD, waits_until("2019-09-13 09:00"), "closes")])
