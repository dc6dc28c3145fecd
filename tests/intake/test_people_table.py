"""people.csv and people.xlsx as councils have them: leave, days of work, managers by name, shared mailboxes."""

import csv
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.intake.folder.person_row import PersonRow
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.loading.load import Stored, store
from remembrancer.models import Absence, ChatAccount, Person
from remembrancer.problems import RefusedError
from tests.conftest import ROOT
from tests.intake.workbooks import save

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HEAD = ["name", "email", "post", "reports_to"]
TEAM = "democratic.services@example.org"
ADA = ["Ada Brown", "ada.brown@example.org", "Director of Finance", ""]
SAM = ["Sam Okoro", "sam.okoro@example.org", "Head of Property", "Director of Finance"]
CLERK = ["", "", "Committee Clerk", ""]
ORGANISATION = """
name: Example Borough Council
nation: england-and-wales
time_zone: Europe/London
board_kinds: {committee: Committee}
boards:
  - {key: finance, name: Finance Committee, kind: committee, channel: "#finance", secretary: Committee Clerk}
programmes: []
calendars: []
"""
Rows = Sequence[Sequence[str]]


def folder(at: Path, *rows: Sequence[str], more: Sequence[str] = (), ending: str = "csv", mapped: bool = False) -> Path:
    """A folder with these people; `more` are columns besides the first four, `mapped` gives it a columns.yaml."""
    at.mkdir(exist_ok=True)
    (at / "organisation.yaml").write_text(ORGANISATION)
    head = [*HEAD, *more]
    table = [head, *([*row, *[""] * (len(head) - len(row))] for row in (*rows, CLERK))]
    if ending == "xlsx":
        save(at / "people.xlsx", table, "People")
    else:
        with (at / "people.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(table)
    if mapped:
        (at / "columns.yaml").write_text("people: {columns: {email: E-mail}}\n")
        path = at / "people.csv"
        if path.exists():
            path.write_text(path.read_text().replace("name,email", "name,E-mail", 1))
    return at


def read(at: Path) -> Folder:
    return read_folder(at, now=NOW)


def refusals(at: Path) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        read(at)
    return [str(problem) for problem in refused.value.problems.found]


def notes(found: Folder) -> list[str]:
    return [str(note) for note in found.problems.notes]


def row_of(found: Folder, name: str) -> PersonRow:
    return next(row for row in found.people if row.name == name)


def load(engine: Engine, at: Path) -> Stored:
    with Session(engine) as session:
        done = store(session, read(at), NOW)
        session.commit()
        return done


# Leave


def documented() -> list[str]:
    """The forms of leave in the documents: the first column of the table in their section."""
    text = (ROOT / "docs" / "organisation-folder.md").read_text(encoding="utf-8")
    section = text.split("\n### Leave\n")[1].split("\n### ")[0]
    return [re.split(r" \| ", line)[0].strip("| `") for line in section.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("mapped", [False, True], ids=["plain", "with columns.yaml"])
@pytest.mark.parametrize("written", documented())
def test_every_leave_that_the_documents_show_is_read(tmp_path: Path, written: str, mapped: bool, ending: str) -> None:
    ada = [*ADA, written]
    at = folder(tmp_path / "a", ada, SAM, more=["leave"], ending=ending, mapped=mapped and ending == "csv")
    if mapped and ending == "xlsx":
        (at / "columns.yaml").write_text("people: {sheet: People}\n")
    [leave] = row_of(read(at), "Ada Brown").leave
    several = bool(re.search(r"\bto\b|until| - |/", written))
    assert leave.first_day.isoformat() == "2026-07-06"
    assert leave.last_day.isoformat() == ("2026-07-10" if several else "2026-07-06")
    assert leave.delegate == ("sam.okoro@example.org" if "@" in written else None)


def test_the_documents_show_leave_in_ten_forms() -> None:
    assert len(documented()) == 10


def test_days_in_figures_are_read_where_the_table_says_what_comes_first(tmp_path: Path) -> None:
    ada = [*ADA, "06/07/2026-10/07/2026 sam.okoro@example.org; 3.8.26"]
    found = read(folder(tmp_path / "a", ada, SAM, more=["leave"], mapped=True))
    assert [
        (leave.first_day.isoformat(), leave.last_day.isoformat()) for leave in row_of(found, "Ada Brown").leave
    ] == [
        ("2026-07-06", "2026-07-10"),
        ("2026-08-03", "2026-08-03"),
    ]
    [first, *_] = refusals(folder(tmp_path / "b", ada, SAM, more=["leave"]))
    assert first.startswith("people.csv, row 2, column leave: 06/07/2026 could be read two ways")


@pytest.mark.parametrize("written", ["2026-07-10/2026-07-06", "next week", "2026-07-06/2026-07-10 Sam", "July 2026"])
def test_what_is_no_leave_is_refused_with_its_place(tmp_path: Path, written: str) -> None:
    found = refusals(folder(tmp_path / "a", [*ADA, written], SAM, more=["leave"]))
    assert all(text.startswith("people.csv, row 2, column leave: ") for text in found)
    assert found


# Days of work, and the hour


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_days_of_work_and_the_hour_are_read_as_people_write_them(tmp_path: Path, ending: str) -> None:
    ada = [*ADA, "Monday to Wednesday", "9.30am"]
    found = read(folder(tmp_path / "a", ada, SAM, more=["works", "prompt_hour"], ending=ending))
    assert [(row.works, row.prompt_hour) for row in found.people[:2]] == [("Mon-Wed", "09:30"), ("", "")]


def test_an_hour_may_be_a_workbooks_own_time_of_day(tmp_path: Path) -> None:
    at = folder(tmp_path / "a", ADA)
    (at / "people.csv").unlink()
    save(at / "people.xlsx", [[*HEAD, "prompt_hour"], [*ADA, time(10, 30)], CLERK], "People")
    assert row_of(read(at), "Ada Brown").prompt_hour == "10:30"


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("works", "Mon Tue Wed am", "is not days of the week alone; write them as Mon-Wed or as Mon, Tue, Thu"),
        ("works", "Mon-Wed 09:30-14:30", "is not days of the week alone"),
        ("works", "0.6 FTE", "is not days of the week alone"),
        ("prompt_hour", "ten", "is no time of day; write it as 10:00 or 9.30am"),
        ("prompt_hour", "25:00", "is no time of day"),
        ("prompt_hour", "17:00", "at 17:00 working hours are over: they end at 17:00"),
    ],
)
def test_what_is_no_day_or_hour_is_refused_with_the_fix(tmp_path: Path, column: str, text: str, says: str) -> None:
    [problem] = refusals(folder(tmp_path / "a", [*ADA, text], more=[column]))
    assert problem.startswith(f"people.csv, row 2, column {column}: ")
    assert says in problem


