"""Previews of a day, a person or a board; while paused, and in a pilot; by command and in chat."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.scheduler.preview.filters import Wanted, outlook
from remembrancer.shipped import PROGRAMMES
from tests.dialog import ADMIN, LEAD, World, fills_in, hold, london, presses, says

NOW = datetime(2019, 8, 28, 9, tzinfo=UTC)
RUTH, BOARD = "ruth.fairbrass@example.org", "asch_cabinet_committee"


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A database of the test's own with the example in it, and a day in August 2019."""
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(folder)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def planned(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("preview", "--json", *arguments).stdout)
    return found


@pytest.mark.usefixtures("at_work")
def test_a_day_shows_that_day_alone() -> None:
    days = planned("--day", "2019-09-13")
    assert {each["at"][:10] for each in days} == {"2019-09-13"}
    assert [each for each in planned("--days", "30") if each["at"][:10] == "2019-09-13"] == days
    assert {"closing_morning", "digest_close"} <= {each["kind"] for each in days}


@pytest.mark.usefixtures("at_work")
def test_a_day_of_a_window_far_ahead_can_be_seen() -> None:
    assert "opening" in {each["kind"] for each in planned("--day", "2019-11-29", "--person", RUTH)}


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("day", ["2019-08-27", "2020-08-30"])
def test_a_day_that_is_over_or_too_far_off_is_refused(day: str) -> None:
    done = run("preview", "--day", day)
    assert done.exit_code == 1
    assert "choose today, or a day to come within a year" in done.output


@pytest.mark.usefixtures("at_work")
def test_people_and_boards_are_shown_alone_and_together() -> None:
    everything = planned("--days", "30")
    ruth = [each for each in everything if each["to"] == RUTH]
    board = [each for each in everything if each["to"] == "#asch-cabinet-committee"]
    assert planned("--days", "30", "--person", RUTH) == ruth
    assert planned("--days", "30", "--board", BOARD) == board
    assert planned("--days", "30", "--person", RUTH, "--board", BOARD) == [
        each for each in everything if each in ruth + board
    ]
    assert planned("--day", "2019-09-13", "--person", RUTH) == [each for each in ruth if "09-13" in each["at"]]
    assert "Nothing will be sent then." in run("preview", "--day", "2019-09-12", "--person", RUTH).output


@pytest.mark.usefixtures("at_work")
def test_nobody_and_no_board_of_that_name_is_said() -> None:
    assert (
        "There is nobody with the e-mail address x@example.org." in run("preview", "--person", "x@example.org").output
    )
    assert "There is no board x; the boards are adults_delivery_board, " in run("preview", "--board", "x").output


@pytest.mark.usefixtures("at_work")
def test_a_pause_is_said_and_what_would_be_sent_stays_the_same() -> None:
    before = planned()
    run("pause")
    assert planned() == before
    assert "This is what would go out if it were resumed now." in run("preview").output


@pytest.mark.usefixtures("at_work")
def test_in_a_pilot_what_is_withheld_is_marked() -> None:
    assert not any(each["withheld"] for each in planned("--days", "30"))
    run("pilot", "--only", RUTH)
    found = planned("--days", "30")
    assert {each["to"] for each in found if not each["withheld"]} == {RUTH}
    assert {"digest_close", "digest_progress", "opening"} <= {each["kind"] for each in found if each["withheld"]}
    assert "⊘ withheld: Request to 16: " in run("preview").output


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def test_a_preview_of_days_takes_whole_ones(world: World) -> None:
    world.wait_until("2019-08-30 10:15")
    with Session(world.engine) as session:
        found = outlook(session, world.clock.now(), Wanted(days=14))
    assert max(each.at for each in found) == london("2019-09-13 17:00")
    assert "digest_close" in {each.kind for each in found}


def test_in_chat_a_preview_is_a_few_lines_to_a_day(world: World) -> None:
    hold(
        world,
        [
            (
                ADMIN,
                says("preview"),
                ["The next 14 days", "**Friday 30 August 2019**", "09:00 **Request** to 17: ", "and 5 more"],
            ),
            (
                ADMIN,
                says("preview 13 September"),
                [
                    "**Friday 13 September 2019**",
                    "09:00 **Reminder** to 1",
                    "17:00 **Digest** to Adult Social Care and Health Cabinet Committee",
                    "not: 6 September",
                ],
            ),
            (
                ADMIN,
                says("preview ruth.fairbrass@example.org"),
                ["– Ruth Fairbrass", "Ruth Fairbrass (52) (the window opens; leads the item)", "not: Tom Ashdown"],
            ),
            (ADMIN, says("preview Ruth on 13 September"), ["– Ruth Fairbrass", "1 message,", "the morning the window"]),
            (ADMIN, says("preview tomorrow"), ["Saturday 31 August 2019", "Nothing will be sent."]),
            (ADMIN, says("preview Friday"), ["**Friday 30 August 2019**", "17 messages,"]),
            (ADMIN, says("preview #asch-cabinet-committee 13 September"), ["17:00 **Digest** to", "1 message,"]),
            (ADMIN, says("preview corporate board"), ["Strategic Corporate Board", "Nothing will be sent."]),
        ],
    )


