"""`remembrancer deadlines`: the days that real bodies published, the reasons, and what is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from tests.rules.vectors import Vector, computed, published


class SetClock:
    def now(self) -> datetime:
        return datetime(2021, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, a database that cannot be reached, and a day in March 2021."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(shared, "SystemClock", SetClock)


def run(line: str, *more: str) -> Result:
    return CliRunner().invoke(cli.app, ["deadlines", *line.split(), *more])


def told(line: str) -> dict[str, Any]:
    done = run(f"{line} --json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.output)
    return found


@pytest.mark.parametrize("vector", computed(), ids=str)
def test_the_latest_publication_is_the_one_worked_out(vector: Vector) -> None:
    found = told(f"--clear-working-days {vector.n} --meeting {vector.given} --nation {vector.nation}")
    assert (found["date"], found["raw"], found["rolled"]) == (str(vector.result), str(vector.result), False)


OPTIONS = {
    "agenda_5_clear_working_days": "--clear-working-days 5 --published",
    "notice_28_clear_days": "--clear-days 28 --published",
    "general_exception_5_working_days": "--working-days-after 5 --published",
    "call_in_5_working_days": "--working-days-after 5 --published",
}


@pytest.mark.parametrize("vector", published(*OPTIONS), ids=str)
def test_what_was_published_leads_to_the_day_that_it_did(vector: Vector) -> None:
    found = told(f"{OPTIONS[vector.rule]} {vector.given} {'--roll' if vector.rolled else '--no-roll'}")
    assert (found["date"], found["rolled"]) == (str(vector.result), bool(vector.rolled))


@pytest.mark.parametrize("vector", published("questions"), ids=str)
def test_questions_are_due_so_many_working_days_before(vector: Vector) -> None:
    assert told(f"--working-days-before {vector.n} --meeting {vector.result}")["date"] == str(vector.given)


def test_the_json_has_these_five_and_no_more() -> None:
    assert told("--clear-working-days 5 --meeting 2021-04-08") == {
        "date": "2021-03-29",
        "raw": "2021-03-29",
        "rolled": False,
        "provisional": False,
        "because": [
            "Wednesday 7 April 2021 counts",
            "Tuesday 6 April 2021 counts",
            "Monday 5 April 2021 does not count: Easter Monday",
            "Sunday 4 April 2021 does not count: weekend",
            "Saturday 3 April 2021 does not count: weekend",
            "Friday 2 April 2021 does not count: Good Friday",
            "Thursday 1 April 2021 counts",
            "Wednesday 31 March 2021 counts",
            "Tuesday 30 March 2021 counts",
        ],
    }


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--clear-working-days 5 --meeting 2021-04-08", "Publish by Monday 29 March 2021."),
        ("--clear-working-days 5 --published 2021-03-29", "Meet on Thursday 8 April 2021 or later."),
        ("--clear-days 28 --published 2019-11-12", "Decide on Wednesday 11 December 2019 or later."),
        ("--clear-days 28 --decision 2019-12-11", "Give notice by Tuesday 12 November 2019."),
        ("--working-days-after 5 --published 2023-07-26", "Not before Thursday 3 August 2023."),
        ("--working-days-before 10 --meeting 2023-10-16", "By Monday 2 October 2023."),
    ],
)
def test_the_first_line_says_what_to_do(line: str, sentence: str) -> None:
    assert run(line).output.splitlines()[0] == sentence


def test_a_result_that_is_no_working_day_is_given_with_the_one_that_it_rolls_to() -> None:
    plain = run("--clear-days 28 --published 2021-11-26").output.splitlines()
    assert plain[1] == "That is no working day; with --roll it is Wednesday 29 December 2021."
    rolled = run("--clear-days 28 --published 2021-11-26 --roll").output.splitlines()
    assert rolled[:2] == [
        "Decide on Wednesday 29 December 2021 or later.",
        "The count ends on Saturday 25 December 2021, which is no working day.",
    ]
    assert "- Monday 27 December 2021 does not count: Christmas Day (observed)" in rolled


def test_a_latest_notice_is_rolled_back_so_that_it_is_never_late() -> None:
    found = told("--clear-days 28 --decision 2022-01-25 --roll")
    assert (found["raw"], found["date"]) == ("2021-12-27", "2021-12-24")


@pytest.mark.parametrize(
    "works",
    [
        "--works 2020-11-30 --works 2020-12-25",
        "--works 2020-11-30,2020-12-25",
        "--works 2020-11-30 2020-12-25",
        "--works=2020-11-30 2020-12-25",
        "--works 2020-11-30, 2020-12-25",
    ],
)
def test_bank_holidays_worked_through_are_given_in_whichever_way_one_types_them(works: str) -> None:
    found = told(f"--clear-working-days 20 --meeting 2020-12-29 {works} --nation scotland")
    assert "Monday 30 November 2020 counts: Saint Andrew's Day is worked through" in found["because"]
    assert "Friday 25 December 2020 counts: Christmas Day is worked through" in found["because"]


def test_closure_days_do_not_count() -> None:
    found = told("--working-days-before 1 --meeting 2019-12-27 --closed 2019-12-24 2019-12-23")
    assert found["date"] == "2019-12-20"
    assert "Tuesday 24 December 2019 does not count: closure day" in found["because"]


def test_a_date_past_the_bank_holidays_that_are_announced_is_provisional() -> None:
    line = "--clear-working-days 5 --meeting"
    assert not told(f"{line} 2023-01-01")["provisional"]  # the clock shows 2021
    assert told(f"{line} 2023-02-01")["provisional"]
    assert not told(f"{line} 2023-02-01 --announced-until 2023-12-31")["provisional"]
    said = run(f"{line} 2023-02-01").output
    assert "provisional: it counts on bank holidays later than Saturday 31 December 2022" in said


ONE = "Say what is counted: one of --clear-working-days, --clear-days, --working-days-after and --working-days-before."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", ONE),
        ("--meeting 2021-04-08", ONE),
        ("--clear-days 28 --clear-working-days 5 --meeting 2021-04-08", ONE),
        (
            "--clear-days 28 --meeting 2021-04-08",
            "--clear-days counts from --published or --decision; give that day and no other.",
        ),
        (
            "--clear-working-days 5",
            "--clear-working-days counts from --meeting or --published; give that day and no other.",
        ),
        (
            "--clear-working-days 5 --meeting 2021-04-08 --published 2021-03-01",
            "--clear-working-days counts from --meeting or --published; give that day and no other.",
        ),
        (
            "--working-days-after 5 --meeting 2021-04-08",
            "--working-days-after counts from --published; give that day and no other.",
        ),
        (
            "--clear-days 367 --published 2021-04-08",
            "367 days or weeks are out of reach; give a number from 0 to 366.",
        ),
        ("--clear-days -1 --published 2021-04-08", "-1 days or weeks are out of reach; give a number from 0 to 366."),
        (
            "--clear-days 28 --published 9999-12-31",
            "9999-12-31 is out of reach; give a day in the years 1970 to 2199.",
        ),
        (
            "--clear-days 28 --published 08/04/2021",
            "--published: 08/04/2021 could be read two ways; write it as 2021-04-08.",
        ),
        (
            "--clear-days 28 --published 2021-04-08 --works soon",
            "--works: 'soon' is no date; write dates as 2019-09-13.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(line: str, sentence: str) -> None:
    done = run(line)
    assert (done.exit_code, done.output) == (1, f"{sentence}\n")


def test_no_file_is_left_behind(tmp_path: Path) -> None:
    assert run("--clear-working-days 5 --meeting 2021-04-08").exit_code == 0
    assert list(tmp_path.iterdir()) == []
