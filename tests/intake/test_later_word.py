"""The later word wins, field by field: the folder's and what was decided in chat, whichever spoke last."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import Stored, store
from remembrancer.intake.loading.merge import merge
from remembrancer.models import Absence, ImportedRow, Item, ItemState, Person, Post, Tenure
from remembrancer.rules.people.recipients import holders
from remembrancer.services.leave import record_leave
from remembrancer.services.people import begin_leave, end_leave, join, leave
from remembrancer.services.posts import ask_first, hand_over, hold, release
from tests.conftest import Edit

NOW = datetime(2019, 5, 1, 9, tzinfo=UTC)
POST = "Income Pathway Manager"
NEIL, YASMIN, FIONA = "neil.coppard@example.org", "yasmin.begum@example.org", "fiona.kerr@example.org"
ROW = f"Neil Coppard,{NEIL},{POST},Assistant Director of Business Delivery,,,\n"

fields = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


def oracle(last: dict[str, int] | None, says: dict[str, int], holds: dict[str, int] | None) -> dict[str, int] | None:
    """By hand: of each field of the folder, the last change to it, where both changed it the folder's."""
    before = last or {}
    if holds is None:
        return says if any(before.get(key) != says[key] for key in says) else None
    result = {}
    for key in says:
        folder_spoke = key not in before or before[key] != says[key]
        result[key] = says[key] if folder_spoke or key not in holds else holds[key]
    return result


@given(st.none() | fields, fields, st.none() | fields)
def test_a_merge_is_the_last_word_on_each_field(
    last: dict[str, int] | None, says: dict[str, int], holds: dict[str, int] | None
) -> None:
    merged = merge(last, says, holds)
    wanted = oracle(last, says, holds)
    assert (merged.values if merged.exists else None) == wanted
    if wanted is not None:
        assert {key: value for key, value in says.items() if wanted[key] != value} == merged.kept


@given(st.none() | fields, fields, fields)
def test_the_same_word_twice_changes_nothing_the_second_time(
    last: dict[str, int] | None, says: dict[str, int], holds: dict[str, int]
) -> None:
    once = merge(last, says, holds)
    assert merge(says, says, once.values).values == once.values


@given(st.none() | fields, fields, fields)
def test_what_the_folder_says_for_the_first_time_wins(
    holds: dict[str, int] | None, says: dict[str, int], more: dict[str, int]
) -> None:
    merged = merge({}, says, holds)
    assert merged.values == says
    assert merged.kept == {}
    assert merge({**more, **says}, says, {**says, **more}).values.keys() == says.keys()


