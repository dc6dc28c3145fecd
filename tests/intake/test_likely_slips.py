"""Dates in tables that are most likely slips are noted, with file and row, before anything is stored."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remembrancer.intake.folder.reader import read_folder
from tests.conftest import EXAMPLE

NOW = datetime(2019, 9, 9, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "folder"))


def notes(folder: Path) -> list[str]:
    return [str(note) for note in read_folder(folder, with_responses=True, now=NOW).problems.notes]


def put_in(file: Path, old: str, new: str) -> int:
    """Put a text in the place of the first such; its row."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_examples_hold_no_slip() -> None:
    assert not [note for note in notes(EXAMPLE) if "is that" in note]


def test_a_year_that_nobody_means_in_the_register_is_noted(folder: Path) -> None:
    row = put_in(folder / "items.csv", "2020-03-31", "2120-03-31")
    [note] = notes(folder)
    assert note.startswith(f"items.csv, row {row}, column original_end_date: ")
    assert "31 Mar 2120: is that the year that you mean?" in note
    assert "stored as it stands" in note


def test_a_milestone_that_nobody_means_in_past_answers_is_noted(folder: Path) -> None:
    file = folder / "responses" / "2019-20-q1.csv"
    row = put_in(file, "=2020-01-31", "=1920-01-31")
    found = [note for note in notes(folder) if "is that the year" in note]
    assert [note.startswith(f"responses/{file.name}, row {row}: ") for note in found] == [True]


def test_a_milestone_that_moves_by_more_than_five_years_between_windows_is_noted(folder: Path) -> None:
    put_in(folder / "responses" / "2019-20-q1.csv", "=2020-01-31", "=2020-01-31; go_live=2020-01-31")
    second = folder / "responses" / "2019-20-q2.csv"
    row = next(n for n, line in enumerate(second.read_text(encoding="utf-8").splitlines(), 1) if line.startswith("46,"))
    lines = second.read_text(encoding="utf-8").splitlines()
    lines[row - 1] = '46,"Yes, it is on track",go_live=2027-01-31,'
    second.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [note for note in notes(folder) if "more than five years" in note]
    assert [note.startswith(f"responses/2019-20-q2.csv, row {row}: ") for note in found] == [True]
