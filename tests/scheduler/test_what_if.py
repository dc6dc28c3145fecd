"""The preview of an act is what is then sent."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Board, Item, OutgoingMessage, Person, Prompt, Return, ReturnState, SendingState, Window
from remembrancer.models.database import create_tables, make_engine
from remembrancer.queries.facts import load_facts
from remembrancer.queries.window_dates import close_before, close_known_at, date_changes
from remembrancer.rules.prompts.due import moments
from remembrancer.rules.windows.changes import FROM, UNDO, WindowAct, WindowActName, wrong_with
from remembrancer.scheduler.preview.what_if import WhatIf, in_words, what_if
from remembrancer.scheduler.tick import tick
from remembrancer.services.returns import store_answer
from remembrancer.services.window_changes import change_window
from tests.dialog import LEAD, LONDON, MANAGER, World, london
from tests.profiles import thoroughness

ANSWERING = ["52", "53", "61"]
MOMENTS = [
    "2019-08-28 11:00",
    "2019-08-30 10:00",
    "2019-09-06 08:55",
    "2019-09-09 19:30",
    "2019-09-13 16:55",
    "2019-09-17 10:00",
    "2019-09-23 10:00",
]
CLOSES = ["2019-09-12 17:00", "2019-09-18 17:00", "2019-09-25 12:00", "2019-10-11 17:00"]


def preview_and_do(world: World, act: WindowAct) -> WhatIf | None:
    """Foresee the act, and do it; None where it makes no sense."""
    now = world.clock.now()
    with Session(world.engine) as session:
        window = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
        if wrong_with(act, window, now) is not None:
            return None
        before = window.model_dump()
        what = what_if(session, load_facts(session), window, act, now)
        in_words(what, "Europe/London")
        assert not session.dirty
        assert window.model_dump() == before
        change_window(session, window, act, now, None)
        session.commit()
        for name in ("state", "opens_at", "closes_at", "late_until", "set_by_hand", "revision", "settles_at"):
            assert getattr(what.window, name) == getattr(window, name)
        return what


def prompted(world: World, since: datetime, until: datetime) -> set[tuple[str, tuple[str, ...]]]:
    """Who was sent what about the window in this time: e-mail addresses and refs."""
    query = (
        select(OutgoingMessage.id, Person.email, Item.ref)
        .join(Person, col(Person.id) == OutgoingMessage.person_id)
        .join(Prompt, col(Prompt.message_id) == OutgoingMessage.id)
        .join(Return, col(Return.id) == Prompt.return_id)
        .join(Item, col(Item.id) == Return.item_id)
        .where(col(OutgoingMessage.sent_at) >= since, col(OutgoingMessage.sent_at) <= until)
        .order_by(col(Item.position))
    )
    found: dict[tuple[int | None, str], list[str]] = {}
    with Session(world.engine) as session:
        for message_id, email, ref in session.exec(query):
            found.setdefault((message_id, email), []).append(ref)
    return {(email, tuple(refs)) for (_, email), refs in found.items()}


def corrected(world: World) -> set[str]:
    with Session(world.engine) as session:
        rows = session.exec(select(OutgoingMessage).where(OutgoingMessage.kind == "correction")).all()
        return {
            session.get_one(Person, row.person_id).name
            if row.person_id
            else session.get_one(Board, row.board_id).channel
            for row in rows
        }


def boards_heard(world: World) -> list[tuple[datetime, str]]:
    """When which digests of the whole window were posted to boards; addenda come between."""
    query = select(OutgoingMessage).where(col(OutgoingMessage.kind).in_(["digest_close", "digest_lock"]))
    with Session(world.engine) as session:
        rows = session.exec(query.order_by(col(OutgoingMessage.sent_at))).all()
        return [(row.sent_at, row.kind) for row in rows if row.sent_at is not None]


def answer(world: World, refs: list[str]) -> None:
    with Session(world.engine) as session:
        query = select(Return).join(Item).where(col(Item.ref).in_(refs), Return.state == ReturnState.AWAITING)
        for ret in session.exec(query):
            store_answer(session, ret, {"delivery": "on_track"}, world.clock.now(), None, "form")
        session.commit()


@st.composite
def acts(draw: st.DrawFn) -> WindowAct:
    name = draw(st.sampled_from(list(WindowActName)))
    closes = london(draw(st.sampled_from(CLOSES))) if name not in (WindowActName.OPEN, WindowActName.CLOSE) else None
    opens = london("2019-09-02 09:00") if name == WindowActName.MOVE and draw(st.booleans()) else None
    return WindowAct(name, opens, closes)


@thoroughness(0.12, suppress_health_check=[HealthCheck.too_slow])
@given(acts(), st.sampled_from(MOMENTS), st.sets(st.sampled_from(ANSWERING)))
def test_whatever_the_act_the_preview_is_what_is_then_sent(act: WindowAct, moment: str, refs: set[str]) -> None:
    engine = make_engine("sqlite://")
    create_tables(engine)
    world = World(engine)
    if london(moment) > london("2019-08-30 09:00"):
        world.wait_until("2019-08-30 09:00")
        answer(world, sorted(refs))
    world.wait_until(moment)
    what = preview_and_do(world, act)
    if what is not None:
        settles = world.clock.now() + UNDO
        since = world.clock.now()
        world.clock.set(settles - timedelta(seconds=1))
        world.look()
        assert prompted(world, since, world.clock.now()) == set()
        world.clock.set(settles)
        world.look()
        assert prompted(world, settles, settles) == {(each.email, each.refs) for each in what.at_once}
        check_what_comes_later(world, what, settles)
    engine.dispose()


def check_what_comes_later(world: World, what: WhatIf, settles: datetime) -> None:
    for now in looks(world, settles, what.window.late_until):
        world.clock.set(now)
        world.look()
        people = {email for email, _ in prompted(world, now, now)}
        assert len(people) <= sum(step.people for step in what.later if step.at == now), now
        assert bool(people) == any(step.at == now for step in what.later), now
    assert corrected(world) == set(what.corrected)


def looks(world: World, start: datetime, end: datetime) -> list[datetime]:
    with Session(world.engine) as session:
        return moments(load_facts(session), start, end)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine, until="2019-09-11 10:00")


@pytest.mark.both_databases
@pytest.mark.parametrize("name", [WindowActName.MOVE, WindowActName.EXTEND, WindowActName.CLOSE])
def test_the_preview_of_each_act_is_what_is_sent_on_each_database(world: World, name: WindowActName) -> None:
    answer(world, ANSWERING)
    closes = None if name == WindowActName.CLOSE else london("2019-09-18 17:00")
    what = preview_and_do(world, WindowAct(name, closes_at=closes))
    assert what is not None
    settles = world.clock.now() + UNDO
    world.clock.set(settles)
    world.look()
    assert prompted(world, settles, settles) == {(each.email, each.refs) for each in what.at_once}
    assert corrected(world) == set(what.corrected)
    assert "Ruth Fairbrass" in what.corrected
    for digest in what.digests:
        world.wait_until(f"{digest.at.astimezone(LONDON):%Y-%m-%d %H:%M}")
    assert boards_heard(world) == [(digest.at, digest.kind) for digest in what.digests]


def test_while_all_is_paused_the_preview_says_so(world: World) -> None:
    with Session(world.engine) as session:
        session.add(SendingState(paused_at=world.clock.now()))
        session.commit()
    what = preview_and_do(world, WindowAct(WindowActName.EXTEND, closes_at=london("2019-09-18 17:00")))
    assert what is not None
    assert what.at_once
    assert "Everything is paused" in in_words(what, "Europe/London")


def test_in_a_pilot_the_preview_names_only_its_people(world: World) -> None:
    lead = world.person_id(LEAD)
    with Session(world.engine) as session:
        session.add(SendingState(pilot=[lead]))
        session.commit()
    what = preview_and_do(world, WindowAct(WindowActName.EXTEND, closes_at=london("2019-09-18 17:00")))
    assert what is not None
    assert [each.refs for each in what.at_once] == [("52",)]
    assert (what.corrected, what.digests) == ((), ())


def test_a_pilot_s_manager_is_not_foreseen_to_hear_of_leads_whom_it_never_asked(world: World) -> None:
    manager = world.person_id(MANAGER)
    with Session(world.engine) as session:
        session.add(SendingState(pilot=[manager]))
        session.commit()
    what = preview_and_do(world, WindowAct(WindowActName.EXTEND, closes_at=london("2019-09-18 17:00")))
    assert what is not None
    assert (what.at_once, what.later, what.no_more) == ((), (), ())


def test_every_state_has_an_act_and_every_act_a_state() -> None:
    assert {state.value for states in FROM.values() for state in states} == {"scheduled", "open", "closed", "locked"}
    assert set(FROM) == set(WindowActName)


def test_what_was_told_is_the_close_that_was_in_force_then(world: World) -> None:
    first = world.clock.now()
    assert preview_and_do(world, WindowAct(WindowActName.EXTEND, closes_at=london("2019-09-18 17:00")))
    world.clock.set(first + timedelta(minutes=5))
    assert preview_and_do(world, WindowAct(WindowActName.EXTEND, closes_at=london("2019-09-25 12:00")))
    tick(world.engine, {}, first + timedelta(days=1))
    world.clock.set(first + timedelta(days=1))
    with Session(world.engine) as session:
        changes = date_changes(session, session.exec(select(Window).where(Window.key == "2019-20-q2")).one())
    assert close_before(changes) == london("2019-09-13 17:00")
    assert close_known_at(changes, first - timedelta(minutes=1)) == london("2019-09-13 17:00")
    assert close_known_at(changes, first + timedelta(minutes=1)) == london("2019-09-18 17:00")
    assert close_known_at(changes, first + timedelta(minutes=6)) is None
