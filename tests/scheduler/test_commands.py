"""The commands: what they print, what they refuse, and with which exit code."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.models import Item, Person, Return, Window
from remembrancer.queries.returns import current
from remembrancer.services.returns import restate
from tests.conftest import EXAMPLE, Edit

NOW = datetime(2019, 8, 28, 9, tzinfo=UTC)


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of the test's own, of each kind, and a day in August 2019."""
    url = bare_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(shared, "SystemClock", SetClock)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def loaded(folder: Path) -> Result:
    return run("load", str(folder))


def windows() -> dict[str, Any]:
    return {each["window"]: each for each in json.loads(run("window", "list", "--json").output)}


@pytest.mark.both_databases
def test_loading_twice_says_that_nothing_changed(folder: Path) -> None:
    assert "Loaded;" in loaded(folder).output
    assert loaded(folder).output == "Loaded; nothing changed.\n"


def test_loading_says_which_pattern_no_event_fits(folder: Path, edit: Edit) -> None:
    edit("organisation.yaml", "'Strategic Delivery Plan monitoring: Quarter", "'Diweddariad: Chwarter")
    shutil.rmtree(folder / "responses")
    assert "No event of calendar.ics fits the pattern 'Diweddariad: Chwarter" in loaded(folder).output


def test_a_folder_with_problems_is_refused_whole_with_exit_code_1(folder: Path, edit: Edit) -> None:
    edit("items.csv", "2019-12-31", "soon")
    done = loaded(folder)
    assert done.exit_code == 1
    assert "items.csv, row 7, column original_end_date: 'soon' is no date" in done.output
    assert "Nothing was loaded. To put right first: 1" in done.output
    assert "Nothing is loaded yet" in run("window", "list").output


def test_a_file_with_several_problems_is_named_once_with_its_rows_below_it(folder: Path, edit: Edit) -> None:
    edit("items.csv", "2019-12-31", "soon")
    edit("items.csv", "Market Shaping Manager", "Market Shaper")
    edit("people.csv", ",director,", ",boss,")
    lines = loaded(folder).output.splitlines()
    assert lines[0].startswith("people.csv, row 2, column roles: no role is called 'boss'")
    assert lines[1] == "items.csv:"
    rows = {line.partition(":")[0] for line in lines[2:4]}
    assert rows == {"  row 5, column lead_post", "  row 7, column original_end_date"}
    assert lines[4] == "Nothing was loaded. To put right first: 3."
    assert sum("items.csv" in line for line in lines) == 1


@pytest.mark.both_databases
def test_windows_are_opened_moved_closed_and_reopened(folder: Path) -> None:
    loaded(folder)
    name = ("strategic-delivery-plan", "2019-20-q2")
    assert windows()["2019-20-q1"]["state"] == "locked"
    assert run("window", "move", *name, "--closes", "2019-09-20 17:00").exit_code == 0
    assert windows()["2019-20-q2"]["closes_at"] == "2019-09-20T17:00:00+01:00"
    assert run("window", "open", *name).exit_code == 0
    assert windows()["2019-20-q2"]["state"] == "open"
    assert run("window", "close", *name).exit_code == 0
    assert windows()["2019-20-q2"]["closes_at"] == "2019-08-28T10:00:00+01:00"
    assert run("window", "reopen", *name, "--closes", "2019-09-27 17:00").exit_code == 0
    assert windows()["2019-20-q2"]["revision"] == 2


def test_an_unknown_window_names_those_there_are(folder: Path) -> None:
    loaded(folder)
    done = run("window", "open", "strategic-delivery-plan", "2019-20-q9")
    assert done.exit_code == 1
    assert done.output == (
        "There is no window 2019-20-q9 of Strategic Delivery Plan; there are 2019-20-q1, 2019-20-q2, 2019-20-q3, "
        "2019-20-q4.\n"
    )
    done = run("figures", "strategic-plan", "2019-20-q1")
    assert (done.exit_code, done.output) == (
        1,
        "There is no programme strategic-plan; there are strategic-delivery-plan.\n",
    )


