"""What is seen of a command that takes a while: at a terminal how far it is, and in a pipe nothing."""

import io
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remembrancer import cli
from remembrancer.cli.shared import progress_shown
from remembrancer.intake.folder.reader import read_folder
from remembrancer.scheduler.simulate import simulate
from tests.conftest import EXAMPLE

FIRST, LAST = date(2019, 8, 30), date(2019, 9, 8)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("kind", "is_seen"), [("xterm", True), ("dumb", False)])
def test_a_terminal_that_can_shows_how_far_it_is_and_standard_output_stays_clean(
    kind: str, is_seen: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Terminal()
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setattr(sys, "stderr", screen)
    with progress_shown() as step:
        step("days", 3, 10)
        print("what is piped")
    assert ("Day 3 of 10" in screen.getvalue()) == is_seen
    assert capsys.readouterr().out == "what is piped\n"


def test_nothing_of_it_is_piped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", f"sqlite:///{tmp_path / 'piped.sqlite'}")
    loaded = CliRunner().invoke(cli.app, ["load", str(EXAMPLE)])
    days = ("--from", f"{FIRST}", "--to", f"{FIRST}")
    simulated = CliRunner().invoke(cli.app, ["simulate", str(EXAMPLE), *days, "--out", str(tmp_path / "out")])
    assert (loaded.exit_code, simulated.exit_code) == (0, 0)
    assert loaded.stderr == simulated.stderr == ""


def test_a_folder_is_told_of_part_by_part_and_a_simulation_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    def step(name: str, done: int = 0, of: int = 0) -> None:
        told.append((name, done, of))

    read_folder(EXAMPLE, with_responses=True, step=step)
    parts = [name for name, _, _ in told]
    assert parts == ["people", "items", "calendars", "answers", "checking"]
    told.clear()
    simulate(EXAMPLE, FIRST, LAST, tmp_path / "out", step)
    assert [name for name, _, _ in told[:6]] == [*parts, "storing"]
    days = told[6:]
    assert {(name, of) for name, _, of in days} == {("days", 10)}
    assert [done for _, done, _ in days] == sorted(done for _, done, _ in days)
    assert (days[0][1], days[-1][1]) == (1, 9)
