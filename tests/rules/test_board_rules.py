"""A board's deadlines: what the law gives, what a board says instead, chains, and the routes that are left too late."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from remembrancer.queries.deadline_rules import shipped
from remembrancer.rules.calendar.deadline_rules import DeadlineRule, Jurisdiction, Law, override_rules, rule_faults
from remembrancer.rules.calendar.deadlines import Deadline, deadlines
from remembrancer.rules.calendar.working_time import WorkingTime, at
from remembrancer.rules.forward_plan.key_decisions import KeyDecisionNotice, Route, missing, routes, too_late_from
from remembrancer.wording import phrase
from tests.oracle import ONE_DAY, World
from tests.profiles import thoroughness
from tests.rules.build import LONDON, day, working_time
from tests.rules.worlds import HARD_DAYS, bodies

BODIES = {
    nation: WorkingTime(nation=nation, zone=LONDON) for nation in ("england-and-wales", "scotland", "northern-ireland")
}
BODY = BODIES["england-and-wales"]
NATIONS: dict[Law, str] = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern-ireland": "northern-ireland",
}
KNOWN = date(2030, 12, 31)
MEETING = at(day("2021-04-08"), time(10), LONDON)
ENGLAND = shipped("england").rules
OUR_OWN: dict[str, dict[str, Any]] = {key: {"used": True} for key in ("agenda_setting", "first_draft", "final_report")}


def rule(key: str, **values: Any) -> DeadlineRule:
    plain = {"name": key.title(), "kind": key, "count": 1, "unit": "working_days", "basis": "standing orders"}
    return DeadlineRule.model_validate({**plain, "key": key, **values})


def due(found: list[Deadline]) -> dict[str, str]:
    """The day of each by its key, in the order of the list."""
    return {each.key: each.counted.date.isoformat() for each in found}


# What the law gives


@pytest.mark.parametrize(
    ("law", "agenda"),
    [
        ("england", "2021-03-29"),
        ("wales", "2021-03-31"),
        ("scotland", "2021-04-01"),  # Easter Monday is no bank holiday there: 7, 6 and 5 April
        ("northern-ireland", "2021-04-01"),  # five clear days: 2 April, Good Friday, rolled back
    ],
)
def test_each_jurisdiction_has_its_own_days_for_an_agenda(law: Law, agenda: str) -> None:
    found = deadlines(shipped(law).rules, MEETING, BODIES[NATIONS[law]], KNOWN)
    assert due(found) == {"agenda": agenda}
    assert found[0].kind == "agenda_publication"


def test_a_private_key_decision_in_england_has_every_notice_in_order_of_date() -> None:
    found = deadlines(ENGLAND, MEETING, BODY, KNOWN, key_decision=True, private=True)
    assert due(found) == {
        "key_decision_notice": "2021-03-10",
        "private_meeting_notice": "2021-03-10",
        "agenda": "2021-03-29",
        "private_meeting_notice_again": "2021-04-01",  # 2 April is Good Friday
    }
    assert [each.due_at for each in found] == sorted(each.due_at for each in found)
    assert all(each.basis for each in found)


def test_a_private_meeting_in_northern_ireland_is_notified_twice() -> None:
    rules = shipped("northern-ireland").rules
    found = deadlines(rules, MEETING, BODIES["northern-ireland"], KNOWN, private=True)
    assert list(due(found)) == ["private_meeting_notice", "agenda", "private_meeting_notice_again"]


def test_due_is_the_end_of_hours_by_the_bodys_clock_in_utc() -> None:
    found = {each.key: each.due_at for each in deadlines(ENGLAND, MEETING, BODY, KNOWN, key_decision=True)}
    assert found["key_decision_notice"] == datetime(2021, 3, 10, 17, tzinfo=UTC)
    assert found["agenda"] == datetime(2021, 3, 29, 16, tzinfo=UTC)  # the clocks went forward on the 28th


def test_a_meeting_of_a_day_without_a_time_has_the_same_deadlines() -> None:
    on_the_day = deadlines(ENGLAND, day("2021-04-08"), BODY, KNOWN, key_decision=True, private=True)
    assert on_the_day == deadlines(ENGLAND, MEETING, BODY, KNOWN, key_decision=True, private=True)


def test_an_evening_meeting_is_on_its_day_by_the_bodys_clock() -> None:
    sydney = WorkingTime(nation="england-and-wales", zone="Australia/Sydney")
    late = at(day("2021-04-09"), time(8), "Australia/Sydney")  # still the 8th in UTC
    assert due(deadlines(ENGLAND, late, sydney, KNOWN)) == due(deadlines(ENGLAND, day("2021-04-09"), sydney, KNOWN))


def test_call_in_is_counted_once_the_decision_is_published() -> None:
    assert "call_in" not in due(deadlines(ENGLAND, day("2023-07-25"), BODY, KNOWN))
    found = due(deadlines(ENGLAND, day("2023-07-25"), BODY, KNOWN, published=day("2023-07-26")))
    assert found["call_in"] == "2023-08-03"


def test_the_examples_of_local_rules_are_off_until_a_board_uses_them() -> None:
    assert {each.key for each in ENGLAND if not each.used} == set(OUR_OWN)
    found = due(deadlines(override_rules(ENGLAND, OUR_OWN), MEETING, BODY, KNOWN))
    assert found == {
        "agenda_setting": "2021-02-25",
        "first_draft": "2021-03-19",  # five working days before the final report
        "final_report": "2021-03-26",
        "agenda": "2021-03-29",
    }


def test_st_andrews_day_worked_through_moves_a_perth_committees_agenda_a_day() -> None:
    perth = WorkingTime(nation="scotland", zone=LONDON, works=frozenset({day("2020-11-30")}))
    rules, meeting = shipped("scotland").rules, day("2020-12-02")
    assert due(deadlines(rules, meeting, BODIES["scotland"], KNOWN)) == {"agenda": "2020-11-25"}
    assert due(deadlines(rules, meeting, perth, KNOWN)) == {"agenda": "2020-11-26"}


# What a board says instead


def test_a_board_changes_one_word_of_a_rule_and_the_rest_stays_as_shipped() -> None:
    [agenda] = [
        each for each in override_rules(ENGLAND, {"agenda": {"count": 7, "at": "12:00"}}) if each.key == "agenda"
    ]
    [before] = [each for each in ENGLAND if each.key == "agenda"]
    assert agenda == before.model_copy(update={"count": 7, "at": time(12)})


def test_a_board_adds_a_rule_of_its_own_and_counts_from_another() -> None:
    minutes = {
        "name": "Minutes out",
        "kind": "minutes",
        "count": 2,
        "unit": "weeks",
        "direction": "after",
        "roll": "later",
        "basis": "standing orders",
    }
    chair = {"name": "Seen by the chair", "kind": "clearance", "count": 3, "unit": "working_days", "from": "agenda"}
    rules = override_rules(ENGLAND, {"minutes": minutes, "chair": {**chair, "basis": "local"}})
    found = due(deadlines(rules, MEETING, BODY, KNOWN))
    assert found == {"chair": "2021-03-24", "agenda": "2021-03-29", "minutes": "2021-04-22"}


def test_the_first_wednesday_of_the_month_before_is_a_rule_too() -> None:
    wednesday = rule("setting", unit="weekday", weekday="wednesday", month="before")
    assert due(deadlines([wednesday], MEETING, BODY, KNOWN)) == {"setting": "2021-03-03"}


def test_nothing_before_a_meeting_is_due_after_it_has_begun() -> None:
    [found] = deadlines([rule("papers", count=0, unit="calendar_days")], MEETING, BODY, KNOWN)
    assert found.due_at == MEETING


def test_a_date_that_counts_from_a_provisional_one_is_provisional() -> None:
    rules = [rule("papers", count=1), rule("draft", count=10, **{"from": "papers"})]
    found = deadlines(rules, MEETING, BODY, day("2021-04-06"))  # the papers are due on the 7th
    assert {each.key: each.counted.provisional for each in found} == {"draft": True, "papers": True}
    assert not any(each.counted.provisional for each in deadlines(rules, MEETING, BODY, day("2021-04-07")))


def test_an_unused_rule_gives_no_deadline_and_others_still_count_from_it() -> None:
    rules = [rule("papers", count=1, used=False), rule("draft", count=1, **{"from": "papers"})]
    assert due(deadlines(rules, MEETING, BODY, KNOWN)) == {"draft": "2021-04-06"}


# What cannot be meant


def test_what_nobody_is_called_and_what_runs_in_a_circle_is_refused() -> None:
    circle = [rule("a", **{"from": "b"}), rule("b", **{"from": "c"}), rule("c", **{"from": "b"})]
    assert rule_faults(circle) == [
        "the deadlines b, c count from one another; let one of them count from the meeting",
    ]
    assert rule_faults([rule("a", **{"from": "a"})]) == [
        "the deadline a counts from itself; let it count from the meeting"
    ]
    assert rule_faults([rule("a", **{"from": "z"})]) == [
        "the deadline a counts from z, which is none of meeting, decision_publication, a"
    ]
    assert rule_faults([rule("a"), rule("a")]) == ["two deadlines are called a"]
    with pytest.raises(ValidationError, match="count from one another"):
        Jurisdiction(key="wales", name="Wales", rules=circle)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"agenda": {"from": "nothing"}}, "the deadline agenda counts from nothing, which is none of meeting, "),
        ({"agenda": {"from": "agenda"}}, "the deadline agenda counts from itself; let it count from the meeting"),
        ({"agenda": {"at": 960}}, 'agenda.at: write the time in quotes, as "16:00"'),
        ({"agenda": {"cuont": 5}}, "agenda.cuont: Extra inputs are not permitted"),
        ({"agenda": {"count": 400}}, "agenda.count: Input should be less than or equal to 366"),
        ({"agenda": {"roll": "later"}}, "agenda: clear days before are never rolled later: there would be too few"),
        ({"new": {"name": "New"}}, "new.kind: Field required"),
        ({"meeting": {}}, "meeting.name: Field required"),
        ({"agenda": {"unit": "weekday"}}, "give a weekday where the unit is weekday, and nowhere else"),
        ({"agenda": {"weekday": "monday"}}, "give a weekday where the unit is weekday, and nowhere else"),
        ({"agenda": {"unit": "weekday", "weekday": "monday"}}, "a weekday of the month is counted from 1 to 4"),
        (
            {"key_decision_notice": {"direction": "after", "roll": "none"}},
            "a key_decision_notice is so many days before",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(change: dict[str, dict[str, Any]], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        override_rules(ENGLAND, change)


def test_no_rule_takes_the_name_of_what_others_count_from() -> None:
    with pytest.raises(ValidationError, match="meeting is what deadlines count from"):
        rule("meeting")


# Too late for the notice


def left(today: str) -> dict[str, Route]:
    return {each.kind: each for each in routes(ENGLAND, MEETING, day(today), BODY, KNOWN)}


def test_while_the_notice_is_in_time_nothing_else_is_needed() -> None:
    assert left("2021-03-10") == {}
    assert left("2021-03-11") != {}


def test_too_late_for_28_days_the_general_exception_still_serves_the_meeting() -> None:
    found = left("2021-03-15")
    assert list(found) == ["later_date", "general_exception", "special_urgency"]
    assert {kind: route.serves for kind, route in found.items()} == {
        "later_date": False,
        "general_exception": True,
        "special_urgency": True,
    }
    assert found["later_date"].earliest.date == day("2021-04-13")
    assert found["general_exception"].earliest.date == day("2021-03-23")
    assert found["general_exception"].latest.date == day("2021-03-29")
    assert found["general_exception"].whom == ("the chair of the scrutiny committee",)
    assert "reg 10" in found["general_exception"].basis


def test_too_late_for_five_days_only_special_urgency_serves_and_three_are_asked_in_turn() -> None:
    found = left("2021-03-30")
    assert found["general_exception"].earliest.date == day("2021-04-09")
    assert [kind for kind, route in found.items() if route.serves] == ["special_urgency"]
    assert found["special_urgency"].earliest.date == day("2021-03-30")
    assert found["special_urgency"].latest.date == day("2021-04-08")
    assert found["special_urgency"].whom == (
        "the chair of the scrutiny committee",
        "the chair of the council",
        "the vice-chair of the council",
    )


def test_after_the_meeting_no_route_serves_it() -> None:
    assert [route.serves for route in left("2021-04-09").values()] == [False, False, False]


def test_kent_and_maidstone_count_a_friday_differently() -> None:
    """Kent rolls a general exception of Friday 15 January 2021 to Monday; a body that does not roll has Saturday."""
    meeting, today = day("2021-01-25"), day("2021-01-15")
    unrolled = override_rules(ENGLAND, {"general_exception": {"roll": "none"}})
    for rules, earliest in ((ENGLAND, "2021-01-25"), (unrolled, "2021-01-23")):
        [route] = [each for each in routes(rules, meeting, today, BODY, KNOWN) if each.kind == "general_exception"]
        assert (route.earliest.date, route.earliest.raw) == (day(earliest), day("2021-01-23"))


def test_where_there_are_no_key_decisions_there_are_no_routes() -> None:
    assert routes(shipped("wales").rules, MEETING, day("2021-04-07"), BODY, KNOWN) == []


@thoroughness(1.5)
@given(
    st.sampled_from(HARD_DAYS).flatmap(lambda anchor: st.tuples(bodies(anchor), st.just(anchor))), st.integers(-5, 40)
)
def test_a_route_serves_a_meeting_if_it_is_begun_by_its_latest_day(start: tuple[World, date], ahead: int) -> None:
    world, today = start
    time_ = working_time(world)
    meeting = time_.working_day_on_or_after(today + ONE_DAY * ahead)
    for route in routes(ENGLAND, meeting, today, time_, KNOWN):
        begun_by = (
            time_.after(route.latest.date, 1) - ONE_DAY if route.kind == "general_exception" else route.latest.raw
        )
        assert route.serves == (today <= begun_by), route.kind


def test_a_notice_is_too_late_from_the_day_after_the_last_on_which_it_is_in_time() -> None:
    assert too_late_from(ENGLAND, MEETING, BODY, KNOWN) == day("2021-03-11")
    assert too_late_from(shipped("wales").rules, MEETING, BODY, KNOWN) is None


@given(
    st.sampled_from(HARD_DAYS).flatmap(lambda anchor: st.tuples(bodies(anchor), st.just(anchor))),
    st.integers(0, 40),
    st.sampled_from(["clear_days", "clear_working_days", "working_days", "calendar_days"]),
    st.sampled_from(["none", "earlier"]),
)
def test_from_the_first_day_that_is_too_late_on_there_are_routes_and_before_it_none(
    start: tuple[World, date], count: int, unit: str, roll: str
) -> None:
    world, meeting = start
    rolled = roll if unit != "clear_working_days" else "none"
    rules = override_rules(ENGLAND, {"key_decision_notice": {"unit": unit, "count": count, "roll": rolled}})
    first = too_late_from(rules, meeting, working_time(world), KNOWN)
    assert first is not None
    for days in range(-3, 4):
        today = first + ONE_DAY * days
        assert bool(routes(rules, meeting, today, working_time(world), KNOWN)) == (days >= 0)


# What a notice must say

WHOLE = KeyDecisionNotice(
    matter="Contract for home care",
    decider="Asha Rao",
    title="Cabinet Member for Adult Social Care",
    decided_on=date(2021, 4, 8),
    documents=("Report of the Director",),
    documents_at="County Hall, or on the website",
)


def test_a_notice_with_every_part_is_complete() -> None:
    assert missing(WHOLE) == []
    body = KeyDecisionNotice(
        "Contract", "The Cabinet", "", ("Asha Rao", "Lee Marsh"), None, "April", ("Report",), "Online"
    )
    assert missing(body) == []


def test_an_empty_notice_lacks_everything_and_each_part_has_a_sentence() -> None:
    lacking = missing(KeyDecisionNotice(matter=" ", documents=(" ",)))
    assert lacking == ["matter", "decider", "title_or_members", "date_or_period", "documents", "documents_at"]
    assert all(phrase(f"notice.{part}").endswith(".") for part in lacking)