def test_in_chat_what_cannot_be_previewed_is_said(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("preview Nobody At All"), "There is nobody and no board called 'Nobody At All'"),
            (ADMIN, says("preview adults"), "'adults' may be any of these: Adults Cabinet Members Meeting, Adults"),
            (ADMIN, says("preview 28 August 2019"), "Wednesday 28 August 2019 cannot be previewed"),
        ],
    )


def test_in_chat_a_pause_is_said_on_top_and_the_withheld_are_marked(world: World) -> None:
    hold(
        world,
        [
            (ADMIN, says("pilot"), "everybody is messaged"),
            (ADMIN, presses("Begin a pilot"), "Who is messaged?"),
            (ADMIN, fills_in(pilot=[str(world.person_id(LEAD))]), "A pilot has begun."),
            (
                ADMIN,
                says("preview 30 August"),
                ["only 1 person is messaged", "16 of them withheld", "09:00 ⊘ withheld: **Request** to 16"],
            ),
            (ADMIN, says("pause"), "Everything is paused."),
            (
                ADMIN,
                says("preview"),
                ["Everything has been paused since", "if it were resumed now", "Ruth Fairbrass (52)"],
            ),
        ],
    )


@pytest.mark.both_databases
def test_while_paused_the_preview_counts_what_waits_in_the_outbox(world: World) -> None:
    world.wait_until("2019-09-06 08:00")
    hold(world, [(ADMIN, says("pause"), "Everything is paused.")])
    world.wait_until("2019-09-06 11:00")
    hold(
        world,
        [(ADMIN, says("preview 6 September"), ["11:00 **Progress digest** to Joanna Pell", "11:00 **Reminder**"])],
    )


@pytest.mark.usefixtures("at_work")
def test_a_step_that_an_early_close_moves_says_so() -> None:
    window = ("strategic-delivery-plan", "2019-20-q2")
    assert run("window", "move", *window, "--closes", "2019-09-13 08:00").exit_code == 0
    [before] = planned("--day", "2019-09-12", "--person", RUTH)
    assert before["because"] == (
        "the morning the window closes (moved from 09:00 on 13 September, "
        "for the window closes at 08:00 on 13 September); leads the item"
    )
    assert before["because"] in run("preview", "--day", "2019-09-12").output
    assert "moved from" not in run("preview", "--day", "2019-09-10").output


@pytest.mark.usefixtures("at_work")
def test_a_step_that_the_lock_moves_says_so(folder: Path) -> None:
    shipped = (PROGRAMMES / "strategic-delivery-plan.yaml").read_text(encoding="utf-8")
    at_five = "{key: manager_told, working_days_after_close: 5, hour: '17:00', to: manager}"
    own = shipped.replace("{key: manager_told, working_days_after_close: 1, to: manager}", at_five)
    (folder / "programmes").mkdir()
    (folder / "programmes" / "strategic-delivery-plan.yaml").write_text(own, encoding="utf-8")
    assert run("load", str(folder)).exit_code == 0
    [told] = [each for each in planned("--day", "2019-09-20") if each["to"] == "naomi.fielding@example.org"]
    assert told["at"] == "2019-09-20T09:00:00+01:00"
    assert told["because"] == (
        "working day 5 after the close, not yet received (moved from 17:00 on 20 September, "
        "for the window locks then); is next above in the line"
    )


def test_in_chat_what_goes_for_another_reason_at_the_same_hour_is_a_line_of_its_own(world: World) -> None:
    hold(
        world,
        [
            (
                ADMIN,
                says("preview 6 September"),
                [
                    "09:00 **Reminder** to 15: ",
                    "09:00 **Reminder** to Helen Marsh (48, 54) (half-way through the window; leads the item; stands",
                    "and 3 more (half-way through the window; leads the item)",
                ],
            )
        ],
    )
