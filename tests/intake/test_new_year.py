"""A new financial year is planned by the command: shown first, then written, and stored by `load`."""

import csv
import json
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.models import Feed, Item, ItemState, Person, ReturnVersion
from remembrancer.rules.organisation import CalendarSpec
from remembrancer.rules.programmes.endings import EndsBecause, ending_of
from remembrancer.services.item_status import set_aside
from tests.conftest import EXAMPLE, ROOT, Edit
from tests.dialog import london
from tests.intake.workbooks import save

PROGRAMME = "strategic-delivery-plan"
NOW = london("2020-03-23 10:00")
CHANGED = ("calendar.ics", "items.csv", "responses/2019-20-q1.csv", "responses/2019-20-q2.csv")
HEADER = ("Ref", "Title", "Lead post", "Activity type", "Original end date")


class SetClock:
    moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture(autouse=True)
def at_work(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of the test's own, and the first Monday after the last window of 2019-20 was locked."""
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(shared, "SystemClock", SetClock)
    monkeypatch.setattr(SetClock, "moment", NOW)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def loaded(folder: Path) -> Path:
    done = run("load", str(folder))
    assert done.exit_code == 0, done.output
    return folder


def new_year(folder: Path, *more: str, year: str = "2020-21") -> Result:
    return run("new-year", str(folder), year, *more)


def groups(done: Result) -> dict[str, list[str]]:
    """The lists of the plan by their headings."""
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if heading := re.fullmatch(r"(.+) \(\d+\):", line):
            found[heading[1]] = []
        elif line.startswith("- "):
            found[list(found)[-1]].append(line[2:])
    return found


def refs(lines: Sequence[str]) -> list[str]:
    return [line.removeprefix(f"{PROGRAMME} ").partition(":")[0] for line in lines]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(folder: Path) -> Folder:
    return read_folder(folder, with_responses=True, now=NOW)


def table(folder: Path, *changes: dict[str, Any], without: Sequence[str] = ()) -> Path:
    """The folder's items as a workbook of the new year, some changed by their ref, and others added."""
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["ref"]: row for row in csv.DictReader(file)}
    for change in changes:
        new = {"title": "A new one", "lead_post": "Head of Systems", "original_end_date": "2022-03-31"}
        rows[change["ref"]] = rows.get(change["ref"], new) | change
    keys = ("ref", "title", "lead_post", "activity_type", "original_end_date")
    cells = [[row.get(key) for key in keys] for ref, row in rows.items() if ref not in without]
    return save(folder.parent / "new.xlsx", [HEADER, *cells], sheet="2020-21")


@pytest.mark.both_databases
def test_the_preview_lists_windows_and_items_in_groups_and_writes_nothing(folder: Path) -> None:
    before = contents(loaded(folder))
    done = new_year(folder, "--preview")
    assert done.exit_code == 0, done.output
    found = groups(done)
    assert list(found) == ["Windows proposed", "Carried on", "Retired"]
    assert found["Windows proposed"][0] == (
        f"{PROGRAMME}, Quarter 1 2020/21: Friday 29 May 2020 to Friday 12 June 2020 "
        "(Quarter 1 2019/20 was 31 May 2019 to 14 Jun 2019: the last Friday of the month)"
    )
    assert refs(found["Retired"]) == ["46", "48", "50", "51", "60", "61"]
    assert found["Retired"][3].endswith(
        ": its end date, 31 Oct 2019, is over when the year begins; last said 'Yes, it is on track'"
    )
    assert len(found["Carried on"]) == 11
    for line in (
        "Meetings are left to the calendars.",
        "Returns of earlier years stay under the same refs; nothing is deleted in the database.",
        "organisation.yaml has closure days of 2019-20 and none of 2020-21: add them before you rely on these days.",
        f"Would change: {', '.join(CHANGED)}. Nothing was written.",
    ):
        assert line in done.stdout.splitlines()
    assert contents(folder) == before
    assert "Loaded; nothing changed." in run("load", str(folder)).output


