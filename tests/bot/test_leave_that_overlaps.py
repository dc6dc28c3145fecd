"""Leave that overlaps or adjoins other leave: no day has two words, and the reply reads back what stands."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Absence
from remembrancer.services.leave import end_absence, record_leave
from tests.dialog import ADMIN, LEAD, World, fills_in, hold, presses, says, sees_again, waits_until
from tests.profiles import thoroughness

NEIL, YASMIN, HELEN = "neil.coppard", "yasmin.begum", "helen.marsh"
FIRST = date(2019, 9, 2)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-08-30 09:00")


def absences(world: World, who: str) -> list[tuple[str, str, int | None]]:
    person = world.person_id(who)
    with Session(world.engine) as session:
        query = select(Absence).where(Absence.person_id == person).order_by(col(Absence.first_day))
        return [(str(a.first_day)[5:], str(a.last_day)[5:], a.delegate_id) for a in session.exec(query)]


def records(world: World, who: str, first: str, last: str, delegate: str, shows: str | Sequence[str]) -> None:
    person = {"person": str(world.person_id(who)), "delegate": str(world.person_id(delegate)) if delegate else ""}
    hold(
        world,
        [
            (ADMIN, says("people"), "Posts and people"),
            (ADMIN, presses("Leave"), "First day of leave"),
            (ADMIN, fills_in(**person, first=first, last=last), shows),
        ],
    )


@pytest.mark.both_databases
def test_the_later_word_wins_for_the_days_it_names_and_all_that_stands_is_read_back(world: World) -> None:
    records(world, NEIL, "2019-09-02", "2019-09-13", YASMIN, "is away from Monday 2 September 2019 to Friday 13")
    records(
        world,
        NEIL,
        "2019-09-05",
        "2019-09-16",
        "",
        [
            "Neil Coppard is away from Monday 2 September 2019 to Wednesday 4 September 2019; Yasmin Begum is asked",
            "Neil Coppard is away from Thursday 5 September 2019 to Monday 16 September 2019; nobody was named",
            "Neil Coppard is back on Tuesday 17 September 2019.",
        ],
    )
    yasmin = world.person_id(YASMIN)
    assert absences(world, NEIL) == [("09-02", "09-04", yasmin), ("09-05", "09-16", None)]


def test_leave_with_the_same_delegate_that_overlaps_is_one_leave(world: World) -> None:
    records(world, NEIL, "2019-09-02", "2019-09-13", YASMIN, "Friday 13")
    records(world, NEIL, "2019-09-09", "2019-09-16", YASMIN, "from Monday 2 September 2019 to Monday 16")
    assert absences(world, NEIL) == [("09-02", "09-16", world.person_id(YASMIN))]


def test_back_at_work_ends_what_it_says_it_ends_and_names_what_stands(world: World) -> None:
    records(world, NEIL, "2019-08-29", "2019-09-04", YASMIN, "is away")
    records(world, NEIL, "2019-09-05", "2019-09-06", "", "is back on Monday 9 September 2019")
    records(world, NEIL, "2019-09-16", "2019-09-20", "", "is away")
    hold(
        world,
        [
            (ADMIN, says("people"), "Neil Coppard is away"),
            (
                ADMIN,
                presses("Back at work", "Neil"),
                [
                    "leave of Neil Coppard from Monday 16 September 2019 to Friday 20 September 2019 is taken back.",
                    "Still recorded: Neil Coppard is away from Thursday 29 August 2019 to Wednesday 4 September",
                ],
            ),
            (ADMIN, says("people"), "Neil Coppard is away"),
        ],
    )
    [first, _] = [b for b in world.buttons(ADMIN) if b.about == "Neil Coppard"][1::-1]
    shown = world.incoming(ADMIN, "press", action=first.action, value=first.value)
    assert shown == ["Neil Coppard is at work again."]
    assert absences(world, NEIL) == [("08-29", "08-29", world.person_id(YASMIN))]


def test_when_somebody_is_really_back_is_said_once_where_two_leaves_adjoin(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away 9 September to 13 September"), "You are back on Monday 16 September 2019."),
            (
                LEAD,
                says("I am away until 6 September"),
                [
                    "You are away from today to Friday 13 September 2019, which is your last day away.",
                    "You are back on Monday 16 September 2019.",
                    "Stephen Harcourt is asked",
                    "not: to Friday 6 September 2019, which",
                ],
            ),
            (LEAD, presses("I am not away after all"), ["Welcome back.", "Still recorded: you are away from Monday 9"]),
        ],
    )


def test_who_is_away_by_two_words_in_turn_reads_who_is_asked_when(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away 2 September to 13 September"), "You are away"),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (LEAD, says("away"), "First day away"),
            (
                LEAD,
                fills_in(first_day="2019-09-05", last_day="2019-09-16"),
                [
                    "You are away from Monday 2 September 2019 to Monday 16 September 2019",
                    "Helen Marsh is asked instead from Monday 2 September 2019 to Wednesday 4 September 2019.",
                    "Nobody is named to be asked instead from Thursday 5 September 2019 to Monday 16 September 2019",
                ],
            ),
        ],
    )
    assert absences(world, LEAD) == [("09-02", "09-04", world.person_id(HELEN)), ("09-05", "09-16", None)]


LEAVES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=5)


@thoroughness(0.3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaves=LEAVES)
def test_no_day_ever_has_two_words_and_the_last_word_of_each_day_stands(
    world: World, leaves: list[tuple[int, ...]]
) -> None:
    """Leave by its first day, how much longer it lasts, and which delegate; days that are dropped are only a shorter
    leave's that begins on the same day."""
    ids = [None, world.person_id(YASMIN), world.person_id(HELEN)]
    neil, now = world.person_id(NEIL), world.clock.now()
    with Session(world.engine) as session:
        for start, more, who in leaves:
            first = FIRST + timedelta(days=start)
            record_leave(session, neil, first, first + timedelta(days=more), ids[who], now, None)
            found = session.exec(select(Absence).where(Absence.person_id == neil)).all()
            said = [(a.first_day + timedelta(days=n), a.delegate_id) for a in found for n in range(_length(a))]
            assert len({day for day, _ in said}) == len(said)
            assert {(first + timedelta(days=n), ids[who]) for n in range(more + 1)} <= set(said)
        session.rollback()


