"""SQLite: one transaction at a time, each of whose ends lets the next begin."""

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from remembrancer.models.database import make_engine

PATIENCE = 20  # seconds
COUNT = text("SELECT count(*) FROM word")


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'words.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE word (said TEXT)"))
    return engine


def say(connection: Connection, said: str) -> None:
    connection.execute(text("INSERT INTO word VALUES (:said)"), {"said": said})


def say_one(engine: Engine, said: str) -> None:
    with engine.begin() as connection:
        say(connection, said)


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(COUNT).scalar_one())


def committed(engine: Engine) -> None:
    say_one(engine, "a")


def rolled_back(engine: Engine) -> None:
    with engine.connect() as connection:
        say(connection, "a")
        connection.rollback()


def left_alone(engine: Engine) -> None:
    with engine.connect() as connection:
        say(connection, "a")


def raised(engine: Engine) -> None:
    def say_and_fail() -> None:
        with engine.begin() as connection:
            say(connection, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        say_and_fail()


def broken(engine: Engine) -> None:
    with engine.connect() as connection:
        say(connection, "a")
        connection.invalidate()


def detached(engine: Engine) -> None:
    """It is in no pool any more, and ends when it is closed."""
    with engine.connect() as connection:
        say(connection, "a")
        connection.detach()


def dropped(engine: Engine) -> None:
    """By whoever forgets to close it."""
    connection = engine.connect()
    say(connection, "a")
    del connection
    gc.collect()


def twice(engine: Engine) -> None:
    with engine.connect() as connection:
        for _ in range(2):
            say(connection, "a")
            connection.commit()


@pytest.mark.parametrize("end", [committed, rolled_back, left_alone, raised, broken, detached, dropped, twice])
def test_however_a_transaction_ends_another_thread_may_begin(file: Engine, end: Callable[[Engine], None]) -> None:
    end(file)
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(count, file).result(PATIENCE)
        pool.submit(say_one, file, "b").result(PATIENCE)
    assert count(file) == before + 1


def test_whoever_waits_begins_when_the_other_has_ended(file: Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with file.begin() as connection:
            say(connection, "a")
            other = pool.submit(count, file)
            assert not other.done()
        assert other.result(PATIENCE) == 1


def test_many_threads_each_have_their_turn(file: Engine) -> None:
    def say_many(who: int) -> None:
        for number in range(20):
            say_one(file, f"{who} {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say_many, range(8), timeout=PATIENCE * 3))
    assert count(file) == 160