@pytest.mark.both_databases
def test_what_is_written_loads_and_history_stays(folder: Path, bare_engine: Engine) -> None:
    figures = ("figures", PROGRAMME, "2019-20-q2", "--json")
    before = contents(loaded(folder))
    told = run(*figures).stdout
    with Session(bare_engine) as session:
        answers = session.exec(select(func.count(col(ReturnVersion.id)))).one()
    done = new_year(folder)
    assert done.exit_code == 0, done.output
    kept = contents(folder / "before-2020-21")
    assert kept == {name: before[name] for name in CHANGED}
    assert before["calendar.ics"].removesuffix(b"END:VCALENDAR\r\n") in contents(folder)["calendar.ics"]
    output = run("load", str(folder)).output
    assert "window added: 2020-21-q4" in output
    assert f"item changed: {PROGRAMME} 51: set aside: is not reported on any more" in output
    assert "removed" not in output
    assert run(*figures).stdout == told
    with Session(bare_engine) as session:
        assert session.exec(select(func.count(col(ReturnVersion.id)))).one() == answers
    assert run("window", "open", PROGRAMME, "2020-21-q1", "--yes").exit_code == 0
    assert json.loads(run("figures", PROGRAMME, "2020-21-q1", "--json").stdout)["submissions"]["of"] == 11


def test_the_plan_comes_as_json_with_the_preview_alone(folder: Path) -> None:
    done = new_year(loaded(folder), "--preview", "--json")
    found = json.loads(done.stdout)
    assert found["windows"][0] == {
        "programme": PROGRAMME,
        "window": "2020-21-q1",
        "opens_at": "2020-05-29T09:00:00+01:00",
        "closes_at": "2020-06-12T17:00:00+01:00",
        "was": "2019-20-q1",
        "calendar": "calendar.ics",
    }
    retired = [item["ref"] for item in found["items"] if item["becomes"] == "retired"]
    assert retired == ["46", "48", "50", "51", "60", "61"]
    assert {item["because"] for item in found["items"]} == {"past_end", None}
    assert found["files"] == list(CHANGED)
    assert new_year(folder, "--json").exit_code == 1


def test_what_is_planned_once_is_not_planned_again(folder: Path) -> None:
    assert new_year(loaded(folder)).exit_code == 0
    loaded(folder)
    before = contents(folder)
    done = new_year(folder)
    assert done.exit_code == 0, done.output
    found = groups(done)
    assert list(found) == ["Windows that are in the calendars already", "Carried on"]
    assert found["Windows that are in the calendars already"][0] == (
        f"{PROGRAMME}, Quarter 1 2020/21: Friday 29 May 2020 to Friday 12 June 2020"
    )
    assert "Nothing in the folder changes." in done.output
    assert contents(folder) == before


