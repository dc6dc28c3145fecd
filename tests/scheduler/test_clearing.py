"""What is kept for a while only, and what stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from remembrancer.models import EventState, IncomingEvent, OpenForm, Person
from remembrancer.rules.facts import stored_id
from remembrancer.scheduler.retention import KEPT_FOR, clear_old

pytestmark = pytest.mark.both_databases

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
OLD, KEPT = NOW - KEPT_FOR - timedelta(seconds=1), NOW - KEPT_FOR


def fill(engine: Engine, old_events: int) -> None:
    """Events and forms, old ones and ones that are just still kept."""
    with Session(engine) as session:
        person = Person(email="ruth.fairbrass@example.org", name="Ruth Fairbrass", time_zone="Europe/London")
        session.add(person)
        session.flush()
        for number in range(old_events):
            session.add(heard(f"old-{number}", OLD, EventState.DONE, OLD))
        session.add(heard("kept", OLD, EventState.DONE, KEPT))
        session.add(heard("failed", OLD, EventState.FAILED, OLD))
        session.add(heard("waiting", OLD, EventState.WAITING, None))
        for token, opened_at in (("old", OLD), ("kept", KEPT)):
            form = OpenForm(token=token, platform="slack", person_id=stored_id(person.id), form={}, opened_at=opened_at)
            session.add(form)
        session.commit()


def heard(key: str, at: datetime, state: EventState, done_at: datetime | None) -> IncomingEvent:
    return IncomingEvent(platform="slack", key=key, body={}, received_at=at, state=state, done_at=done_at)


def left(engine: Engine) -> tuple[list[str], list[str]]:
    with Session(engine) as session:
        events = session.exec(select(IncomingEvent.key).order_by(col(IncomingEvent.id))).all()
        return list(events), list(session.exec(select(OpenForm.token)).all())


def test_what_is_handled_and_what_nobody_sent_goes_after_thirty_days_and_nothing_else(engine: Engine) -> None:
    fill(engine, 1)
    clear_old(engine, NOW)
    assert left(engine) == (["kept", "failed", "waiting"], ["kept"])
    clear_old(engine, NOW)
    assert left(engine) == (["kept", "failed", "waiting"], ["kept"])


def test_it_goes_in_small_batches(engine: Engine) -> None:
    fill(engine, 7)
    deleted: list[int] = []

    @event.listens_for(engine, "after_cursor_execute")
    def count(_conn: object, cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE FROM incoming_event"):
            deleted.append(getattr(cursor, "rowcount", 0))

    clear_old(engine, NOW, batch=3)
    event.remove(engine, "after_cursor_execute", count)
    assert deleted == [3, 3, 1, 0]
    assert left(engine)[0] == ["kept", "failed", "waiting"]


def test_two_processes_that_clear_at_once_are_no_trouble_to_each_other(engine: Engine) -> None:
    fill(engine, 40)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(clear_old, engine, NOW, 3) for _ in range(2)]:
            done.result(20)
    clear_old(engine, NOW)
    assert left(engine) == (["kept", "failed", "waiting"], ["kept"])