class House:
    """A store, and the folder it is loaded from."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.load()

    def load(self) -> Stored:
        with Session(self.engine) as session:
            stored = store(session, read_folder(self.folder, with_responses=True), NOW)
            session.commit()
            return stored

    def does(self, act: Callable[[Session], Any]) -> None:
        with Session(self.engine) as session:
            act(session)
            session.commit()

    def holders(self, post: str = POST) -> list[str]:
        from remembrancer.queries.facts import load_facts

        with Session(self.engine) as session:
            found = session.exec(select(Post).where(Post.name == post)).one()
            return [person.email for person in holders(load_facts(session), found.id or 0, NOW)]

    def leave_of(self, email: str) -> list[tuple[str, str]]:
        with Session(self.engine) as session:
            query = select(Absence).join(Person, Person.id == Absence.person_id).where(Person.email == email)  # type: ignore[arg-type]
            return sorted((str(a.first_day), str(a.last_day)) for a in session.exec(query))


@pytest.fixture
def house(engine: Engine, folder: Path) -> House:
    return House(engine, folder)


def someone(session: Session, email: str) -> Person:
    return session.exec(select(Person).where(Person.email == email)).one()


def the_post(session: Session, name: str = POST) -> Post:
    return session.exec(select(Post).where(Post.name == name)).one()


def handed_to(email: str) -> Callable[[Session], Any]:
    return lambda session: hand_over(session, the_post(session), someone(session, email), NOW, None)


@pytest.mark.both_databases
def test_a_hand_over_in_chat_survives_the_same_folder_and_the_difference_is_said(house: House) -> None:
    house.does(handed_to(YASMIN))
    stored = house.load()
    assert stored.changes == []
    assert stored.kept == [f"kept as decided since: post {POST}: holders: {YASMIN} (the folder still says {NEIL})"]
    assert house.holders() == [YASMIN]
    assert house.load().changes == []


def test_a_third_person_whom_the_folder_names_after_a_hand_over_holds_the_post(house: House, edit: Edit) -> None:
    house.does(handed_to(YASMIN))
    house.load()
    edit("people.csv", ROW, ROW.replace("Neil Coppard", "Fiona Kerr").replace(NEIL, FIONA))
    edit("people.csv", "Yasmin Begum", f"Neil Coppard,{NEIL},,,,,\nYasmin Begum")
    assert house.load().changes == [f"post changed: {POST}: holders: {YASMIN} → {FIONA}"]
    assert house.holders() == [FIONA]
    assert house.load() == Stored([], [])


def test_a_folder_that_catches_up_with_a_hand_over_changes_nothing(house: House, edit: Edit) -> None:
    house.does(handed_to(YASMIN))
    edit("people.csv", ROW, ROW.replace("Neil Coppard", "Yasmin Begum").replace(NEIL, YASMIN))
    edit(
        "people.csv",
        "Yasmin Begum,yasmin.begum@example.org,Head",
        f"Neil Coppard,{NEIL},,,,,\nYasmin Begum,{YASMIN},Head",
    )
    assert house.load() == Stored([], [])
    assert house.holders() == [YASMIN]


def test_a_hand_over_that_takes_effect_later_survives_the_same_folder(house: House) -> None:
    later = date(2019, 6, 3)
    house.does(lambda s: hand_over(s, the_post(s), someone(s, YASMIN), NOW, None, later))
    house.load()
    assert house.holders() == [NEIL]
    with Session(house.engine) as session:
        query = select(Tenure).where(Tenure.post_id == the_post(session).id)
        assert sorted((str(t.first_day), str(t.last_day)) for t in session.exec(query)) == [
            ("2019-06-03", "None"),
            ("None", "2019-06-02"),
        ]


def test_somebody_who_joined_in_chat_stays_with_their_post_and_leave(house: House) -> None:
    def act(session: Session) -> None:
        person = join(session, "olive.tranter@example.org", "Olive Tranter", NOW, None)
        hold(session, the_post(session), person, NOW, None)
        begin_leave(session, person, date(2019, 6, 3), date(2019, 6, 7), None, NOW, None)

    house.does(act)
    stored = house.load()
    assert stored.changes == []
    assert house.holders() == [NEIL, "olive.tranter@example.org"]
    assert house.leave_of("olive.tranter@example.org") == [("2019-06-03", "2019-06-07")]


def test_somebody_who_left_in_chat_is_not_brought_back_by_another_field_of_their_row(house: House, edit: Edit) -> None:
    house.does(lambda s: leave(s, someone(s, NEIL), NOW, None))
    edit("people.csv", "Neil Coppard", "Neil A. Coppard")
    stored = house.load()
    assert stored.changes == [f"person changed: {NEIL}: name: Neil Coppard → Neil A. Coppard"]
    assert stored.kept == [
        f"kept as decided since: person {NEIL}: has left (the folder still says: is here)",
        f"kept as decided since: post {POST}: holders: – (the folder still says {NEIL})",
    ]
    assert house.holders() == []


def test_somebody_whom_the_folder_leaves_out_is_asked_no_more_and_may_be_named_again(house: House, edit: Edit) -> None:
    edit("people.csv", ROW, f",,{POST},Assistant Director of Business Delivery,,,\n")
    assert house.load().changes == [
        f"person changed: {NEIL}: has left",
        f"post changed: {POST}: holders: {NEIL} → –",
    ]
    assert house.load() == Stored([], [])
    edit("people.csv", f",,{POST},Assistant Director of Business Delivery,,,\n", ROW)
    house.load()
    assert house.holders() == [NEIL]


def longer_leave(email: str) -> Callable[[Session], Any]:
    days = (date(2019, 9, 2), date(2019, 9, 13))
    return lambda session: record_leave(session, someone(session, email).id or 0, *days, None, NOW, None)


@pytest.mark.both_databases
def test_leave_that_was_changed_or_cancelled_in_chat_stays_so_until_the_folder_says_otherwise(
    house: House, edit: Edit
) -> None:
    ellen = "ellen.sweeting@example.org"
    house.does(
        lambda s: record_leave(s, someone(s, ellen).id or 0, date(2019, 9, 2), date(2019, 9, 13), None, NOW, None)
    )
    assert house.load().changes == []
    assert house.leave_of(ellen) == [("2019-09-02", "2019-09-13")]
    house.does(lambda s: end_leave(s, someone(s, ellen), NOW, None))
    stored = house.load()
    assert stored.kept == [f"kept as decided since: absence {ellen} 2019-09-02 is gone (the folder still has it)"]
    assert house.leave_of(ellen) == []
    edit("people.csv", "2019-09-02/2019-09-06", "2019-09-02/2019-09-04")
    assert house.load().changes == [f"absence added: {ellen} 2019-09-02"]
    assert house.leave_of(ellen) == [("2019-09-02", "2019-09-04")]


def test_whom_the_folder_leaves_out_holds_no_post_that_chat_gave_them_either(house: House, edit: Edit) -> None:
    house.does(lambda s: hand_over(s, the_post(s, "Head of Systems"), someone(s, NEIL), NOW, None))
    edit("people.csv", ROW, f",,{POST},Assistant Director of Business Delivery,,,\n")
    assert f"tenure removed: {NEIL}, Head of Systems" in house.load().changes
    house.does(lambda s: join(s, NEIL, "Neil Coppard", NOW, None))
    assert house.holders("Head of Systems") == []


def test_leave_that_chat_changed_goes_when_the_folder_takes_it_out(house: House, edit: Edit) -> None:
    ellen = "ellen.sweeting@example.org"
    house.does(
        lambda s: record_leave(s, someone(s, ellen).id or 0, date(2019, 9, 2), date(2019, 9, 13), None, NOW, None)
    )
    edit("people.csv", "2019-09-02/2019-09-06 helen.marsh@example.org", "")
    house.load()
    assert house.leave_of(ellen) == []


def test_an_item_that_was_given_to_another_post_stays_there_and_its_title_follows_the_folder(
    house: House, edit: Edit
) -> None:
    def reassign(session: Session) -> None:
        item = session.exec(select(Item).where(Item.ref == "59")).one()
        item.lead_post_id = the_post(session).id or 0
        item.standing, item.standing_reason = ItemState.SUSPENDED, "awaiting notice"

    house.does(reassign)
    edit("items.csv", "Recommissioning of Carers Short Breaks", "Carers' breaks")
    stored = house.load()
    assert stored.changes == [
        "item changed: strategic-delivery-plan 59: title: Recommissioning of Carers Short Breaks → Carers' breaks"
    ]
    says = "(the folder still says Carers Services Commissioner)"
    assert stored.kept == [f"kept as decided since: item strategic-delivery-plan 59: lead post: {POST} {says}"]
    with Session(house.engine) as session:
        item = session.exec(select(Item).where(Item.ref == "59")).one()
        assert (item.standing, item.standing_reason) == (ItemState.SUSPENDED, "awaiting notice")
        assert item.lead_post_id == the_post(session).id
    edit("items.csv", "Carers Services Commissioner", "Head of Systems")
    edit("items.csv", "2020-01-01\nstrategic-delivery-plan,60", "2020-02-01\nstrategic-delivery-plan,60")
    post, day = f"lead post: {POST} → Head of Systems", "original end date: 2020-01-01 → 2020-02-01"
    assert house.load().changes == [f"item changed: strategic-delivery-plan 59: {post}; {day}"]


def test_the_first_of_a_posts_rows_is_asked_first_until_chat_or_the_folder_says_otherwise(
    house: House, edit: Edit
) -> None:
    body = [ROW, ROW.replace("Neil Coppard", "Fiona Kerr").replace(NEIL, FIONA)]
    edit("people.csv", ROW, "".join(body))
    house.load()
    assert house.holders() == [NEIL, FIONA]
    house.does(lambda s: ask_first(s, the_post(s), someone(s, FIONA), NOW, None))
    assert house.load().changes == []
    assert house.holders() == [FIONA, NEIL]
    third = ROW.replace("Neil Coppard", "Yasmin Begum").replace(NEIL, YASMIN)
    edit("people.csv", "".join(body), third + "".join(body))
    house.load()
    assert house.holders()[0] == YASMIN
    assert sorted(house.holders()) == sorted([NEIL, FIONA, YASMIN])
    assert house.load() == Stored([], [])
    house.does(lambda s: release(s, the_post(s), someone(s, YASMIN), NOW, None))
    assert house.load().changes == []
    assert YASMIN not in house.holders()


@pytest.mark.both_databases
def test_after_an_upgrade_the_store_counts_as_what_the_folder_last_said(house: House, edit: Edit) -> None:
    def forget(session: Session) -> None:
        for word in session.exec(select(ImportedRow)):
            session.delete(word)

    def stray(session: Session) -> None:
        session.add(Person(email="old@example.org", name="Old", time_zone="Europe/London"))

    house.does(forget)
    assert house.load() == Stored([], [])
    house.does(forget)
    house.does(stray)
    house.does(handed_to(YASMIN))
    assert house.load().changes == [
        "person changed: old@example.org: has left",
        f"post changed: {POST}: holders: {YASMIN} → {NEIL}",
    ]
    assert house.holders() == [NEIL]


@pytest.mark.both_databases
def test_a_load_that_is_rolled_back_shows_the_difference_and_changes_nothing(house: House, edit: Edit) -> None:
    edit("people.csv", "Neil Coppard", "Neil A. Coppard")
    with Session(house.engine) as session:
        shown = store(session, read_folder(house.folder, with_responses=True), NOW)
        session.rollback()
    assert shown.changes == [f"person changed: {NEIL}: name: Neil Coppard → Neil A. Coppard"]
    assert house.load() == shown
