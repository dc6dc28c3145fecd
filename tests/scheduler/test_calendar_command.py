"""`remembrancer calendar`: a file, an address or what is pasted, shown by the patterns before it counts."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from remembrancer.cli import app
from remembrancer.cli import calendar as calendar_command
from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models.database import make_engine, migrate
from tests.conftest import EXAMPLE
from tests.dialog import london

NOW = london("2019-08-30 09:00")


@pytest.fixture(autouse=True)
def _loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'calendar.sqlite'}"
    engine = make_engine(url)
    migrate(engine)
    with Session(engine) as session:
        store(session, read_folder(EXAMPLE), NOW)
        session.commit()
    engine.dispose()
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(calendar_command, "the_moment", lambda: NOW)


def test_what_is_pasted_and_what_is_in_a_file_are_read_alike() -> None:
    text = (EXAMPLE / "calendar.ics").read_text()
    pasted = CliRunner().invoke(app, ["calendar", "-"], input=text)
    of_file = CliRunner().invoke(app, ["calendar", str(EXAMPLE / "calendar.ics")])
    assert pasted.exit_code == of_file.exit_code == 0, pasted.output
    assert pasted.stdout == of_file.stdout
    assert "Quarter 2 2019/20" in pasted.stdout
    assert "asch_cabinet_committee" in pasted.stdout


def test_what_is_no_calendar_is_refused_with_what_to_do() -> None:
    result = CliRunner().invoke(app, ["calendar", "-"], input="Dear all, we meet on Tuesday.")
    assert result.exit_code == 1
    assert "what was pasted" in result.stderr


def test_an_address_inside_the_network_is_not_read() -> None:
    result = CliRunner().invoke(app, ["calendar", "https://127.0.0.1/calendar.ics"])
    assert result.exit_code == 1
    assert "127.0.0.1" in result.stderr


def test_a_file_that_is_not_there_is_named() -> None:
    result = CliRunner().invoke(app, ["calendar", "nowhere.ics"])
    assert (result.exit_code, "nowhere.ics cannot be read" in result.stderr) == (1, True)


def test_what_a_calendar_gives_comes_as_json_too() -> None:
    done = CliRunner().invoke(app, ["calendar", str(EXAMPLE / "calendar.ics"), "--json"])
    found = json.loads(done.stdout)
    assert {
        "at": "2019-08-30T09:00:00+01:00",
        "what": "window",
        "name": "Quarter 2 2019/20",
        "cancelled": False,
    } in found