def test_rows_of_one_person_may_say_it_once_and_not_in_two_ways(tmp_path: Path) -> None:
    second = [*ADA[:2], "Head of Leisure", ""]
    found = read(folder(tmp_path / "a", ADA, [*second, "Mon-Wed"], more=["works"]))
    assert {row.works for row in found.people} == {"", "Mon-Wed"}
    [problem] = refusals(folder(tmp_path / "b", [*ADA, "Mon"], [*second, "Tue"], more=["works"]))
    assert problem.startswith("people.csv, row 3, column works: 'Tue' is not what row 2 says of the same person, 'Mon'")


def test_they_are_stored_and_the_later_word_wins(engine: Engine, tmp_path: Path) -> None:
    second = [*ADA[:2], "Head of Leisure", ""]
    says = folder(tmp_path / "a", ADA, [*second, "Mon-Wed", "10:00"], more=["works", "prompt_hour"])
    load(engine, says)
    with Session(engine) as session:
        ada = session.exec(select(Person)).one()
        assert (ada.works, ada.prompt_hour) == ("Mon-Wed", "10:00")
        ada.works = "Mon, Fri"
        session.commit()
    done = load(engine, says)
    assert [line for line in done.kept if "works" in line] == [
        "kept as decided since: person ada.brown@example.org: works: Mon, Fri (the folder still says Mon-Wed)"
    ]
    done = load(engine, folder(tmp_path / "a", ADA, [*second, "Tue", "10:00"], more=["works", "prompt_hour"]))
    assert done.changes == ["person changed: ada.brown@example.org: works: Mon, Fri → Tue"]


# Managers by name


@pytest.mark.parametrize(
    "named",
    ["Ada Brown", "Brown, Ada", "brown,  ada", "ada  BROWN", "Ada Brown (Director of Finance)", "Brown, Ada (Finance)"],
)
def test_a_manager_is_known_by_name_as_exports_write_it(tmp_path: Path, named: str) -> None:
    found = read(folder(tmp_path / "a", ADA, [*SAM[:3], named]))
    assert row_of(found, "Sam Okoro").reports_to == "Director of Finance"
    assert f"row 3, column reports_to: '{named}' is a person, and is taken for the post" in notes(found)[0]


def test_a_name_that_the_table_itself_writes_the_other_way_round_is_known(tmp_path: Path) -> None:
    found = read(folder(tmp_path / "a", ["Brown, Ada", *ADA[1:]], [*SAM[:3], "Ada Brown"]))
    assert row_of(found, "Sam Okoro").reports_to == "Director of Finance"


TWO_ADAS = [ADA, ["Ada Brown", "ada.brown2@example.org", "Head of Leisure", ""]]


def test_a_name_of_two_people_is_refused_with_both_rows(tmp_path: Path) -> None:
    [problem] = refusals(folder(tmp_path / "a", *TWO_ADAS, [*SAM[:3], "Ada Brown"]))
    assert problem.startswith("people.csv, row 4, column reports_to: several people are 'Ada Brown' (rows 2, 3)")


@pytest.mark.parametrize(
    ("named", "post"),
    [("Brown, Ada (Head of Leisure)", "Head of Leisure"), ("ada.brown@example.org", "Director of Finance")],
)
def test_a_post_in_brackets_or_an_address_decides_between_them(tmp_path: Path, named: str, post: str) -> None:
    assert row_of(read(folder(tmp_path / "a", *TWO_ADAS, [*SAM[:3], named])), "Sam Okoro").reports_to == post


