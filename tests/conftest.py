"""What tests share: databases of both kinds, the example folder, and nothing that talks to the network."""

import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from models.database import create_tables, make_engine

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "kent-2019-20"
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that a test runs in this process sets up its own logs."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def skip_or_fail(reason: str) -> None:
    """What cannot run on a newcomer's machine skips and says why; in CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail where anything was skipped, as CI does")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be left out unseen."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.config.getoption("--no-skips"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a PostgreSQL server on which databases may be made."""
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return POSTGRES
    except OperationalError as error:
        skip_or_fail(f"no PostgreSQL server at TEST_DATABASE_URL ({POSTGRES}): {error.orig}")
        raise
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[Engine]:
    """A database of this test process's own, gone afterwards."""
    name = f"remembrancer_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        # A test that loses its machine's power is run again.
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    engine = make_engine(str(admin.url.set(database=name).render_as_string(hide_password=False)))
    create_tables(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind: every database test runs on both."""
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'test.sqlite'}")
        event.listen(made, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        create_tables(made)
        yield made
        made.dispose()
        return
    shared: Engine = request.getfixturevalue("postgres_database")
    empty(shared)
    yield shared


def empty(engine: Engine) -> None:
    """As it was made, of PostgreSQL. To truncate its tables would take a hundred times as long: each is a new file."""
    tables = [f'DELETE FROM "{table.name}"' for table in reversed(SQLModel.metadata.sorted_tables)]
    restart = "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join(tables))
        connection.execute(text(f"{restart} WHERE schemaname = current_schema()"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it at all."""
    if request.param == "sqlite":
        yield make_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"remembrancer_bare_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def example() -> Path:
    """The example folder that a test's copy is made of; a file of tests may name another."""
    return EXAMPLE


@pytest.fixture
def folder(tmp_path: Path, example: Path) -> Path:
    """A copy of an example folder, to change."""
    copy = tmp_path / "folder"
    shutil.copytree(example, copy)
    return copy


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace text in a file of the copied folder; the text must be there."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        content = path.read_bytes().decode("utf-8")
        assert old in content, f"{old!r} is not in {file}"
        path.write_bytes(content.replace(old, new).encode("utf-8"))

    return replace
