"""Who is asked."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remembrancer.models import Tenure
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.recipients import Reason, holders, is_away, line_above
from tests import oracle
from tests.oracle import Audience, World
from tests.rules.build import (
    ADA,
    BEN,
    CAT,
    DEE,
    DIRECTOR,
    EVE,
    FLO,
    HONOLULU,
    LEAD,
    MANAGER,
    SECRETARY,
    SYDNEY,
    day,
    facts,
    leave,
    moment,
    move_to,
    office,
    vacate,
)
from tests.rules.worlds import RETURNS, worlds

TUESDAY = moment("2019-10-08 10:00")
AUDIENCES: list[Audience] = ["lead", "manager", "director", "secretary"]


def asked(world: World, to: Audience = "lead") -> list[tuple[int, Reason]]:
    found = recipients.AUDIENCES[to](facts(world), world.returns[1], TUESDAY)
    return [(stored_id(person.id), because) for person, because in found]


def absent(world: World, who: int, delegate: int | None = None) -> None:
    leave(world, who, "2019-10-07", "2019-10-11", delegate)


def test_everybody_at_work_is_asked_in_their_own_right() -> None:
    world = office()
    assert asked(world) == [(ADA, Reason.LEADS)]
    assert asked(world, "manager") == [(BEN, Reason.ABOVE)]
    assert asked(world, "director") == [(CAT, Reason.ABOVE)]
    assert asked(world, "secretary") == [(DEE, Reason.SECRETARY)]


def test_the_person_a_return_was_handed_to_is_asked_for_it() -> None:
    world = office()
    world.returns[1].delegate_id = EVE
    assert asked(world) == [(EVE, Reason.DELEGATED)]


def test_a_return_handed_to_somebody_on_leave_comes_back_to_the_lead() -> None:
    world = office()
    world.returns[1].delegate_id = EVE
    absent(world, EVE, delegate=FLO)
    assert asked(world) == [(ADA, Reason.LEADS)]


def test_a_return_handed_to_somebody_who_left_comes_back_to_the_lead() -> None:
    world = office()
    world.returns[1].delegate_id = EVE
    world.people[EVE].active = False
    assert asked(world) == [(ADA, Reason.LEADS)]


def test_the_delegate_of_a_lead_on_leave_is_asked_instead() -> None:
    world = office()
    absent(world, ADA, delegate=EVE)
    assert asked(world) == [(EVE, Reason.STANDS_IN)]


def test_of_two_who_share_a_post_the_one_at_work_is_asked_before_the_others_delegate() -> None:
    world = office()
    world.tenures.append(Tenure(post_id=LEAD, person_id=FLO))
    assert asked(world) == [(ADA, Reason.LEADS)]
    absent(world, ADA, delegate=EVE)
    assert asked(world) == [(FLO, Reason.LEADS)]


@pytest.mark.parametrize("delegate", [None, EVE])
def test_leave_with_nobody_to_stand_in_goes_up_the_line(delegate: int | None) -> None:
    world = office()
    absent(world, ADA, delegate)
    absent(world, EVE, delegate=FLO)
    assert asked(world) == [(BEN, Reason.ABOVE)]
    absent(world, BEN)
    assert asked(world) == [(CAT, Reason.ABOVE)]
    absent(world, CAT)
    assert asked(world) == [(DEE, Reason.SECRETARY)]


def test_a_delegate_who_left_is_not_asked() -> None:
    world = office()
    absent(world, ADA, delegate=EVE)
    world.people[EVE].active = False
    assert asked(world) == [(BEN, Reason.ABOVE)]


def test_the_first_absence_that_covers_the_day_names_the_delegate() -> None:
    world = office()
    leave(world, ADA, "2019-09-30", "2019-10-04", FLO)
    absent(world, ADA, delegate=EVE)
    absent(world, ADA, delegate=FLO)
    assert asked(world) == [(EVE, Reason.STANDS_IN)]


def test_a_managers_delegate_hears_for_the_manager() -> None:
    world = office()
    absent(world, BEN, delegate=EVE)
    assert asked(world, "manager") == [(EVE, Reason.ABOVE)]


def test_a_vacant_post_raises_the_alarm_with_the_secretary() -> None:
    world = office()
    vacate(world, LEAD)
    assert asked(world) == [(DEE, Reason.VACANT)]


def test_a_post_whose_only_holder_left_is_vacant() -> None:
    world = office()
    world.people[ADA].active = False
    assert asked(world) == [(DEE, Reason.VACANT)]


def test_a_vacant_post_above_is_passed_over() -> None:
    world = office()
    vacate(world, MANAGER)
    assert asked(world, "manager") == [(CAT, Reason.ABOVE)]


def test_with_nobody_above_the_secretary_is_told() -> None:
    world = office()
    world.posts[LEAD].reports_to_id = None
    assert asked(world, "manager") == asked(world, "director") == [(DEE, Reason.SECRETARY)]


def test_the_nearest_director_is_told_and_not_the_top_of_the_line() -> None:
    world = office()
    world.people[BEN].roles = ["director"]
    assert asked(world, "director") == [(BEN, Reason.ABOVE)]


def test_where_nobody_is_a_director_the_top_of_the_line_is_told() -> None:
    world = office()
    world.people[CAT].roles = []
    assert asked(world, "director") == [(CAT, Reason.ABOVE)]


def test_a_director_on_leave_is_passed_over_upwards_and_never_downwards() -> None:
    world = office()
    absent(world, CAT)
    assert asked(world, "director") == [(DEE, Reason.SECRETARY)]
    world = office()
    world.people[BEN].roles = ["director"]
    absent(world, BEN)
    assert asked(world, "director") == [(CAT, Reason.ABOVE)]


def test_a_lead_who_is_a_director_does_not_chase_themselves() -> None:
    world = office()
    world.people[ADA].roles = ["director"]
    assert asked(world, "director") == [(CAT, Reason.ABOVE)]


def test_the_secretarys_delegate_and_then_the_admins_look_after_a_board() -> None:
    world = office()
    absent(world, DEE, delegate=EVE)
    assert asked(world, "secretary") == [(EVE, Reason.SECRETARY)]
    absent(world, EVE)
    assert asked(world, "secretary") == [(FLO, Reason.NOBODY_ELSE)]


def test_an_admin_who_left_is_not_told() -> None:
    world = office()
    vacate(world, SECRETARY)
    world.people[EVE].roles = ["admin"]
    world.people[FLO].active = False
    assert asked(world, "secretary") == [(EVE, Reason.NOBODY_ELSE)]


def test_one_secretary_of_two_boards_is_told_once() -> None:
    world = office()
    world.hearings[1] = [(SECRETARY, {}), (DIRECTOR, {}), (MANAGER, {})]
    vacate(world, MANAGER)
    world.tenures.append(Tenure(post_id=MANAGER, person_id=DEE))
    assert [who for who, _ in asked(world, "secretary")] == [DEE, CAT]


def test_a_line_that_runs_in_a_circle_ends_where_it_closes() -> None:
    world = office()
    world.posts[DIRECTOR].reports_to_id = LEAD
    assert line_above(facts(world), LEAD) == [MANAGER, DIRECTOR]


def test_leave_begins_and_ends_at_the_persons_own_midnight() -> None:
    world = office()
    absent(world, ADA)
    for zone in (HONOLULU, SYDNEY):
        move_to(world, ADA, zone)
        days = ["2019-10-06 23:59", "2019-10-07 00:00", "2019-10-11 23:59", "2019-10-12 00:00"]
        away = [is_away(facts(world), world.people[ADA], moment(text, zone)) for text in days]
        assert away == [False, True, True, False]


def test_a_post_changes_hands_at_the_bodys_midnight() -> None:
    world = office()
    vacate(world, LEAD)
    world.tenures += [
        Tenure(post_id=LEAD, person_id=ADA, last_day=day("2019-10-07")),
        Tenure(post_id=LEAD, person_id=EVE, first_day=day("2019-10-08")),
    ]
    move_to(world, EVE, SYDNEY)
    held = [holders(facts(world), LEAD, moment(f"2019-10-{text}")) for text in ("07 23:59", "08 00:00")]
    assert held == [[world.people[ADA]], [world.people[EVE]]]


@given(worlds(), RETURNS, st.integers(0, 20 * 24), st.sampled_from(AUDIENCES))
def test_in_any_organisation_the_oracle_would_ask_the_same_people(
    world: World, number: int, hours: int, to: Audience
) -> None:
    ret, now = world.returns[number], world.windows[1].opens_at + timedelta(hours=hours)
    found = [stored_id(person.id) for person, _ in recipients.AUDIENCES[to](facts(world), ret, now)]
    assert sorted(found) == sorted(set(oracle.audience(world, to, ret, now)))