def test_a_manager_with_several_posts_or_none_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    both = [ADA, [*ADA[:2], "Head of Leisure", ""]]
    [problem] = refusals(folder(tmp_path / "a", *both, [*SAM[:3], "Ada Brown"]))
    assert "holds several posts: Director of Finance; Head of Leisure" in problem
    [problem] = refusals(folder(tmp_path / "b", [*ADA[:2], "", ""], [*SAM[:3], "Ada Brown"]))
    assert "is a person who holds no post" in problem


# Several people at one address

JO, MAX = ["Jo Hall", TEAM, "Committee Clerk", ""], ["Max Reed", TEAM, "Elections Officer", ""]
JO_KEY, MAX_KEY = f"jo hall <{TEAM}>", f"max reed <{TEAM}>"


def test_people_at_one_address_are_told_apart_by_name_and_that_is_noted_row_by_row(tmp_path: Path) -> None:
    found = read(folder(tmp_path / "a", JO, MAX, ["Hall,  Jo", TEAM, "Deputy Clerk", ""], SAM[:3]))
    assert [row.email for row in found.people[:3]] == [JO_KEY, MAX_KEY, JO_KEY]
    assert {row.name for row in found.people[:3]} == {"Jo Hall", "Max Reed"}
    assert [note.split(":")[0] for note in notes(found)] == [
        "people.csv, row 4, column name",
        "people.csv, row 2, column email",
        "people.csv, row 3, column email",
    ]
    assert f"told apart by their names: here {JO_KEY}" in notes(found)[1]


def test_one_name_in_all_rows_is_one_person_as_before(tmp_path: Path) -> None:
    team = "Democratic Services"
    found = read(folder(tmp_path / "a", [team, *JO[1:]], [team, *MAX[1:]]))
    assert {row.email for row in found.people} == {TEAM, ""}
    assert notes(found) == []


def test_nearly_the_same_name_at_one_address_is_refused_as_a_slip(tmp_path: Path) -> None:
    [problem] = refusals(folder(tmp_path / "a", JO, ["Joe Hall", *MAX[1:]]))
    assert problem.startswith(f"people.csv, row 3, column name: {TEAM} has nearly the same name in row 2")


def test_a_delegate_at_a_shared_address_is_named(tmp_path: Path) -> None:
    away = "2026-07-06/2026-07-10"
    found = read(folder(tmp_path / "a", JO, [*MAX, f"{away} Hall, Jo <{TEAM}>"], more=["leave"]))
    assert row_of(found, "Max Reed").leave[0].delegate == JO_KEY
    for text in (TEAM, f"Ann Lee <{TEAM}>"):
        [problem] = refusals(folder(tmp_path / "b", JO, [*MAX, f"{away} {text}"], more=["leave"]))
        assert f"row 3, column leave: several people share {TEAM}; write which of them" in problem
        assert f"{JO_KEY}; {MAX_KEY}" in problem


def emails(session: Session) -> dict[str, str]:
    people = session.exec(select(Person).where(Person.active).order_by(col(Person.id)))
    return {person.email: person.name for person in people}


def test_each_is_stored_as_a_person_with_a_post_and_leave_of_their_own(engine: Engine, tmp_path: Path) -> None:
    leave = f"2026-07-06/2026-07-10 Max Reed <{TEAM}>"
    at = folder(tmp_path / "a", [*JO, leave], MAX, more=["leave"])
    load(engine, at)
    with Session(engine) as session:
        assert emails(session) == {JO_KEY: "Jo Hall", MAX_KEY: "Max Reed"}
        absence = session.exec(select(Absence)).one()
        assert session.get_one(Person, absence.person_id).name == "Jo Hall"
        assert session.get_one(Person, absence.delegate_id).name == "Max Reed"
    assert load(engine, at).changes == []


def test_whoever_was_there_alone_stays_the_same_person_when_others_come_and_when_they_go(
    engine: Engine, tmp_path: Path
) -> None:
    load(engine, folder(tmp_path / "a", JO))
    with Session(engine) as session:
        jo_id = session.exec(select(Person.id)).one()
        session.add(ChatAccount(person_id=jo_id or 0, platform="sandbox", conversation=TEAM))
        session.commit()
    done = load(engine, folder(tmp_path / "a", MAX, JO))
    assert [line for line in done.changes if line.startswith("person")] == [f"person added: {MAX_KEY}"]
    with Session(engine) as session:
        assert emails(session) == {TEAM: "Jo Hall", MAX_KEY: "Max Reed"}
    load(engine, folder(tmp_path / "a", MAX))
    with Session(engine) as session:
        assert emails(session) == {MAX_KEY: "Max Reed"}
    load(engine, folder(tmp_path / "a", MAX, JO))
    with Session(engine) as session:
        assert emails(session) == {TEAM: "Jo Hall", MAX_KEY: "Max Reed"}
        assert session.exec(select(Person.id).where(Person.email == TEAM)).one() == jo_id
