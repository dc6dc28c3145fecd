"""The commands for windows: a preview first, ten minutes to undo, and the truth where somebody else was there."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared, windows
from remembrancer.clock import SetClock
from remembrancer.models import Person, Window
from remembrancer.rules.windows.changes import WindowAct, WindowActName
from remembrancer.services.window_changes import change_window
from tests.conftest import EXAMPLE

Q2 = ("strategic-delivery-plan", "2019-20-q2")


@pytest.fixture
def clock(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The example loaded into a database of the test's own, its second quarter open since the Friday before."""
    made = SetClock(datetime(2019, 8, 28, 9, tzinfo=UTC))
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(shared, "SystemClock", lambda: made)
    run("load", str(EXAMPLE))
    run("window", "open", *Q2)
    made.set(datetime(2019, 9, 2, 9, tzinfo=UTC))
    return made


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(cli.app, arguments, input=typed)


def window(key: str = "2019-20-q2") -> dict[str, Any]:
    listed = json.loads(run("window", "list", "--json").output)
    return next(each for each in listed if each["window"] == key)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("act", "shows"),
    [
        (("close", *Q2), "Close now: Quarter 2 2019/20"),
        (("move", *Q2, "--closes", "2019-09-20"), "It will be open until Friday 20 September 2019, 17:00"),
        (("extend", *Q2, "--working-days", "3"), "It will be open until Wednesday 18 September 2019, 17:00"),
        (("extend", *Q2, "--closes", "2019-09-18 12:00"), "It will be open until Wednesday 18 September 2019, 12:00"),
        (("open", Q2[0], "2019-20-q3"), "Open now: Quarter 3 2019/20"),
        (("reopen", Q2[0], "2019-20-q1", "--closes", "2019-09-20"), "Reopen: Quarter 1 2019/20"),
    ],
)
def test_a_preview_prints_what_would_be_sent_and_changes_nothing(act: tuple[str, ...], shows: str) -> None:
    before = run("window", "list", "--json").output
    done = run("window", *act, "--preview")
    assert (done.exit_code, shows in done.output) == (0, True), done.output
    assert "Boards hear:" in done.output
    assert "Nothing goes out before" not in done.output
    assert run("window", "list", "--json").output == before


@pytest.mark.usefixtures("clock")
def test_without_a_terminal_it_goes_ahead_after_the_preview() -> None:
    done = run("window", "extend", *Q2, "--working-days", "5")
    assert "Extend: Quarter 2 2019/20" in done.output
    assert "Quarter 2 2019/20 is open; it closes on Friday 20 September 2019, 17:00." in done.output
    assert "Nothing goes out before 10:10" in done.output
    assert window()["settles_at"] == "2019-09-02T10:10:00+01:00"
    assert window()["closes_at"] == "2019-09-20T17:00:00+01:00"


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("typed", "options", "state"), [("y\n", (), "closed"), ("n\n", (), "open"), ("", ("--yes",), "closed")]
)
def test_somebody_at_a_terminal_is_asked_unless_they_said_yes(
    monkeypatch: pytest.MonkeyPatch, typed: str, options: tuple[str, ...], state: str
) -> None:
    monkeypatch.setattr(windows, "is_at_a_terminal", lambda: True)
    done = run("window", "close", *Q2, *options, typed=typed)
    assert ("Do it?" in done.output) == (not options)
    assert ("Nothing was changed." in done.output) == (state == "open")
    assert window()["state"] == state


@pytest.mark.both_databases
def test_an_act_is_undone_within_ten_minutes_and_not_after(clock: SetClock) -> None:
    before = window()
    run("window", "close", *Q2)
    clock.set(clock.now() + timedelta(minutes=9))
    assert "takes back what somebody at the command line did" in run("window", "undo", *Q2, "--preview").output
    assert window()["state"] == "closed"
    done = run("window", "undo", *Q2)
    assert "Quarter 2 2019/20 is open; it closes on Friday 13 September 2019, 17:00." in done.output
    after = window()
    assert {key: after[key] for key in after if key != "edition"} == {
        key: before[key] for key in before if key not in ("edition", "settles_at")
    } | {"settles_at": None}
    again = run("window", "undo", *Q2)
    assert (again.exit_code, "is undone already" in again.output) == (1, True)
    run("window", "close", *Q2)
    clock.set(clock.now() + timedelta(minutes=10))
    late = run("window", "undo", *Q2)
    assert (late.exit_code, "The ten minutes" in late.output) == (1, True)


@pytest.mark.usefixtures("clock")
def test_a_window_to_which_nothing_was_done_has_nothing_to_undo() -> None:
    done = run("window", "undo", Q2[0], "2019-20-q4")
    assert (done.exit_code, "Nothing was done to Quarter 4 2019/20" in done.output) == (1, True)


def test_what_somebody_else_did_while_we_were_asked_is_said_and_not_overruled(
    clock: SetClock, bare_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_yes: bool) -> bool:
        with Session(bare_engine) as session:
            admin = session.exec(select(Person).where(Person.email == "asif.chaudhry@example.org")).one()
            moved = session.exec(select(Window).where(Window.key == "2019-20-q2")).one()
            act = WindowAct(WindowActName.EXTEND, closes_at=datetime(2019, 9, 18, 16, tzinfo=UTC))
            change_window(session, moved, act, clock.now(), admin.id)
            session.commit()
        return True

    monkeypatch.setattr(windows, "agreed", meanwhile)
    done = run("window", "close", *Q2)
    assert done.exit_code == 1
    assert "Asif Chaudhry extended Quarter 2 2019/20 just now. It is open, and closes on Wednesday 18" in done.output
    assert window()["state"] == "open"


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("options", [(), ("--working-days", "2", "--closes", "2019-09-20")])
def test_an_extension_is_by_days_or_until_a_date_and_not_both(options: tuple[str, ...]) -> None:
    done = run("window", "extend", *Q2, *options)
    assert (done.exit_code, "--working-days" in done.output) == (1, True)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("act", "says"),
    [
        (("move", *Q2, "--closes", "2019-09-13 17:00"), "has these dates already"),
        (("move", *Q2, "--closes", "2019-09-01 17:00"), "That moment has passed"),
        (("reopen", *Q2, "--closes", "2019-09-20"), "is open by now"),
        (
            ("extend", Q2[0], "2019-20-q3", "--working-days", "1"),
            "Quarter 3 2019/20 is not open yet: it opens on Friday 29 November 2019, 09:00.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(act: tuple[str, ...], says: str) -> None:
    done = run("window", *act)
    assert (done.exit_code, says in done.output) == (1, True), done.output
