"""`remembrancer people …` and `load` with a look at the difference first: what they do, say and refuse."""

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from tests.conftest import EXAMPLE, ROOT, Edit

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
POST, RUTH = "Head of Voluntary Sector Commissioning", "ruth.fairbrass@example.org"
TOM, OLIVE = "tom.ashdown@example.org", "olive.tranter@example.org"


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of the test's own, of each kind, with the example loaded on a day in September 2019."""
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    assert run("load", str(EXAMPLE)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def people(*arguments: str) -> str:
    done = run("people", *arguments)
    assert done.exit_code == 0, done.output
    return done.output.strip()


def refused(*arguments: str) -> str:
    done = run("people", *arguments)
    assert done.exit_code == 1, done.output
    return done.output.strip()


def listed(what: str) -> dict[str, Any]:
    """Posts by name, or people by e-mail address."""
    key = "post" if what == "posts" else "email"
    return {each[key]: each for each in json.loads(people("list", "--json"))[what]}


def test_posts_and_people_are_listed_for_people_and_for_programs() -> None:
    table = people("list")
    assert "Ruth Fairbrass" in table
    assert "⚠ no chat account" in table
    assert "2 Sep 2019 to 6 Sep 2019" in table
    assert listed("posts")[POST] == {
        "post": POST,
        "reports_to": "Assistant Director of Commissioning",
        "holders": [RUTH],
        "to_come": [],
        "items": [{"programme": "strategic-delivery-plan", "ref": "52"}],
    }
    assert listed("people")["ellen.sweeting@example.org"]["leave"] == [
        {"first_day": "2019-09-02", "last_day": "2019-09-06", "delegate": "helen.marsh@example.org"}
    ]


@pytest.mark.both_databases
def test_a_post_is_handed_over_and_the_same_folder_does_not_take_it_back() -> None:
    said = people("hand-over", POST, "--to", TOM)
    assert said == (
        f"{POST} is held by Tom Ashdown from Monday 2 September 2019. "
        "It leads 52; what is wanted for it is asked of them."
    )
    assert listed("posts")[POST]["holders"] == [TOM]
    again = run("load", str(EXAMPLE)).output.splitlines()
    assert again == [
        f"kept as decided since: post {POST}: holders: {TOM} (the folder still says {RUTH})",
        "Loaded; nothing changed.",
    ]
    assert refused("hand-over", POST, "--to", TOM) == f"Tom Ashdown holds {POST} already; choose somebody else."
    assert "That day is over" in refused("hand-over", POST, "--to", RUTH, "--from", "2019-09-01")
    assert "There is no post 'Head of Nothing'" in refused("hand-over", "Head of Nothing", "--to", RUTH)
    assert "Nobody here is called 'nobody@example.org'" in refused("hand-over", POST, "--to", "nobody@example.org")


def test_a_later_hand_over_is_held_by_the_old_holder_until_then() -> None:
    assert "from Monday 9 September 2019" in people("hand-over", POST, "--to", TOM, "--from", "2019-09-09")
    assert listed("posts")[POST]["holders"] == [RUTH]
    assert listed("posts")[POST]["to_come"] == [{"first_day": "2019-09-09", "holder": TOM}]
    assert "from 9 Sep 2019: tom" in " ".join(run("people", "list").output.split())


def test_somebody_joins_leaves_and_joins_again() -> None:
    assert people("join", OLIVE, "--name", "Olive Tranter", "--role", "director") == (
        f"Olive Tranter ({OLIVE}) has joined. They have no chat account yet, so no message can reach them."
    )
    assert listed("people")[OLIVE]["roles"] == ["director"]
    assert "is the address of Olive Tranter" in refused("join", OLIVE, "--name", "Olive Tranter")
    assert "No time zone is called 'Kent'" in refused("join", "x@example.org", "--name", "X", "--time-zone", "Kent")
    assert "No role is called 'boss'" in refused("join", "x@example.org", "--name", "X", "--role", "boss")
    assert "is held by Ruth Fairbrass" in refused("join", "x@example.org", "--name", "X", "--post", POST)
    assert "x@example.org" not in listed("people")
    assert people("leave", OLIVE) == "Olive Tranter has left, and is asked no more."
    assert "Olive Tranter has left" in refused("leave", OLIVE)
    assert "has left" in refused("hand-over", POST, "--to", OLIVE)
    people("join", OLIVE, "--name", "Olive Tranter", "--time-zone", "Europe/Lisbon")
    assert listed("people")[OLIVE]["time_zone"] == "Europe/Lisbon"


def test_a_leaver_leaves_items_without_a_lead_and_the_admin_is_told_which() -> None:
    assert people("leave", RUTH) == (
        f"Ruth Fairbrass has left, and is asked no more. {POST} is vacant now. "
        "Nobody leads 52 now: the secretary is asked, until the post is handed to somebody."
    )
    assert listed("posts")[POST]["holders"] == []
    assert people("join", RUTH, "--name", "Ruth Fairbrass", "--post", POST).startswith("Ruth Fairbrass")
    assert listed("posts")[POST]["holders"] == [RUTH]
    assert "is the only admin" in refused("leave", "asif.chaudhry@example.org")


def test_leave_is_recorded_with_a_delegate_and_ended() -> None:
    days = ("--from", "2019-09-02", "--to", "2019-09-13")
    assert people("away", RUTH, *days, "--delegate", TOM) == (
        "Ruth Fairbrass is away from Monday 2 September 2019 to Friday 13 September 2019; Tom Ashdown is asked instead."
    )
    assert "cannot stand in for themselves" in refused("away", RUTH, *days, "--delegate", RUTH)
    assert "end before it begins" in refused("away", RUTH, "--from", "2019-09-13", "--to", "2019-09-02")
    assert people("back", RUTH) == "Ruth Fairbrass is at work again."
    assert listed("people")[RUTH]["leave"] == []
    assert "Ruth Fairbrass is not on leave" in refused("back", RUTH)


def test_several_hold_a_post_and_one_is_asked_first() -> None:
    assert "is held by Ruth Fairbrass and Tom Ashdown" in people("hold", POST, TOM)
    assert "holds" in refused("hold", POST, TOM)
    people("hold", POST, TOM, "--first")
    assert listed("posts")[POST]["holders"] == [TOM, RUTH]
    people("hand-over", POST, "--to", "neil.coppard@example.org", "--instead-of", TOM)
    assert listed("posts")[POST]["holders"] == ["neil.coppard@example.org", RUTH]
    assert "Tom Ashdown does not hold" in refused("release", POST, TOM)
    people("release", POST, RUTH)
    assert people("release", POST, "neil.coppard@example.org").startswith(f"{POST} is vacant now. Nobody leads 52 now")


@pytest.mark.both_databases
def test_an_account_is_linked_and_taken_away() -> None:
    assert people("link", RUTH, "slack", "U123") == (
        "Ruth Fairbrass is reached on slack as U123; what waited is sent now."
    )
    assert listed("people")[RUTH]["accounts"] == {"slack": "U123"}
    assert "is linked to Ruth Fairbrass already" in refused("link", TOM, "slack", "U123")
    wrong = "There is no platform 'slakc'; the platforms are slack, teams, sandbox."
    assert wrong in refused("link", TOM, "slakc", "U124")
    people("link", RUTH, "slack", "U125")
    assert listed("people")[RUTH]["accounts"] == {"slack": "U125"}
    assert people("unlink", RUTH, "slack") == "Ruth Fairbrass is not reached on slack any more."
    assert "is not linked to slack" in refused("unlink", RUTH, "slack")


def test_a_preview_of_a_load_shows_the_difference_and_stores_nothing(folder: Path, edit: Edit) -> None:
    edit("people.csv", "Neil Coppard", "Neil A. Coppard")
    line = "person changed: neil.coppard@example.org: name: Neil Coppard → Neil A. Coppard"
    assert run("load", str(folder), "--preview").output.splitlines() == [line, "1 changes; nothing was stored."]
    assert json.loads(run("load", str(folder), "--preview", "--json").stdout) == {"changes": [line], "kept": []}
    assert "give --preview too" in run("load", str(folder), "--json").output
    assert run("load", str(folder)).output.splitlines() == [line, "Loaded; 1 changes."]
    assert run("load", str(folder), "--preview").output == "Nothing would change.\n"
    assert json.loads(run("load", str(folder), "--preview", "--json").stdout)["changes"] == []


def at_a_terminal(*arguments: str, types: str) -> str:
    """The command as somebody at a terminal runs it: what it prints, after what they type."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from remembrancer.cli import app; app()", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=subprocess.PIPE, text=True) as process:
        os.write(ours, f"{types}\n".encode())
        shown, _ = process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    return shown


def test_in_a_terminal_the_difference_is_shown_and_asked_about_before_anything_is_stored(
    folder: Path, edit: Edit
) -> None:
    edit("people.csv", "Neil Coppard", "Neil A. Coppard")
    name = "neil.coppard@example.org"
    shown = at_a_terminal("load", str(folder), types="n")
    assert "name: Neil Coppard → Neil A. Coppard" in shown
    assert "Store these 1 changes?" in shown
    assert "Nothing was stored." in shown
    assert listed("people")[name]["name"] == "Neil Coppard"
    assert "Loaded; 1 changes." in at_a_terminal("load", str(folder), types="y")
    assert listed("people")[name]["name"] == "Neil A. Coppard"


def test_in_a_terminal_yes_stores_without_asking(folder: Path, edit: Edit) -> None:
    edit("people.csv", "Neil Coppard", "Neil A. Coppard")
    shown = at_a_terminal("load", str(folder), "--yes", types="")
    assert "Store these" not in shown
    assert "Loaded; 1 changes." in shown


def test_the_days_and_the_hour_of_a_person_are_listed(folder: Path, edit: Edit) -> None:
    edit("people.csv", "roles,leave\n", "roles,leave,works,prompt_hour\n")
    row = f"Ruth Fairbrass,{RUTH},{POST},Assistant Director of Commissioning,,,"
    edit("people.csv", f"{row}\n", f"{row},Mon-Wed,10am\n")
    assert "works: – → Mon-Wed; prompt hour: – → 10:00" in run("load", str(folder)).output
    assert (listed("people")[RUTH]["works"], listed("people")[RUTH]["prompt_hour"]) == ("Mon-Wed", "10:00")
    assert listed("people")[TOM]["works"] == ""
    assert "Mon-Wed 10:00" in people("list")


def test_people_at_a_shared_address_are_named_by_name_in_commands(folder: Path, edit: Edit) -> None:
    edit("people.csv", "neil.coppard@example.org", "systems@example.org")
    edit("people.csv", "yasmin.begum@example.org", "systems@example.org")
    done = run("load", str(folder))
    assert done.exit_code == 0
    neil, yasmin = "neil coppard <systems@example.org>", "yasmin begum <systems@example.org>"
    assert f"systems@example.org is the address of several people, who are told apart by their names: here {neil}" in (
        " ".join(done.output.split())
    )
    assert listed("people").keys() >= {neil, yasmin}
    assert "is reached" in people("link", "Neil Coppard", "sandbox", neil)
    assert people("away", yasmin, "--from", "2019-09-09", "--to", "2019-09-10").startswith("Yasmin Begum is away")
    assert refused("back", "systems@example.org") == (
        f"'systems@example.org' may be any of these: {neil}; {yasmin}. Write the one that is meant, in quotation marks."
    )
    assert people("join", "Ivy Cole <systems@example.org>", "--name", "Ivy Cole").startswith("Ivy Cole")
    assert "ivy cole <systems@example.org>" in listed("people")
