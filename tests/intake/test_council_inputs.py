"""Folders of councils that were once loaded wrongly, or refused without a reason: each gives what is right."""

from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.loading.load import store
from remembrancer.models import Programme
from remembrancer.problems import RefusedError
from remembrancer.queries.organisation import definition
from tests.conftest import ROOT
from tests.dialog import london

INPUTS = ROOT / "tests" / "data" / "council-inputs"
NOW = london("2026-12-01 10:00")


def read(folder: Path) -> Folder:
    return read_folder(folder, with_responses=True, now=NOW)


def notes(name: str) -> list[str]:
    return [str(note) for note in read(INPUTS / name).problems.notes]


def refusal(folder: Path) -> list[str]:
    with pytest.raises(RefusedError) as refused:
        read(folder)
    return [str(problem) for problem in refused.value.problems.found]


def test_a_shipped_programme_loads_for_an_organisation_without_its_kinds_of_boards(engine: Engine) -> None:
    folder = read(INPUTS / "shipped-programme-without-board-kind")
    [note] = [str(note) for note in folder.problems.notes]
    assert note.startswith(
        "programmes/strategic-delivery-plan.yaml, column on_informal_forward_plan: your organisation"
    )
    with Session(engine) as session:
        store(session, folder, NOW)
        session.commit()
        [programme] = [definition(row) for row in session.exec(select(Programme))]
    assert programme.key == "strategic-delivery-plan"


def test_an_answer_that_came_after_the_lock_is_not_counted_and_that_is_said() -> None:
    [note] = notes("forms-answer-after-lock")
    assert note.startswith(
        "forms/2026-october.xlsx, row 2, column answered_at: the answer of S1 was given at Sunday 25"
    )
    assert note.endswith("after the window had locked at Friday 16 October 2026, 17:00; it is not counted.")


def test_a_time_with_the_month_first_is_refused_where_day_and_month_exchanged_are_in_the_window() -> None:
    [problem] = refusal(INPUTS / "forms-us-dates")
    assert "with day and month the other way round it is Tuesday 6 October 2026, 10:30" in problem


def test_refs_that_differ_by_capitals_alone_are_refused() -> None:
    [problem] = refusal(INPUTS / "sheet-case-ref-dup")
    assert problem.startswith("items.csv, row 3, column ref: the ref s1 differs from that in row 2 by its capitals")


def test_a_post_with_another_apostrophe_is_refused_with_the_one_that_is_meant() -> None:
    [problem] = refusal(INPUTS / "sheet-curly-apostrophe-post")
    assert problem.endswith("The nearest is 'Head of People's Homes'.")


@pytest.mark.parametrize("written", ["Head of  Property", "head of property", "Head of Propety", "Head of Property "])
def test_a_post_that_is_nearly_right_is_never_taken_for_another(tmp_path: Path, written: str) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    items = (folder / "items.csv").read_text().replace("Head of Property", written)
    (folder / "items.csv").write_text(items)
    if written.strip() == "Head of Property":
        assert read(folder).items[0].lead_post == "Head of Property"
    else:
        assert refusal(folder)[0].endswith("The nearest is 'Head of Property'.")


def test_a_line_that_names_the_separator_is_passed_over() -> None:
    assert [item.ref for item in read(INPUTS / "sheet-sep-line").items] == ["S1"]


def test_a_ref_that_a_spreadsheet_made_a_date_of_is_noted() -> None:
    [note] = notes("sheet-x-ref-date")
    assert "the ref 2026-03-02 is a date" in note


def test_a_row_that_is_struck_through_is_noted() -> None:
    [note] = notes("sheet-x-strikethrough")
    assert "rows with text struck through are read like the others: 3" in note


def test_one_person_who_cannot_be_read_is_one_problem_and_not_fifty(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "forms-answer-after-lock", tmp_path / "folder")
    people = folder / "people.csv"
    people.write_text(people.read_text().replace("sam.okoro@example.org", "sam.okoro"))
    [problem] = refusal(folder)
    assert problem.startswith("people.csv, row 3, column email: 'sam.okoro' is no e-mail address")