def _length(absence: Absence) -> int:
    return (absence.last_day - absence.first_day).days + 1


def test_a_delegate_hears_that_they_are_named_and_when_that_changes_and_ends(world: World) -> None:
    hold(
        world,
        [
            (LEAD, says("away 9 September to 13 September"), "You are away"),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (
                HELEN,
                sees_again(),
                [
                    "Ruth Fairbrass is away, and you are asked instead:",
                    "from Monday 9 September 2019 to Friday 13 September 2019",
                ],
            ),
            (LEAD, presses("Change"), "First day away"),
            (LEAD, fills_in(last_day="2019-09-12"), "Thursday 12 September"),
            (HELEN, sees_again(), ["The leave of Ruth Fairbrass has changed.", "to Thursday 12 September 2019"]),
            (LEAD, presses("I am not away after all"), "taken back"),
            (HELEN, sees_again(), "You are not asked instead of Ruth Fairbrass any more"),
        ],
    )


@pytest.mark.both_databases
def test_a_delegate_is_told_in_their_hours_and_once_whatever_was_changed_meanwhile(world: World) -> None:
    world.wait_until("2019-08-30 19:00")
    seen = len(world.posts(HELEN))
    hold(
        world,
        [
            (LEAD, says("away 9 September to 13 September"), "You are away"),
            (LEAD, says("my delegate is Helen Marsh"), "Helen Marsh is asked instead."),
            (LEAD, says("away 9 September to 12 September"), "Thursday 12 September"),
        ],
    )
    assert len(world.posts(HELEN)) == seen
    hold(world, [(HELEN, waits_until("2019-09-02 09:00"), "Ruth Fairbrass is away, and you are asked instead:")])
    assert sum("Thursday 12" in post.message.text for post in world.posts(HELEN)[seen:]) == 1


def test_whose_leave_an_admin_records_and_ends_is_told(world: World) -> None:
    records(world, LEAD, "2019-09-02", "2019-09-06", HELEN, "is away")
    hold(
        world,
        [
            (
                LEAD,
                sees_again(),
                [
                    "An admin has recorded your leave.",
                    "from Monday 2 September 2019 to Friday 6 September 2019; Helen Marsh is asked instead",
                ],
            ),
            (ADMIN, says("people"), "Ruth Fairbrass is away"),
            (ADMIN, presses("Back at work", "Ruth"), "is taken back"),
            (LEAD, sees_again(), "An admin has recorded that you are not on leave."),
        ],
    )


def test_leave_that_ends_early_keeps_what_was_taken_of_it(world: World) -> None:
    neil, now = world.person_id(NEIL), world.clock.now()
    with Session(world.engine) as session:
        absence = record_leave(session, neil, date(2019, 8, 26), date(2019, 9, 6), None, now, None)
        end_absence(session, absence, date(2019, 8, 30), now, None)
        session.commit()
    assert absences(world, NEIL) == [("08-26", "08-29", None)]
