"""Loading a folder: idempotent, all or nothing, and an admin's own dates survive the calendar."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Absence, Item, OutgoingMessage, Person, Post, Return, Tenure, Window, WindowState
from remembrancer.scheduler.tick import tick
from remembrancer.services.windows import move_window
from tests.conftest import EXAMPLE, Edit

pytestmark = pytest.mark.both_databases

BEFORE = datetime(2019, 5, 1, 9, tzinfo=UTC)


def load(engine: Engine, folder: Path, now: datetime = BEFORE) -> list[str]:
    with Session(engine) as session:
        stored = store(session, read_folder(folder, with_responses=True), now)
        session.commit()
        assert stored.kept == []
        return stored.changes


def window(session: Session, key: str = "2019-20-q2") -> Window:
    return session.exec(select(Window).where(Window.key == key)).one()


def test_the_same_folder_twice_changes_nothing(engine: Engine) -> None:
    assert load(engine, EXAMPLE)
    assert load(engine, EXAMPLE) == []


def test_only_what_differs_is_changed(engine: Engine, folder: Path, edit: Edit) -> None:
    load(engine, folder)
    edit("items.csv", "Recommissioning of Carers Short Breaks", "Recommissioning of Short Breaks for Carers")
    old, new = "Recommissioning of Carers Short Breaks", "Recommissioning of Short Breaks for Carers"
    assert load(engine, folder) == [f"item changed: strategic-delivery-plan 59: title: {old} → {new}"]


def test_somebody_who_left_holds_no_post_and_is_not_deleted(engine: Engine, folder: Path, edit: Edit) -> None:
    load(engine, folder)
    edit("people.csv", "Neil Coppard,neil.coppard@example.org", "Olive Tranter,olive.tranter@example.org")
    load(engine, folder)
    with Session(engine) as session:
        left = session.exec(select(Person).where(Person.email == "neil.coppard@example.org")).one()
        post = session.exec(select(Post).where(Post.name == "Income Pathway Manager")).one()
        holder = session.exec(select(Person).join(Tenure).where(Tenure.post_id == post.id)).one()
    assert not left.active
    assert holder.name == "Olive Tranter"


def test_leave_that_is_taken_out_of_the_folder_is_taken_out_of_the_store(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    load(engine, folder)
    edit("people.csv", "2019-09-02/2019-09-06 helen.marsh@example.org", "")
    load(engine, folder)
    with Session(engine) as session:
        assert [absence.first_day.month for absence in session.exec(select(Absence))] == [6]


def test_an_item_that_is_gone_is_kept_and_asked_for_no_more(engine: Engine, folder: Path) -> None:
    load(engine, folder)
    path = folder / "items.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if ",61," not in line) + "\n", encoding="utf-8")
    (folder / "responses" / "2019-20-q1.csv").unlink()
    (folder / "responses" / "2019-20-q2.csv").unlink()
    assert load(engine, folder) == ["item changed: strategic-delivery-plan 61: set aside: is not reported on any more"]
    tick(engine, {}, datetime(2019, 5, 31, 8, tzinfo=UTC))
    with Session(engine) as session:
        assert len(session.exec(select(Return)).all()) == 16
        assert len(session.exec(select(Item)).all()) == 17


def test_a_calendar_that_moves_moves_a_window_and_its_lock(engine: Engine, folder: Path, edit: Edit) -> None:
    load(engine, folder)
    edit("calendar.ics", "DTEND;VALUE=DATE:20190914", "DTEND;VALUE=DATE:20190921")
    before, after = "Fri 30 Aug 2019 09:00 to Fri 13 Sep 2019 17:00", "Fri 30 Aug 2019 09:00 to Fri 20 Sep 2019 17:00"
    assert load(engine, folder) == [f"window moved: 2019-20-q2: {before} → {after}"]
    with Session(engine) as session:
        assert window(session).closes_at.isoformat() == "2019-09-20T16:00:00+00:00"
        assert window(session).late_until.isoformat() == "2019-09-27T16:00:00+00:00"


def test_a_date_set_by_hand_survives_the_calendar_and_the_secretary_is_told_once(
    engine: Engine, folder: Path, edit: Edit
) -> None:
    load(engine, folder)
    by_hand = datetime(2019, 9, 17, 16, tzinfo=UTC)
    with Session(engine) as session:
        moved = window(session)
        moved.set_by_hand = True
        move_window(session, moved, moved.opens_at, by_hand, BEFORE, None)
        session.commit()
    assert load(engine, folder) == []
    edit("calendar.ics", "DTEND;VALUE=DATE:20190914", "DTEND;VALUE=DATE:20190921")
    assert load(engine, folder) == ["window kept as set by hand: 2019-20-q2"]
    assert load(engine, folder) == []
    with Session(engine) as session:
        assert window(session).closes_at == by_hand
        told = session.exec(select(OutgoingMessage)).one()
        secretary = session.get_one(Person, told.person_id)
        text = told.body["parts"][0]["text"]
    assert (told.kind, secretary.email) == ("calendar_conflict", "joanna.pell@example.org")
    assert "Friday 20 September 2019, 17:00" in text
    assert "Tuesday 17 September 2019, 17:00" in text


def test_a_cancelled_window_that_has_not_opened_goes(engine: Engine, folder: Path, edit: Edit) -> None:
    load(engine, folder)
    edit("calendar.ics", "UID:sdp-2019-20-q4@example.org", "UID:sdp-2019-20-q4@example.org\r\nSTATUS:CANCELLED")
    assert load(engine, folder) == ["window removed: 2019-20-q4"]


def test_windows_that_were_over_before_the_first_load_are_history_and_bother_nobody(engine: Engine) -> None:
    load(engine, EXAMPLE, now=datetime(2019, 8, 1, tzinfo=UTC))
    tick(engine, {}, datetime(2019, 8, 1, 9, tzinfo=UTC))
    with Session(engine) as session:
        assert window(session, "2019-20-q1").state == WindowState.LOCKED
        assert window(session).state == WindowState.SCHEDULED
        assert session.exec(select(OutgoingMessage)).all() == []
        assert len(session.exec(select(Return)).all()) == 17