def test_what_an_earlier_run_put_aside_is_not_written_over(folder: Path) -> None:
    (loaded(folder) / "before-2020-21").mkdir()
    before = contents(folder)
    done = new_year(folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "before-2020-21 is there already" in done.output


def test_an_item_at_its_end_is_carried_on_where_that_is_asked_for(folder: Path) -> None:
    found = groups(new_year(loaded(folder), "--keep", "46", "--keep", "51", "--preview"))
    assert refs(found["Retired"]) == ["48", "50", "60", "61"]
    assert found["Carried on"][1].endswith(
        "carried on, though its end date, 31 Mar 2020, is over when the year begins; last said 'Yes, it is on track'"
    )
    done = new_year(folder, "--keep", "99")
    assert (done.exit_code, "No item has the ref 99." in done.output) == (1, True)


def test_what_was_decided_in_chat_and_what_was_answered_last_counts(
    folder: Path, edit: Edit, bare_engine: Engine
) -> None:
    shipped = (ROOT / "programmes" / f"{PROGRAMME}.yaml").read_text("utf-8")
    unlikely = '        - {key: unlikely, word: "No, it is unlikely to be achieved"'
    assert unlikely in shipped
    (folder / "programmes").mkdir()
    (folder / "programmes" / f"{PROGRAMME}.yaml").write_text(
        shipped.replace(unlikely, f"        - {{key: done, word: Complete}}\n{unlikely}"), encoding="utf-8"
    )
    edit("responses/2019-20-q2.csv", '\n47,"Yes, it is on track"', "\n47,Complete")
    loaded(folder)
    with Session(bare_engine) as session:
        by = session.exec(select(Person.id).where(Person.email == "joanna.pell@example.org")).one() or 0
        for ref, standing in (("45", ItemState.WITHDRAWN), ("52", ItemState.SUSPENDED)):
            item = session.exec(select(Item).where(Item.ref == ref)).one()
            set_aside(session, item, standing, "Merged with 58.", NOW, by)
        session.commit()
    found = groups(new_year(folder, "--preview"))
    assert found["Retired"][0].endswith(": withdrawn in chat: Merged with 58.")
    [finished] = [line for line in found["Retired"] if line.startswith(f"{PROGRAMME} 47:")]
    assert finished.endswith(": last said 'Complete'")
    [suspended] = [line for line in found["Carried on"] if line.startswith(f"{PROGRAMME} 52:")]
    assert suspended.endswith(": suspended in chat, and stays so: Merged with 58.")


def test_a_table_of_the_new_year_says_what_changes_what_is_new_and_what_leaves(folder: Path) -> None:
    new = table(
        loaded(folder),
        {"ref": "52", "title": "Grants for the voluntary sector", "original_end_date": "2021-06-30"},
        {"ref": "48", "lead_post": "Head of Local Care"},
        {"ref": "70"},
        {"ref": "71", "title": "Supporting Local Care Implementation"},
        without=["46", "47"],
    )
    done = new_year(folder, "--items", str(new), "--preview")
    assert done.exit_code == 0, done.output
    found = groups(done)
    assert refs(found["New"]) == ["70", "71"]
    assert found["New"][1].endswith(": has the title of 46, which retires; give it that ref if it is the same")
    assert refs(found["Retired"]) == ["46", "47"]
    assert found["Retired"][1].endswith(": not in the new table")
    lead, title = found["Changed"]
    assert (
        ": lead post: Market Shaping Manager → Head of Local Care; carried on, though its end date, 31 Mar 2020" in lead
    )
    assert title.endswith(
        ": Grants for the voluntary sector: title: Review of Voluntary and Community Sector Grants across the Council "
        "→ Grants for the voluntary sector; original end date: 2020-01-01 → 2021-06-30"
    )
    assert len(found["Carried on"]) == 13


def test_a_column_that_the_new_table_lacks_stays_as_it_was_and_the_new_table_is_what_is_written(folder: Path) -> None:
    new = table(loaded(folder), {"ref": "70"}, without=["46"])
    assert new_year(folder, "--items", str(new)).exit_code == 0
    items = {item.ref: item for item in read(folder).items}
    assert (len(items), "46" in items) == (17, False)
    assert items["52"].facts["outcome"].startswith("3: Older and vulnerable residents")
    assert items["61"].contributing_posts == ("Assistant Director of Business Delivery",)
    assert items["70"].facts["original_end_date"] == "2022-03-31"
    output = run("load", str(folder)).output
    assert f"item added: {PROGRAMME} 70" in output
    assert "outcome" not in output


def test_a_new_table_that_cannot_be_read_is_refused_by_row_and_column(folder: Path) -> None:
    new = table(
        loaded(folder), {"ref": "52", "lead_post": "Head of Grants"}, {"ref": "53", "original_end_date": "Q2 2021/22"}
    )
    before = contents(folder)
    done = new_year(folder, "--items", str(new))
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "sheet 2020-21, row 9, column Lead post: nobody holds a post called 'Head of Grants'" in done.output
    assert "sheet 2020-21, row 10, column Original end date: 'Q2 2021/22' is a quarter" in done.output
    assert "Nothing was written. To put right first: 2." in done.output


def test_a_workbook_of_items_becomes_items_csv_and_is_kept_as_it_was(folder: Path) -> None:
    whole = ("Programme", *HEADER)
    rows = [(PROGRAMME, row.ref, row.title, row.lead_post, *list(row.facts.values())[1:]) for row in read(folder).items]
    (folder / "items.csv").unlink()
    save(folder / "items.xlsx", [whole, *rows])
    workbook = (loaded(folder) / "items.xlsx").read_bytes()
    assert new_year(folder).exit_code == 0
    assert (folder / "before-2020-21" / "items.xlsx").read_bytes() == workbook
    assert not (folder / "items.xlsx").exists()
    assert len(read(folder).items) == 11


def test_items_do_not_change_before_the_last_window_of_the_old_year_has_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SetClock, "moment", london("2020-02-03 10:00"))
    before = contents(loaded(folder))
    done = new_year(folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "Nothing was written: Quarter 4 2019/20 opens on Friday 28 February 2020" in done.output
    assert new_year(folder, "--preview").exit_code == 0


def test_dates_go_onto_working_days_and_that_is_said(folder: Path, edit: Edit) -> None:
    edit(
        "calendar.ics",
        "DTSTART;VALUE=DATE:20190531\r\nDTEND;VALUE=DATE:20190615",
        "DTSTART;VALUE=DATE:20190424\r\nDTEND;VALUE=DATE:20190509",
    )
    lines = groups(new_year(loaded(folder), "--preview"))["Windows proposed"]
    # 8 May 2020 was the bank holiday of VE Day.
    assert "Wednesday 22 April 2020 to Wednesday 6 May 2020" in lines[0]
    edit("calendar.ics", "20190509", "20190511")
    loaded(folder)
    lines = groups(new_year(folder, "--preview"))["Windows proposed"]
    assert "Wednesday 22 April 2020 to Thursday 7 May 2020" in lines[0]
    assert lines[0].endswith("; not until Friday 8 May 2020, which is no working day")


def test_a_window_with_hours_keeps_them_when_the_clocks_have_changed(folder: Path, edit: Edit) -> None:
    edit(
        "calendar.ics",
        "DTSTART;VALUE=DATE:20190531\r\nDTEND;VALUE=DATE:20190615",
        "DTSTART:20190329T120000Z\r\nDTEND;TZID=Europe/London:20190412T150000",
    )
    assert new_year(loaded(folder)).exit_code == 0
    windows = {window.key: window for window in read(folder).windows}
    first = windows["2020-21-q1"]
    assert (first.opens_at.isoformat(), first.closes_at.isoformat()) == (
        "2020-03-27T12:00:00+00:00",
        "2020-04-09T14:00:00+00:00",
    )


def test_windows_that_repeat_are_in_the_calendar_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SetClock, "moment", datetime(2026, 12, 1, 10, tzinfo=UTC))
    folder = loaded(shutil.copytree(ROOT / "examples" / "start", tmp_path / "mine"))
    found = groups(new_year(folder, "--preview", year="2027-28"))
    assert "Windows proposed" not in found
    assert len(found["Windows that are in the calendars already"]) == 4


