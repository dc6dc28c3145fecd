"""`remembrancer preview` of a folder with a forward plan, before anything was looked at."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from tests.bot.test_papers import FORWARD, SDP
from tests.dialog import london

RUTH = "ruth.fairbrass@example.org"


class SetClock:
    def now(self) -> datetime:
        return london("2021-04-20 10:00")


@pytest.fixture
def example() -> Path:
    return FORWARD


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(folder)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def paper(title: str) -> dict[str, Any]:
    meeting = {"board": "asc_cabinet_committee", "day": "2021-06-17"}
    return {"programme": None, "window": None, "meeting": meeting, "due": "2021-05-06T17:00:00+01:00", "ref": title}


@pytest.mark.both_databases
def test_papers_are_there_with_their_meetings_titles_and_reasons() -> None:
    found: list[dict[str, Any]] = json.loads(run("preview", "--json", "--person", RUTH).stdout)
    assert found == [
        {
            "at": "2021-04-21T09:00:00+01:00",
            "to": RUTH,
            "name": "Ruth Fairbrass",
            "kind": "papers",
            "meetings": [{"board": "asc_cabinet_committee", "day": "2021-06-17"}],
            "items": [paper(SDP), paper("Review of KPIs")],
            "because": "Is it coming?; leads the item",
            "withheld": False,
        }
    ]
    shown = run("preview", "--day", "2021-05-06").stdout
    assert "09:00  Agenda-setting pack to Joanna Pell" in shown
    assert "asc_cabinet_committee 2021-06-17" in shown


def test_asking_twice_says_the_same_and_in_a_pilot_the_withheld_are_marked() -> None:
    before = run("preview", "--days", "60").stdout
    assert run("preview", "--days", "60").stdout == before
    run("pilot", "--only", RUTH)
    found: list[dict[str, Any]] = json.loads(run("preview", "--json", "--days", "60").stdout)
    assert {each["to"] for each in found if not each["withheld"]} == {RUTH}
    assert {"papers", "agenda_pack", "publish_agenda"} <= {each["kind"] for each in found if each["withheld"]}
