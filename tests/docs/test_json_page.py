"""The page of JSON names every key that the commands give."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.scheduler.tick import tick
from tests.conftest import EXAMPLE
from tests.docs.test_documents import unnamed

LISTINGS = ("preview", "pilot", "withheld", "window list", "people list", "calendar {folder}/calendar.ics")
CASES = [
    ("kent-2019-20", (2019, 8, 30, 9), LISTINGS),
    ("kent-2019-20", (2020, 3, 23, 10), ("new-year {folder} 2020-21 --preview",)),
    ("kent-2021-22", (2021, 4, 20, 9), ("preview --days 60", "plan asc_cabinet_committee")),
]


class SetClock:
    now_is = datetime(2019, 8, 28, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.now_is


@pytest.fixture
def database(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(shared, "SystemClock", SetClock)


def keys_in(found: Any) -> Iterator[str]:
    """Every key of it, however deep, but for those that are names of the organisation's own."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from keys_in(value) if key != "accounts" else ()
    if isinstance(found, list):
        for each in found:
            yield from keys_in(each)


def given(*arguments: str) -> Any:
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("folder", "at", "commands"), CASES)
def test_every_key_that_a_listing_gives_is_described(
    folder: str,
    at: tuple[int, int, int, int],
    commands: tuple[str, ...],
    bare_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SetClock, "now_is", datetime(*at, tzinfo=UTC))
    path = EXAMPLE.parent / folder
    assert CliRunner().invoke(cli.app, ["load", str(path)]).exit_code == 0
    CliRunner().invoke(cli.app, ["pilot", "--only", "joanna.pell@example.org"])
    tick(bare_engine, {}, SetClock.now_is)
    for command in commands:
        keys = set(keys_in(given(*command.format(folder=path).split(), "--json")))
        assert keys, command
        assert unnamed(keys, "json.md") == [], command


def test_every_key_of_a_simulated_message_is_described(tmp_path: Path) -> None:
    days = ("--from", "2019-08-30", "--to", "2019-09-02")
    CliRunner().invoke(cli.app, ["simulate", str(EXAMPLE), *days, "--out", str(tmp_path)])
    lines = (tmp_path / "messages.jsonl").read_text("utf-8").splitlines()
    assert unnamed(set(keys_in([json.loads(line) for line in lines])), "json.md") == []