@pytest.mark.parametrize("arguments", [("figures",), ("window", "close"), ("window", "reopen")])
def test_a_window_that_is_not_open_yet_is_called_so(folder: Path, arguments: tuple[str, ...]) -> None:
    loaded(folder)
    closes = ("--closes", "2020-01-10") if "reopen" in arguments else ()
    done = run(*arguments, "strategic-delivery-plan", "2019-20-q3", *closes)
    assert (done.exit_code, done.output) == (
        1,
        "Quarter 3 2019/20 is not open yet: it opens on Friday 29 November 2019, 09:00.\n",
    )


@pytest.mark.parametrize(
    ("closes", "says"),
    [("2019-08-01 17:00", "would close before it opens"), ("2019-08-30 08:00", "would close before it opens")],
)
def test_a_window_cannot_be_moved_to_where_it_makes_no_sense(folder: Path, closes: str, says: str) -> None:
    loaded(folder)
    done = run("window", "move", "strategic-delivery-plan", "2019-20-q2", "--closes", closes)
    assert done.exit_code == 1
    assert says in done.output


def refs(record: dict[str, Any]) -> list[str]:
    return [item["ref"] for item in record["items"]]


def test_the_preview_says_what_to_whom_when_and_by_which_rule(folder: Path) -> None:
    loaded(folder)
    planned = json.loads(run("preview", "--days", "30", "--json").output)
    ruth = [each for each in planned if each["to"] == "ruth.fairbrass@example.org"]
    assert [(each["kind"], each["at"], refs(each)) for each in ruth] == [
        ("opening", "2019-08-30T09:00:00+01:00", ["52"]),
        ("half_way", "2019-09-06T09:00:00+01:00", ["52"]),
        ("two_days_before", "2019-09-11T09:00:00+01:00", ["52"]),
        ("closing_morning", "2019-09-13T09:00:00+01:00", ["52"]),
    ]
    assert ruth[2]["because"] == "2 working days before the close; leads the item"
    assert ruth[0]["window"] == {"programme": "strategic-delivery-plan", "window": "2019-20-q2"}
    board = [(each["kind"], each["at"]) for each in planned if each["to"] == "#asch-cabinet-committee"]
    assert board == [("digest_close", "2019-09-13T17:00:00+01:00"), ("digest_lock", "2019-09-20T17:00:00+01:00")]
    assert "working day 1 after the close" in run("preview", "--days", "30").output


@pytest.mark.both_databases
def test_the_preview_changes_nothing(folder: Path) -> None:
    loaded(folder)
    first = run("preview", "--json").output
    assert run("preview", "--json").output == first
    assert windows()["2019-20-q2"]["state"] == "scheduled"


def test_the_preview_is_what_a_silent_simulation_sends(folder: Path, tmp_path: Path) -> None:
    for file in (folder / "responses").glob("*q2.csv"):
        file.unlink()
    loaded(folder)
    planned = json.loads(run("preview", "--days", "30", "--json").output)
    run("simulate", str(folder), "--from", "2019-08-28", "--to", "2019-09-26", "--out", str(tmp_path / "out"))
    lines = (tmp_path / "out" / "messages.jsonl").read_text("utf-8").splitlines()
    sent = [json.loads(line) for line in lines]
    assert sorted(map(told, planned)) == sorted(map(told, sent))


def told(record: dict[str, Any]) -> str:
    return json.dumps([record["at"], record["to"], record["kind"], record["items"]])


def test_a_simulation_that_begins_in_the_middle_has_what_came_in_before(folder: Path, tmp_path: Path) -> None:
    run("simulate", str(folder), "--from", "2019-09-11", "--to", "2019-09-30", "--out", str(tmp_path / "out"))
    found = json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))
    assert found[-1]["submissions"] == {"submitted": 17, "of": 17, "percent": 100}