def test_windows_of_a_feed_are_proposed_and_put_into_no_file(folder: Path, edit: Edit, bare_engine: Engine) -> None:
    url = "https://calendar.example.org/monitoring.ics"
    edit("organisation.yaml", "- file: calendar.ics", f"- url: {url}")
    run("migrate")
    with Session(bare_engine) as session:
        key = CalendarSpec(url=url, events=[]).key
        session.add(Feed(key=key, name="Monitoring", body=(folder / "calendar.ics").read_bytes(), due_at=NOW))
        session.commit()
    (folder / "calendar.ics").unlink()
    done = new_year(loaded(folder), "--preview")
    assert done.exit_code == 0, done.output
    windows = groups(done)["Windows proposed"]
    assert len(windows) == 4
    assert windows[0].endswith("; put it into the calendar at calendar.example.org, which is not a file of the folder")
    assert f"Would change: {', '.join(CHANGED[1:])}. Nothing was written." in done.stdout


def test_a_window_whose_name_has_no_year_is_asked_about(folder: Path, edit: Edit) -> None:
    text = (folder / "calendar.ics").read_text("utf-8")
    (folder / "calendar.ics").write_text(re.sub(r"(Quarter \d) 20\d\d/\d\d", r"\1", text), encoding="utf-8")
    edit("organisation.yaml", r" (?P<year>\d{4})/(?P<end>\d{2})'", "'")
    edit("organisation.yaml", '"{year}-{end}-q{quarter}"', '"q{quarter}"')
    edit("organisation.yaml", "Quarter {quarter} {year}/{end}", "Quarter {quarter}")
    for file in (folder / "responses").iterdir():
        file.unlink()
    before = contents(loaded(folder))
    done = new_year(folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "the window of the new year would have the key q1 too; put the year into the names" in done.output


def test_what_the_forward_plan_names_does_not_retire_unseen(folder: Path) -> None:
    (folder / "forward_plan.csv").write_text(
        f"board,item,recurrence,programme,ref\nasch_cabinet_committee,Local care,one-off,{PROGRAMME},46\n",
        encoding="utf-8",
    )
    before = contents(loaded(folder))
    done = new_year(folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "forward_plan.csv, row 2, column ref: no item of the programme has the ref '46'" in done.output


def test_a_folder_that_is_not_loaded_as_it_is_is_refused(folder: Path, edit: Edit) -> None:
    assert "Nothing is loaded yet" in new_year(folder).output
    loaded(folder)
    with (folder / "items.csv").open("a", encoding="utf-8") as file:
        file.write(f"{PROGRAMME},70,A new one,Head of Systems,,,,\n")
    done = new_year(folder)
    assert done.exit_code == 1
    assert f"run 'remembrancer load {folder}' first. They differ in {PROGRAMME} 70." in done.output


@pytest.mark.parametrize("year", ["next", "2020-22", "20", "2020-2"])
def test_what_is_no_year_is_refused(folder: Path, year: str) -> None:
    done = new_year(folder, year=year)
    assert (done.exit_code, f"'{year}' is no financial year: write it as 2020-21." in done.output) == (1, True)


@pytest.mark.parametrize("year", ["2020", "2020/21", "2020-2021"])
def test_a_year_may_be_written_as_people_do(folder: Path, year: str) -> None:
    assert new_year(loaded(folder), "--preview", year=year).stdout.startswith(
        "Kent County Council (example), 2020-21\n"
    )


@pytest.mark.parametrize(
    ("last", "withdrawn", "because", "day"),
    [
        ({}, True, EndsBecause.WITHDRAWN, None),
        ({}, False, EndsBecause.PAST_END, date(2020, 3, 31)),
        ({"new_end_date": "2020-04-01"}, False, None, None),
        ({"new_end_date": "2020-03-01"}, False, EndsBecause.PAST_END, date(2020, 3, 1)),
        ({"delivery": "unlikely", "new_end_date": ""}, False, EndsBecause.PAST_END, date(2020, 3, 31)),
    ],
)
def test_an_item_ends_when_it_is_withdrawn_or_the_date_that_stands_is_over(
    last: dict[str, str], withdrawn: bool, because: EndsBecause | None, day: date | None
) -> None:
    programme = read_folder(EXAMPLE).programmes[PROGRAMME]
    found = ending_of(programme, {"original_end_date": "2020-03-31"}, last, withdrawn, date(2020, 4, 1))
    assert (found.because if found else None, found.day if found else None) == (because, day)
