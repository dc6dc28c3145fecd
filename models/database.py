"""The engine, made right for each database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel, create_engine

from remembrancer.shipped import MIGRATIONS

WAIT = 30
"""Seconds that a transaction waits for another to end, in SQLite."""
TURN = "remembrancer_turn"


def make_engine(url: str) -> Engine:
    """An engine for a SQLAlchemy URL: SQLite (WAL, foreign keys, immediate transactions) or PostgreSQL.

    Its errors do not say the values of a statement: they go to the logs, and people's answers do not.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    memory = url in ("sqlite://", "sqlite:///:memory:")
    options: dict[str, Any] = {"hide_parameters": True} | ({"poolclass": StaticPool} if memory else {})
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": WAIT}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    if not memory:
        _take_turns(engine)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _take_turns(engine: Engine) -> None:
    """Have this process's threads wait for each other here: SQLite has them look again, ever more seldom.

    Whoever looks seldom may find it taken for long, and what is to be acknowledged waits. A turn is over when the
    connection goes back to its pool, once its transaction has ended.
    """
    turn = Lock()

    def take(connection: Connection) -> None:
        info = connection.info
        # After so long SQLite itself says that it is locked.
        info[TURN] = info.get(TURN) or turn.acquire(timeout=WAIT)

    def give(_driver: Any, record: Any) -> None:
        if record.info.pop(TURN, False):
            turn.release()

    event.listen(engine, "begin", take)
    for end in ("checkin", "detach"):
        event.listen(engine, end, give)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late to keep a reader and a writer apart, so we begin them.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A deferred transaction that turns to writing fails at once where another writes: ask for the lock first.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def create_tables(engine: Engine) -> None:
    """Every table as the models have it; for databases that live no longer than the process."""
    from remembrancer import models  # noqa: F401  (registers the tables)

    SQLModel.metadata.create_all(engine)


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database's tables up to the newest migration, or to an earlier one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, _tables_may_be_made_anew(connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by dropping it and making it anew, which foreign keys to its rows would forbid."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # The driver's own connection: a transaction that has begun knows no such change.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
