"""Creates and migrates the database: SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from remembrancer.shipped import MIGRATIONS

log = structlog.get_logger()
WAIT = 30
"""Seconds for which a transaction in SQLite waits for another to end."""
ANSWERS_WITHIN = 10
"""Seconds in which a PostgreSQL server must answer a new connection."""
SILENCE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""When a PostgreSQL server that is silent counts as lost (libpq, in seconds and milliseconds): after a minute.

A server that loses its power or its network closes no connection, and the system would wait for hours.
"""
TURN = "remembrancer_turn"
CHANNEL = "remembrancer_changes"
"""Where PostgreSQL notifies of each change (`queries/change_watch.py`)."""
WRITES = ("INSERT", "UPDATE", "DELETE")
WROTE = "remembrancer_wrote"


def make_engine(url: str) -> Engine:
    """Create an engine for a SQLAlchemy URL: SQLite (WAL, foreign keys, immediate transactions) or PostgreSQL.

    The engine's errors leave out the values of a statement, because errors are logged and people's answers must not be.
    """
    if not url.startswith("sqlite"):
        options = {"connect_timeout": ANSWERS_WITHIN, **SILENCE} if url.startswith("postgresql") else {}
        server = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=options)
        _announce_changes(server)
        return server
    memory = url in ("sqlite://", "sqlite:///:memory:")
    pool: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    connect_args = {"check_same_thread": False, "timeout": WAIT}
    engine = create_engine(url, hide_parameters=True, connect_args=connect_args, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    if not memory:
        _queue_transactions(engine)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _queue_transactions(engine: Engine) -> None:
    """Make the threads of this process wait for a lock before each transaction, in the order in which they came.

    SQLite's own wait polls at growing intervals, so that a thread may starve and a platform's event be acknowledged
    too late. The lock is released when the connection goes back to its pool, once its transaction has ended.
    """
    turn = Lock()

    def take(connection: Connection) -> None:
        info = connection.info
        # After the timeout the transaction begins all the same, and SQLite itself reports that the database is locked.
        info[TURN] = info.get(TURN) or turn.acquire(timeout=WAIT)

    def give(_driver: Any, record: Any) -> None:
        if record.info.pop(TURN, False):
            turn.release()

    event.listen(engine, "begin", take)
    for end in ("checkin", "detach"):
        event.listen(engine, end, give)


def _announce_changes(engine: Engine) -> None:
    """Make each transaction that writes to PostgreSQL notify those who listen, when it is committed.

    SQLite needs no such thing: it counts its changes itself.
    """

    def note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            connection.info[WROTE] = True

    def notify(connection: Connection) -> None:
        if connection.info.pop(WROTE, False):
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")

    def forget(connection: Connection) -> None:
        if not connection.invalidated:  # what was noted of a lost connection is gone with it
            connection.info.pop(WROTE, None)

    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "commit", notify)
    event.listen(engine, "rollback", forget)


@contextmanager
def write_once(engine: Engine, snapshot: bool = False, **subject: object) -> Iterator[Session]:
    """Open a transaction that writes rows with unique keys, and commit it at the end of the block.

    Where another replica wrote the same rows first, its rows stand: the block ends there, and `subject` is logged.
    With `snapshot`, all that the block reads is of one moment.
    """
    with Session(engine) as session:
        # In a rehearsal the engine is a connection, whose transaction has begun.
        if snapshot and isinstance(engine, Engine) and engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        try:
            yield session
            session.commit()
        except IntegrityError:
            session.rollback()
            log.info("written elsewhere", **subject)


def is_connection_lost(error: Exception) -> bool:
    """Tell whether the database dropped the connection or could not be reached, whatever was asked of it."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver begins its transactions too late to isolate a reader from a writer, so we begin them ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A deferred transaction fails at once if it starts to write while another writes: take the write lock first.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def create_tables(engine: Engine) -> None:
    """Create every table from the models; for databases that live no longer than the process."""
    from remembrancer import models  # noqa: F401  (registers the tables)

    SQLModel.metadata.create_all(engine)


def migrate(engine: Engine, to: str = "head") -> None:
    """Upgrade the database to the newest migration, or to an earlier one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off, because Alembic changes a table there by dropping and recreating it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # The pragma has no effect within a transaction, so it is sent on the driver's own connection.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
