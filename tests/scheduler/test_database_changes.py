"""A change to the database wakes the service: one of its own, of another replica or of a command beside it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from remembrancer.models import SendingState
from remembrancer.models.database import is_connection_lost, make_engine
from remembrancer.queries.change_watch import ChangeWatch

pytestmark = pytest.mark.both_databases
SOON = 20.0
"""Seconds: more than it takes on a busy machine."""


class Woken:
    """Counts the calls, and waits for the next one."""

    def __init__(self) -> None:
        self._called = threading.Semaphore(0)

    def __call__(self) -> None:
        self._called.release()

    def is_called(self, seconds: float = SOON) -> bool:
        return self._called.acquire(timeout=seconds)

    def forget(self) -> None:
        while self._called.acquire(blocking=False):
            pass


@pytest.fixture
def woken(engine: Engine) -> Iterator[Woken]:
    called = Woken()
    watch = ChangeWatch(engine, called)
    watch.start()
    assert called.is_called(), "once when it begins"
    called.forget()
    yield called
    watch.stop()


def write(engine: Engine) -> None:
    with Session(engine) as session:
        session.merge(SendingState(id=1))
        state = session.get_one(SendingState, 1)
        state.pilot = [len(state.pilot or []), *(state.pilot or [])]
        session.commit()


def test_a_change_by_this_process_wakes(engine: Engine, woken: Woken) -> None:
    write(engine)
    assert woken.is_called()


def test_a_change_by_another_process_wakes(engine: Engine, woken: Woken) -> None:
    other = make_engine(engine.url.render_as_string(hide_password=False))
    write(other)
    other.dispose()
    assert woken.is_called()


def test_reading_and_what_is_rolled_back_wake_nobody(engine: Engine, woken: Woken) -> None:
    with Session(engine) as session:
        session.get(SendingState, 1)
        session.commit()
    with Session(engine) as session:
        session.merge(SendingState(id=1))
        session.flush()
        session.rollback()
    assert not woken.is_called(seconds=2.5)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_after_a_dropped_connection_it_wakes_once_and_listens_again(engine: Engine, woken: Woken) -> None:
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert woken.is_called(), "changes may have been missed"
    woken.forget()
    write(engine)
    assert woken.is_called()


def lose(engine: Engine, then: Callable[[Session], object]) -> None:
    """Write something, lose the connection, and do what raises."""
    with Session(engine) as session:
        session.merge(SendingState(id=1))
        session.flush()
        pid = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        then(session)


@pytest.mark.parametrize("then", [Session.commit, lambda session: session.connection().execute(text("SELECT 1"))])
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_after_a_write_is_known_to_be_lost(
    engine: Engine, then: Callable[[Session], object]
) -> None:
    with pytest.raises(SQLAlchemyError) as lost:
        lose(engine, then)
    assert is_connection_lost(lost.value)