def test_recorded_times_count_alike_in_a_simulation_and_in_history(folder: Path, tmp_path: Path) -> None:
    path = folder / "responses" / "2019-20-q2.csv"
    header, *rows = path.read_text("utf-8").splitlines()
    times = {"45": "2019-08-29 12:00", "47": "2019-10-01 09:00", "46": "2019-09-16 10:00"}
    lines = [f"{row},{times.get(row.split(',')[0], '')}" for row in rows]
    path.write_text("\n".join([f"{header},answered_at", *lines]) + "\n", encoding="utf-8")
    for start in ("2019-08-01", "2019-11-15"):
        run("simulate", str(folder), "--from", start, "--to", "2019-11-20", "--out", str(tmp_path / "out"))
        found = json.loads((tmp_path / "out" / "figures.json").read_text("utf-8"))
        assert found[1]["no_update"] == ["47"], start


def test_changed_days_for_late_answers_move_the_lock(folder: Path) -> None:
    loaded(folder)
    shipped = (EXAMPLE.parent.parent / "programmes" / "strategic-delivery-plan.yaml").read_text("utf-8")
    (folder / "programmes").mkdir()
    own = folder / "programmes" / "strategic-delivery-plan.yaml"
    own.write_text(shipped.replace("late_working_days: 5", "late_working_days: 2"), encoding="utf-8")
    assert "late answers changed: 2019-20-q2" in loaded(folder).output
    assert windows()["2019-20-q2"]["late_until"] == "2019-09-17T17:00:00+01:00"


def test_figures_of_a_window_come_as_json(folder: Path) -> None:
    loaded(folder)
    found = json.loads(run("figures", "strategic-delivery-plan", "2019-20-q1", "--json").output)
    assert found["delivery"] == {"on_track": 12, "remedial_action": 4, "unlikely": 1}
    assert found["issues"] is None
    assert "not recorded" in run("figures", "strategic-delivery-plan", "2019-20-q1").output


def test_the_doctor_names_what_to_put_right(folder: Path, edit: Edit) -> None:
    assert "Nothing is loaded yet" in run("doctor").output
    edit("people.csv", "Ruth Fairbrass,ruth.fairbrass@example.org,", ",,")
    edit("people.csv", ",admin,", ",,")
    loaded(folder)
    done = run("doctor")
    assert done.exit_code == 1
    assert "The post 'Head of Voluntary Sector Commissioning' is vacant, so nobody can be asked for 52" in done.output
    assert "There is no admin" in done.output
    assert done.output.startswith("- No chat platform is set up, so nobody can be messaged")


def test_a_simulation_that_ends_before_it_begins_is_refused(folder: Path, tmp_path: Path) -> None:
    done = run("simulate", str(folder), "--from", "2019-09-30", "--to", "2019-08-28", "--out", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "The last day is before the first" in done.output


def figures(*options: str) -> dict[str, Any]:
    done = run("figures", "strategic-delivery-plan", "2019-20-q1", "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.output)
    return found


def test_figures_may_be_asked_of_a_slice_and_have_its_own_denominator(folder: Path) -> None:
    loaded(folder)
    whole, part = figures(), figures("--where", "activity_type=Transformation")
    assert (whole["submissions"]["of"], part["submissions"]["of"]) == (17, 6)
    both = figures("--where", "activity_type=Transformation", "--where", "activity_type=Health Partnership")
    assert both["submissions"]["of"] == 7
    assert figures("--board", "asch_cabinet_committee") == whole


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--board", "nowhere"], "No board nowhere hears the programme; those that do are asch_cabinet_committee."),
        (["--where", "colour=red"], "'colour=red' names no fact of the programme"),
        (["--where", "activity_type=Nothing"], "No item of the window is in that slice"),
    ],
)
def test_a_slice_that_is_not_there_is_refused(folder: Path, options: list[str], says: str) -> None:
    loaded(folder)
    done = run("figures", "strategic-delivery-plan", "2019-20-q1", *options)
    assert done.exit_code == 1
    assert says in done.output


