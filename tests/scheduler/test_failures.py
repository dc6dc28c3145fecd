"""What fails outside of us ends a command with one sentence that has the fix, and no driver's or class's name."""

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.util import CommandError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from remembrancer.cli import app
from remembrancer.cli.failures import sentence_for
from remembrancer.models.database import make_engine
from tests.conftest import EXAMPLE

NOT_FOR_PEOPLE = ("Traceback", "Error", "(psycopg", "sqlite3.", "sqlalche", "pydantic", "alembic", "Exception")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REMEMBRANCER_DATABASE_URL", raising=False)


def refused(*words: str, **settings: str) -> str:
    """The one sentence that a command ends with."""
    done = CliRunner().invoke(app, list(words), env=settings)
    assert done.exit_code in (1, 2), done.output
    assert isinstance(done.exception, SystemExit), done.exception
    assert not any(name in done.output for name in NOT_FOR_PEOPLE), done.output
    assert len(done.output.strip().splitlines()) == 1, done.output
    return done.output.strip()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+psycopg://x@127.0.0.1:1/x", "The database server on 127.0.0.1:1 does not answer: start it"),
        ("foo", "REMEMBRANCER_DATABASE_URL is no address of a database"),
        ("mysql://x/y", "REMEMBRANCER_DATABASE_URL is no address of a database"),
        ("sqlite:////nonexistent/folder/x.sqlite", "make the folder /nonexistent/folder"),
    ],
)
@pytest.mark.parametrize("command", [("doctor",), ("window", "list"), ("load", str(EXAMPLE)), ("run",), ("migrate",)])
def test_a_database_that_cannot_be_reached_is_said_to_be_so(command: tuple[str, ...], url: str, sentence: str) -> None:
    assert sentence in refused(*command, REMEMBRANCER_DATABASE_URL=url, PORT="0")


def test_a_database_that_is_missing_on_its_server_is_named(postgres_server: str) -> None:
    server = postgres_server.rpartition("/")[0]
    assert "make it with 'createdb none_here'" in refused("doctor", REMEMBRANCER_DATABASE_URL=f"{server}/none_here")


def test_a_user_who_is_not_let_in_is_named(postgres_server: str) -> None:
    url = create_engine(postgres_server).url.set(username="nobody_here")
    address = url.render_as_string(hide_password=False)
    assert "does not let 'nobody_here' in" in refused("doctor", REMEMBRANCER_DATABASE_URL=address)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all\n" * 100, encoding="utf-8")
    said = refused("doctor", REMEMBRANCER_DATABASE_URL="sqlite:///notes.txt")
    assert "notes.txt is no database" in said


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'newer.sqlite'}"
    assert CliRunner().invoke(app, ["migrate"], env={"REMEMBRANCER_DATABASE_URL": url}).exit_code == 0
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "made by a newer version" in refused("doctor", REMEMBRANCER_DATABASE_URL=url)


def test_a_driver_that_is_asked_directly_fails_in_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the watch for changes asks it."""
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(psycopg.OperationalError) as failed:
        make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none").raw_connection()
    assert "The database server on 127.0.0.1:1 does not answer" in str(sentence_for(failed.value))


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", f"sqlite:///{tmp_path / 'full.sqlite'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'full.sqlite'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=2")
        with pytest.raises(OperationalError) as full:
            connection.exec_driver_sql("CREATE TABLE a AS SELECT randomblob(100000) AS b")
    engine.dispose()
    assert isinstance(full.value.orig, sqlite3.OperationalError)
    assert "There is no room left" in str(sentence_for(full.value))


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PORT", "abc", "PORT is 'abc', and it must be a whole number"),
        ("REMEMBRANCER_LOOK_SECONDS", "0", "REMEMBRANCER_LOOK_SECONDS is '0', and it must be 1 or more"),
        ("REMEMBRANCER_FEED_ALLOW_HTTP", "perhaps", "it must be true or false"),
        ("REMEMBRANCER_LOG_FORMAT", "xml", "it must be one of"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_its_value(setting: str, value: str, sentence: str) -> None:
    assert sentence in refused("doctor", **{setting: value})


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_port_that_is_taken_is_said_to_be_so(command: str, taken: int) -> None:
    assert f"Another program listens on port {taken} already" in refused(command, PORT=str(taken))


@pytest.mark.parametrize(("port", "host"), [("99999", "127.0.0.1"), ("0", "203.0.113.7")])
def test_an_address_that_there_is_not_is_said_to_be_none(port: str, host: str) -> None:
    assert "which is no" in refused("run", PORT=port, REMEMBRANCER_HOST=host)


def test_a_fault_of_our_own_is_not_hidden() -> None:
    assert sentence_for(RuntimeError("a mistake")) is None
    assert sentence_for(KeyError("a mistake")) is None


def test_a_missing_part_of_the_installation_is_not_taken_for_a_wrong_database_address() -> None:
    assert sentence_for(ModuleNotFoundError("No module named 'icalendar'", name="icalendar")) is None


def test_a_fault_of_the_migrations_is_not_taken_for_a_newer_database() -> None:
    assert sentence_for(CommandError("Multiple head revisions are present")) is None