def test_one_bad_byte_in_the_people_is_one_problem(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "forms-answer-after-lock", tmp_path / "folder")
    people = folder / "people.csv"
    people.write_bytes(people.read_bytes().replace(b"Sam Okoro", b"S\xe1m Okoro"))
    [problem] = refusal(folder)
    assert problem.startswith("people.csv, row 3, column name: 'Sám' is not UTF-8 text")


def test_one_item_that_cannot_be_read_is_one_problem_though_answers_and_plans_name_it(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "forms-answer-after-lock", tmp_path / "folder")
    items = folder / "items.csv"
    items.write_text(items.read_text().replace("strategic-delivery-plan,S1", "strategic-deliver-plan,S1"))
    [problem] = refusal(folder)
    assert problem.endswith("The nearest is 'strategic-delivery-plan'.")


@pytest.mark.parametrize(
    ("written", "nation", "law"),
    [
        ("wales", "england-and-wales", "wales"),
        ("Cymru", "england-and-wales", "wales"),
        ("England", "england-and-wales", "england"),
        ("England & Wales", "england-and-wales", "england"),
        ("england and wales", "england-and-wales", "england"),
        ("Scotland", "scotland", "scotland"),
        ("Northern Ireland", "northern-ireland", "northern-ireland"),
    ],
)
def test_a_nation_is_known_by_its_name_and_names_the_law(tmp_path: Path, written: str, nation: str, law: str) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    organisation = folder / "organisation.yaml"
    organisation.write_text(organisation.read_text().replace("nation: england-and-wales", f"nation: {written}"))
    found = read(folder).organisation
    assert (found.nation, found.law_of(found.boards[0])) == (nation, law)


def test_a_nation_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    organisation = folder / "organisation.yaml"
    organisation.write_text(organisation.read_text().replace("nation: england-and-wales", "nation: Kent"))
    assert "'england-and-wales', 'scotland' or 'northern-ireland'" in refusal(folder)[0]


@pytest.mark.parametrize(
    "written",
    [
        "2026-07-06/2026-07-10 ada.brown@example.org",
        "6 July 2026 to 10 July 2026 ada.brown@example.org",
        "6 Jul 2026 - 10 Jul 2026 ada.brown@example.org",
        "Monday 6 July 2026 until Friday 10 July 2026 ada.brown@example.org",
    ],
)
def test_a_leave_is_read_as_the_documents_show_it_without_a_mapping_too(tmp_path: Path, written: str) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    people = folder / "people.csv"
    rows = people.read_text().splitlines()
    at = next(n for n, row in enumerate(rows) if "sam.okoro@" in row)
    rows[at] = rows[at].rstrip(",") + "," * (6 - rows[at].rstrip(",").count(",")) + written
    people.write_text("\n".join(rows) + "\n")
    [leave] = next(person for person in read(folder).people if person.email == "sam.okoro@example.org").leave
    assert (leave.first_day.isoformat(), leave.last_day.isoformat()) == ("2026-07-06", "2026-07-10")
    assert leave.delegate == "ada.brown@example.org"


def test_a_leave_in_figures_that_may_be_read_two_ways_is_refused_without_a_mapping(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    people = folder / "people.csv"
    people.write_text(
        people.read_text().replace(
            "Head of Property,Director of Finance,,,", "Head of Property,Director of Finance,,,6/7/2026"
        )
    )
    assert "column leave" in refusal(folder)[0]


@pytest.mark.parametrize("manager", ["Ada Brown", "ada brown", "ada.brown@example.org"])
def test_a_manager_may_be_named_as_an_export_of_hr_does(tmp_path: Path, manager: str) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    people = folder / "people.csv"
    people.write_text(people.read_text().replace("Head of Property,Director of Finance", f"Head of Property,{manager}"))
    found = read(folder)
    assert next(each for each in found.people if each.post == "Head of Property").reports_to == "Director of Finance"
    assert f"'{manager}' is a person, and is taken for the post 'Director of Finance'" in str(found.problems.notes[-1])


def test_a_manager_who_holds_no_post_is_still_refused(tmp_path: Path) -> None:
    folder = copytree(INPUTS / "sheet-sep-line", tmp_path / "folder")
    people = folder / "people.csv"
    people.write_text(people.read_text().replace("Head of Property,Director of Finance", "Head of Property,Max Reed"))
    assert "'Max Reed' is a person who holds no post" in refusal(folder)[0]
