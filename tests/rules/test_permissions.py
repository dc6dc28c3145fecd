"""One function decides who may do what; this walks the whole table, and docs/permissions.md must show the same."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from remembrancer.models import Absence, Item, Person, Post, Return, Tenure, Window, WindowState
from remembrancer.rules.calendar.working_time import WorkingTime
from remembrancer.rules.facts import Facts
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import ALLOWED, Act, Relation, is_admin, may, may_manage_digest, relations
from remembrancer.rules.programmes.slices import Hearing
from remembrancer.rules.programmes.spec import ChasePolicy
from tests.conftest import ROOT

NOW = datetime(2019, 9, 3, 10, tzinfo=UTC)
NAMES = [
    "lead", "contributor", "delegate", "stand-in", "manager", "director", "secretary", "other secretary", "admin",
    "colleague", "peer's manager", "left",
]  # fmt: skip
IDS = {name: number for number, name in enumerate(NAMES, start=1)}
POSTS = [
    "lead",
    "contributor",
    "manager",
    "director",
    "secretary",
    "other secretary",
    "colleague",
    "peer's manager",
    "left",
]
POST_IDS = {name: number for number, name in enumerate(POSTS, start=1)}
WHOLE, SLICE = Hearing(1, POST_IDS["secretary"]), Hearing(3, POST_IDS["other secretary"], {"outcome": ["2"]})
ABOVE = {"lead": "manager", "manager": "director", "colleague": "peer's manager", "left": "manager"}

ANSWERING = {Act.SEE_STATE, Act.SEE, Act.ANSWER, Act.HAND_ON}
IN_CHARGE = {Act.RETURN, Act.ACCEPT, Act.CHASE, Act.REASSIGN, Act.SET_ASIDE, Act.RESTATE, Act.MANAGE_DIGEST}
TABLE: dict[str, set[Act]] = {
    "lead": ANSWERING | {Act.DISOWN},
    "contributor": ANSWERING | {Act.DISOWN},
    "delegate": ANSWERING | {Act.DISOWN},
    "manager": ANSWERING,
    "director": ANSWERING,
    "secretary": ANSWERING | IN_CHARGE,
    "admin": {Act.SEE_STATE, Act.MANAGE_WINDOW, Act.MANAGE_PEOPLE, Act.MANAGE_SENDING},
    "other secretary": set(),
    "colleague": set(),
    "peer's manager": set(),
    "stand-in": set(),
    "left": set(),
}


def person(name: str) -> Person:
    roles = ["admin"] if name == "admin" else []
    return Person(
        id=IDS[name],
        email=f"{name}@example.org",
        name=name,
        time_zone="Europe/London",
        roles=roles,
        active=name != "left",
    )


def tenure(name: str) -> Tenure:
    return Tenure(id=IDS[name], post_id=POST_IDS[name], person_id=IDS[name])


@pytest.fixture
def facts() -> Facts:
    window = Window(
        id=1,
        programme_id=1,
        key="w",
        title="W",
        year=2019,
        state=WindowState.OPEN,
        opens_at=NOW,
        closes_at=NOW,
        late_until=NOW,
    )
    item = Item(
        id=1,
        programme_id=1,
        ref="1",
        title="One",
        position=0,
        lead_post_id=POST_IDS["lead"],
        contributing_post_ids=[POST_IDS["contributor"]],
    )
    return Facts(
        time=WorkingTime(nation="england-and-wales", zone="Europe/London"),
        people={IDS[name]: person(name) for name in NAMES},
        posts={
            POST_IDS[name]: Post(id=POST_IDS[name], name=name, reports_to_id=POST_IDS.get(ABOVE.get(name, "")))
            for name in POSTS
        },
        tenures={POST_IDS[name]: [tenure(name)] for name in POSTS},
        absences={},
        policies={1: ChasePolicy(steps=[], late_working_days=5)},
        hearings={
            1: [WHOLE, SLICE],
            2: [Hearing(2, POST_IDS["other secretary"])],
        },
        windows=[window],
        returns={1: [Return(id=1, window_id=1, item_id=1)]},
        items={1: item},
    )


def the_return(delegate: str | None = "delegate") -> Return:
    return Return(id=1, window_id=1, item_id=1, delegate_id=IDS[delegate] if delegate else None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("act", list(Act))
def test_the_table_holds_for_everyone_and_every_act(facts: Facts, name: str, act: Act) -> None:
    assert may(facts, person(name), act, the_return(), NOW) == (act in TABLE[name])


def test_whoever_stands_in_for_a_lead_on_leave_may_do_what_a_delegate_may(facts: Facts) -> None:
    away = Absence(id=1, person_id=IDS["lead"], first_day=NOW.date(), last_day=NOW.date(), delegate_id=IDS["stand-in"])
    facts = replace(facts, absences={IDS["lead"]: [away]})
    assert relations(facts, person("stand-in"), the_return(None), NOW) == {Relation.DELEGATE}
    assert relations(facts, person("stand-in"), the_return(None), NOW.replace(day=4)) == set()


def test_whoever_stands_in_for_a_manager_on_leave_may_answer_what_they_are_asked(facts: Facts) -> None:
    today = NOW.date()
    absences = {
        IDS["lead"]: [Absence(person_id=IDS["lead"], first_day=today, last_day=today)],
        IDS["manager"]: [
            Absence(person_id=IDS["manager"], first_day=today, last_day=today, delegate_id=IDS["stand-in"])
        ],
    }
    facts = replace(facts, absences=absences)
    assert [who.id for who, _ in recipients.lead(facts, the_return(None), NOW)] == [IDS["stand-in"]]
    for act in Act:
        assert may(facts, person("stand-in"), act, the_return(None), NOW) == (act in TABLE["manager"])
    assert relations(facts, person("stand-in"), the_return(None), NOW.replace(day=4)) == set()


def with_facts(facts: Facts, **about: str) -> Facts:
    """The item has these facts."""
    return replace(facts, items={1: facts.items[1].model_copy(update={"facts": about})})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("act", list(Act))
def test_a_secretary_whose_boards_slice_holds_the_item_may_do_everything_a_secretary_may(
    facts: Facts, name: str, act: Act
) -> None:
    table = TABLE | {"other secretary": TABLE["secretary"]}
    assert may(with_facts(facts, outcome="2"), person(name), act, the_return(), NOW) == (act in table[name])


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("about", [{"outcome": "1"}, {"outcome": ""}, {"committee": "2"}, {}])
def test_a_secretary_whose_boards_slice_does_not_hold_the_item_may_do_nothing(
    facts: Facts, about: dict[str, str], act: Act
) -> None:
    assert not may(with_facts(facts, **about), person("other secretary"), act, the_return(), NOW)


def test_whoever_stands_in_for_a_secretary_sees_the_slice_and_no_more(facts: Facts) -> None:
    secretary = IDS["other secretary"]
    away = Absence(person_id=secretary, first_day=NOW.date(), last_day=NOW.date(), delegate_id=IDS["stand-in"])
    facts = replace(facts, absences={secretary: [away]})
    assert relations(with_facts(facts, outcome="2"), person("stand-in"), the_return(), NOW) == {Relation.SECRETARY}
    assert relations(with_facts(facts, outcome="1"), person("stand-in"), the_return(), NOW) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_boards_digests_are_its_own_secretarys_and_nobody_elses(facts: Facts, name: str) -> None:
    assert may_manage_digest(facts, person(name), WHOLE, NOW) == (name == "secretary")
    assert may_manage_digest(facts, person(name), SLICE, NOW) == (name == "other secretary")


def test_a_boards_digests_are_also_for_whoever_stands_in_for_its_secretary(facts: Facts) -> None:
    away = Absence(person_id=IDS["secretary"], first_day=NOW.date(), last_day=NOW.date(), delegate_id=IDS["stand-in"])
    facts = replace(facts, absences={IDS["secretary"]: [away]})
    assert may_manage_digest(facts, person("stand-in"), WHOLE, NOW)
    assert may_manage_digest(facts, person("secretary"), WHOLE, NOW)
    assert not may_manage_digest(facts, person("stand-in"), SLICE, NOW)
    assert not may_manage_digest(facts, person("stand-in"), WHOLE, NOW.replace(day=4))


def test_a_secretary_who_has_left_manages_no_digest(facts: Facts) -> None:
    gone = person("secretary").model_copy(update={"active": False})
    assert not may_manage_digest(facts, gone, WHOLE, NOW)


def with_member(facts: Facts, post: str, name: str, **tenure: Any) -> Facts:
    """Somebody holds the post together with those who do."""
    joined = Tenure(post_id=POST_IDS[post], person_id=IDS[name], **tenure)
    return replace(facts, tenures={**facts.tenures, POST_IDS[post]: [*facts.tenures[POST_IDS[post]], joined]})


@pytest.mark.parametrize("first", [True, False])
def test_each_member_of_a_body_may_do_what_the_lead_may_whoever_is_asked_first(facts: Facts, first: bool) -> None:
    facts = with_member(facts, "lead", "colleague", asked_first=first)
    for act in Act:
        for name in ("lead", "colleague"):
            assert may(facts, person(name), act, the_return(None), NOW) == (act in TABLE["lead"])


def test_a_member_of_a_body_is_one_for_as_long_as_they_hold_the_post(facts: Facts) -> None:
    today = NOW.date()
    facts = with_member(facts, "lead", "colleague", first_day=today, last_day=today)
    found = [
        may(facts, person("colleague"), Act.ANSWER, the_return(), now)
        for now in (NOW.replace(day=2), NOW, NOW.replace(day=4))
    ]
    assert found == [False, True, False]


def test_each_member_of_a_body_that_is_secretary_looks_after_the_item_and_the_digest(facts: Facts) -> None:
    facts = with_member(facts, "secretary", "colleague", asked_first=True)
    for name in ("secretary", "colleague"):
        assert relations(facts, person(name), the_return(), NOW) == {Relation.SECRETARY}
        assert may_manage_digest(facts, person(name), WHOLE, NOW)


@pytest.mark.parametrize("name", ["lead", "contributor", "delegate"])
def test_whoever_said_that_an_item_is_not_theirs_may_still_answer_until_it_goes_to_another(
    facts: Facts, name: str
) -> None:
    ret = the_return()
    ret.disowned_by_id, ret.disowned_to_id = IDS[name], POST_IDS["colleague"]
    for act in Act:
        assert may(facts, person(name), act, ret, NOW) == (act in TABLE[name])
        assert not may(facts, person("colleague"), act, ret, NOW)


def test_an_item_that_goes_to_another_post_is_its_holders_and_no_longer_the_old_leads(facts: Facts) -> None:
    item = facts.items[1].model_copy(update={"lead_post_id": POST_IDS["colleague"]})
    facts = replace(facts, items={1: item})
    for name, relation in (("colleague", {Relation.LEAD}), ("peer's manager", {Relation.LINE}), ("lead", set())):
        assert relations(facts, person(name), the_return(None), NOW) == relation
    assert relations(facts, person("manager"), the_return(None), NOW) == set()


def test_a_post_that_is_handed_over_takes_the_powers_along_on_the_day(facts: Facts) -> None:
    held = [
        Tenure(post_id=POST_IDS["lead"], person_id=IDS["lead"], last_day=NOW.date()),
        Tenure(post_id=POST_IDS["lead"], person_id=IDS["colleague"], first_day=NOW.replace(day=4).date()),
    ]
    facts = replace(facts, tenures={**facts.tenures, POST_IDS["lead"]: held})
    for now, holder, other in ((NOW, "lead", "colleague"), (NOW.replace(day=4), "colleague", "lead")):
        assert relations(facts, person(holder), the_return(None), now) == {Relation.LEAD}
        assert relations(facts, person(other), the_return(None), now) == set()


def test_somebody_who_has_left_may_do_nothing_whatever_they_were(facts: Facts) -> None:
    gone = person("admin").model_copy(update={"active": False})
    assert relations(facts, gone, the_return(), NOW) == set()
    assert not is_admin(gone)


def test_only_admins_manage_windows() -> None:
    assert [name for name in NAMES if is_admin(person(name))] == ["admin"]


def test_the_documented_table_is_the_one_that_decides() -> None:
    text = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    header, *rows = [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and not re.match(r"^\|[-|: ]+\|$", line)
    ]
    acts = {row[0].strip("`"): row[1:] for row in rows}
    assert set(acts) == {act.value for act in Act}
    for act, cells in acts.items():
        for relation, cell in zip(header[1:], cells, strict=True):
            assert (cell == "✓") == (Act(act) in ALLOWED[Relation(relation.strip("`"))]), (act, relation)
