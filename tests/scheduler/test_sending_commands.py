"""The commands about sending: what they print, what they refuse, and what the doctor says of it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.models.database import make_engine
from remembrancer.scheduler.tick import tick

NOW = datetime(2019, 8, 30, 9, tzinfo=UTC)
RUTH, TOM = "ruth.fairbrass@example.org", "tom.ashdown@example.org"
ORDINARY = "Nothing is paused, and everybody is messaged."


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A database of the test's own with the example in it, on the morning that the window opens."""
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(folder)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def look_now(url: str) -> None:
    engine = make_engine(url)
    tick(engine, {}, NOW)
    engine.dispose()


def test_everything_is_paused_and_resumed() -> None:
    assert run("pilot").output == f"{ORDINARY}\n"
    done = run("pause")
    assert (
        done.output == "Everything has been paused since Friday 30 August 2019, 10:00, "
        "by somebody at the command line: nothing goes out but replies.\n"
    )
    assert run("pause").output == done.output
    assert run("resume").output.startswith(ORDINARY)
    refused = run("resume")
    assert refused.exit_code == 1
    assert "Nothing is paused just now" in refused.output


def test_resuming_says_how_much_goes_out_at_once(bare_engine: Engine) -> None:
    run("pause")
    look_now(bare_engine.url.render_as_string(hide_password=False))
    assert "Messages that go out at once: 17." in run("resume").output


@pytest.mark.both_databases
def test_a_pilot_is_begun_widened_narrowed_and_ended() -> None:
    assert "only 1 person is messaged, Ruth Fairbrass." in run("pilot", "--only", RUTH).output
    assert "only 2 people are messaged, Ruth Fairbrass and Tom Ashdown." in run("pilot", "--add", TOM).output
    assert "only 1 person is messaged, Tom Ashdown." in run("pilot", "--remove", RUTH).output
    assert run("pilot", "--end").output.startswith(ORDINARY)
    assert run("pilot").output == f"{ORDINARY}\n"


def test_how_sending_stands_comes_as_json_too() -> None:
    as_usual = dict.fromkeys(("paused_at", "paused_by", "pilot", "pilot_since", "pilot_by"))
    assert json.loads(run("pilot", "--json").stdout) == as_usual
    run("pause")
    begun = as_usual | {"pilot": [RUTH], "pilot_since": "2019-08-30T10:00:00+01:00"}
    paused = {"paused_at": "2019-08-30T10:00:00+01:00"}
    assert json.loads(run("pilot", "--only", RUTH, "--json").stdout) == begun | paused | {"goes_out": 0}
    assert json.loads(run("pilot", "--json").stdout) == begun | paused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--end",), "No pilot runs just now"),
        (("--add", RUTH), "begins one"),
        (("--only", "x@example.org"), "There is nobody with the e-mail address x@example.org."),
        (("--only", RUTH, "--end"), "Give one of these"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(arguments: tuple[str, ...], says: str) -> None:
    done = run("pilot", *arguments)
    assert done.exit_code == 1
    assert says in done.output
    assert run("pilot").output == f"{ORDINARY}\n"


def test_the_last_person_cannot_be_taken_out_of_a_pilot() -> None:
    run("pilot", "--only", RUTH)
    done = run("pilot", "--remove", RUTH)
    assert done.exit_code == 1
    assert "A pilot needs at least one person" in done.output


@pytest.mark.both_databases
def test_what_was_withheld_is_listed_without_its_words(bare_engine: Engine) -> None:
    assert run("withheld").output.strip() == "Nothing is withheld."
    run("pilot", "--only", RUTH)
    look_now(bare_engine.url.render_as_string(hide_password=False))
    withheld = json.loads(run("withheld", "--json").output)
    assert {each["kind"] for each in withheld} == {"opening", "unreachable"}
    found = [each for each in withheld if each["kind"] == "opening"]
    assert len(found) == 16
    assert {
        "at": "2019-08-30T10:00:00+01:00",
        "to": TOM,
        "name": "Tom Ashdown",
        "kind": "opening",
        "items": ["46"],
        "because": "the window opens; leads the item",
    } in found
    shown = run("withheld").output
    assert TOM in shown
    assert "on track" not in shown
    assert "Messages that go out at once: 16." in run("pilot", "--end").output
    assert json.loads(run("withheld", "--json").output) == withheld


def test_the_doctor_says_what_is_held_back_since_when_and_by_whom() -> None:
    assert "paused" not in run("doctor").output
    run("pilot", "--only", RUTH)
    assert "A pilot has run since Friday 30 August 2019, 10:00, by somebody at the command line" in run("doctor").output
    run("pause")
    assert "Everything has been paused since Friday 30 August 2019, 10:00" in run("doctor").output
