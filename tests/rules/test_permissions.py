"""One function decides who may do what; this walks the whole table, and docs/permissions.md must show the same."""

import re
from datetime import UTC, datetime

import pytest

from models import Absence, Item, Person, Post, Return, Tenure, Window, WindowState
from rules.facts import Facts
from rules.permissions import ALLOWED, Act, Relation, is_admin, may, relations
from rules.programme import ChasePolicy
from rules.slices import Hearing
from rules.working_time import WorkingTime
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
            1: [Hearing(1, POST_IDS["secretary"]), Hearing(3, POST_IDS["other secretary"], {"outcome": ["2"]})],
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
    facts = Facts(**{**facts.__dict__, "absences": {IDS["lead"]: [away]}})
    assert relations(facts, person("stand-in"), the_return(None), NOW) == {Relation.DELEGATE}
    assert relations(facts, person("stand-in"), the_return(None), NOW.replace(day=4)) == set()


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