@pytest.mark.both_databases
def test_figures_of_a_restated_window_are_as_told_unless_the_others_are_asked_for(
    folder: Path, bare_engine: Engine
) -> None:
    loaded(folder)
    with Session(bare_engine) as session:
        query = select(Return).join(Item).join(Window).where(Item.ref == "52", Window.key == "2019-20-q1")
        ret = session.exec(query).one()
        version = current(session, ret)
        assert version is not None
        assert version.answers["delivery"] == "on_track"
        by = session.exec(select(Person.id).where(Person.email == "joanna.pell@example.org")).one()
        restate(session, ret, {**version.answers, "delivery": "unlikely"}, "An audit.", NOW, by or 0)
        session.commit()
    as_told, restated = figures(), figures("--restated")
    assert as_told["restated"] == restated["restated"] == {"52": "An audit."}
    assert restated["delivery"]["unlikely"] == as_told["delivery"]["unlikely"] + 1
    sliced = ("--where", "activity_type=People Commissioning")
    assert figures(*sliced)["delivery"] != figures(*sliced, "--restated")["delivery"]


def test_the_version_is_printed_alone() -> None:
    done = run("--version")
    assert (done.exit_code, done.output) == (0, "0.1.0\n")


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("remembrancer sim", ["simulate"]),
        ("remembrancer window ex", ["extend"]),
        ("remembrancer load --pr", ["--preview"]),
    ],
)
def test_the_shell_completes_commands_and_options(typed: str, known: list[str]) -> None:
    """As bash asks for it, once it was set up with --install-completion."""
    asked = {"_REMEMBRANCER_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = CliRunner().invoke(cli.app, env=asked, prog_name="remembrancer")
    assert done.output.split() == known


def test_a_folder_to_start_from_loads_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"
    monkeypatch.setattr(SetClock, "now", lambda _clock: datetime(2026, 12, 1, 10, tzinfo=UTC))
    assert run("init", str(folder)).exit_code == 0
    assert "Loaded; " in loaded(folder).output
    [only, count] = run("doctor").output.strip().splitlines()
    assert only.startswith("- No chat platform is set up")
    assert count == "1 to put right."


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("mine", encoding="utf-8")
    done = run("init", str(tmp_path))
    assert (done.exit_code, (tmp_path / "people.csv").read_text(encoding="utf-8")) == (1, "mine")
    assert "is there already and is not empty, so nothing was written" in done.output


def test_what_is_piped_is_neither_cut_nor_wrapped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(folder)
    monkeypatch.delenv("COLUMNS")
    row = next(line for line in run("window", "list").output.splitlines() if "2019-20-q2" in line)
    assert "strategic-delivery-plan" in row
    assert "Fri 20 Sep 2019 17:00" in row
    planned = run("preview", "--days", "3").output
    assert "the window opens; leads the item" in planned
    assert "…" not in planned


def test_what_the_doctor_finds_comes_as_json_with_the_same_exit_code(folder: Path) -> None:
    loaded(folder)
    done = run("doctor", "--json")
    assert done.exit_code == 1
    assert [finding[:26] for finding in json.loads(done.stdout)] == ["No chat platform is set up"]


LISTINGS = (
    "preview",
    "deadlines",
    "pilot",
    "withheld",
    "plan",
    "calendar",
    "committees",
    "feeds",
    "meetings",
    "load",
    "figures",
    "doctor",
    "window list",
    "people list",
)


@pytest.mark.parametrize("name", LISTINGS)
def test_every_command_that_lists_gives_json_too(name: str) -> None:
    assert "--json" in run(*name.split(), "--help").output
