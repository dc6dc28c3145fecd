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

from remembrancer.models.database import create_tables, make_engine
from tests.profiles import register_profiles

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "kent-2019-20"
DATABASES = ("sqlite", "postgresql")
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")

register_profiles()
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
    parser.addoption(
        "--databases",
        choices=("marked", "both"),
        default="marked",
        help="run every database test on PostgreSQL too (both), or only those that are marked both_databases",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a database test on SQLite, and on PostgreSQL too where it is marked so or all are asked for."""
    wanted = metafunc.config.getoption("--databases") == "both"
    both = wanted or metafunc.definition.get_closest_marker("both_databases") is not None
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    for fixture in ("engine", "bare_engine"):
        if fixture in metafunc.fixturenames and fixture not in named:
            metafunc.parametrize(fixture, DATABASES if both else DATABASES[:1], indirect=True)


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


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of this test process's own."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    create_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database of the kind that pytest_generate_tests chose."""
    engine: Engine = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    empty(engine)
    return engine


def empty(engine: Engine) -> None:
    """As it was made, and sooner: to truncate makes new files, and one that is new knows none of its statements yet."""
    restart = "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"
    with engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"{restart} WHERE schemaname = current_schema()"))


@pytest.fixture
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
