"""What a forms product exports becomes answers: by the questions' sentences, and the newest row of each item."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from remembrancer.intake.folder.forms_export import read_forms_export
from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.intake.folder.responses import Response
from remembrancer.intake.tables.column_mapping import TableColumns
from remembrancer.problems import Problems, RefusedError
from tests.conftest import EXAMPLE
from tests.intake.workbooks import save

FOLDER = read_folder(EXAMPLE)
PROGRAMME = FOLDER.programmes["strategic-delivery-plan"]
ASK = {question.key: question.ask for question in PROGRAMME.form.questions}
MICROSOFT = ["ID", "Start time", "Completion time", "Email", "Name"]
RUTH = "ruth.fairbrass@example.org"


def moment(day: int, hour: int = 9) -> datetime:
    return datetime(2019, 9, day, hour, 30)  # noqa: DTZ001  (a spreadsheet knows no zone)


def sent(number: int, day: int, email: str, *answers: Any) -> list[Any]:
    return [number, moment(day, 8), moment(day), email, "Somebody", *answers]


def read(
    path: Path, folder: Folder = FOLDER, spec: TableColumns | None = None
) -> tuple[list[Response], list[str], list[str]]:
    problems = Problems()
    found = read_forms_export(path, PROGRAMME, folder.people, folder.items, "Europe/London", problems, spec)
    return found, [str(each) for each in problems.found], [str(each) for each in problems.notes]


def export(tmp_path: Path, questions: Sequence[str], *rows: list[Any]) -> Path:
    return save(tmp_path / "2019-20-q2.xlsx", [[*MICROSOFT, *questions], *rows], sheet="Sheet1")


def ref_of(email: str) -> str:
    posts = {person.post for person in FOLDER.people if person.email == email}
    [ref] = [item.ref for item in FOLDER.items if item.lead_post in posts]
    return ref


def test_a_question_is_known_by_its_sentence_and_the_item_by_who_sent_it(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        [ASK["delivery"], ASK["issues"], ASK["progress_description"]],
        sent(1, 3, RUTH.upper(), "Yes, it is on track", "Capacity;Financial;", "Going well."),
    )
    [response], problems, notes = read(path)
    assert problems == []
    assert response.ref == ref_of(RUTH)
    assert response.answers["delivery"] == "on_track"
    assert response.answers["issues"] == ["capacity", "financial"]
    assert response.answers["progress_description"] == "Going well."
    assert response.answered_at is not None
    assert response.answered_at.isoformat() == "2019-09-03T09:30:00+01:00"
    assert notes == []


def test_of_people_at_one_address_the_sender_is_the_one_of_that_name(tmp_path: Path) -> None:
    team = "commissioning@example.org"
    people = [
        replace(person, email=f"{person.name.lower()} <{team}>")
        if person.name in ("Ruth Fairbrass", "Helen Marsh")
        else person
        for person in FOLDER.people
    ]
    path = export(tmp_path, [ASK["progress_description"]], [*sent(1, 3, team)[:4], "Fairbrass, Ruth", "x"])
    [response], problems, _ = read(path, replace(FOLDER, people=people))
    assert (response.ref, problems) == (ref_of(RUTH), [])
    _, problems, _ = read(
        export(tmp_path, [ASK["progress_description"]], sent(1, 3, team, "x")), replace(FOLDER, people=people)
    )
    assert "leads several items" in problems[0]


def test_the_newest_row_of_an_item_counts_and_the_earlier_ones_are_noted(tmp_path: Path) -> None:
    path = export(tmp_path, [ASK["progress_description"]], sent(1, 5, RUTH, "new"), sent(2, 3, RUTH, "old"))
    [response], problems, notes = read(path)
    assert (response.answers["progress_description"], problems) == ("new", [])
    assert f"row 3: {ref_of(RUTH)} was answered again in row 2, and the newer answer counts." in notes[-1]


def test_the_ref_goes_before_the_sender_and_is_understood_as_a_number(tmp_path: Path) -> None:
    spec = TableColumns(columns={PROGRAMME.ref_column: ["Which activity is this about?"]})
    path = export(tmp_path, ["Which activity is this about?", ASK["progress_description"]], sent(1, 3, RUTH, 45.0, "x"))
    [response], problems, _ = read(path, spec=spec)
    assert (response.ref, problems) == ("45", [])


@pytest.mark.parametrize("text", ["45: Integrated care", "45 – Integrated care", "45"])
def test_a_form_may_list_items_by_ref_and_title(tmp_path: Path, text: str) -> None:
    path = export(tmp_path, [PROGRAMME.ref_column, ASK["progress_description"]], sent(1, 3, RUTH, text, "x"))
    assert read(path)[0][0].ref == "45"


@pytest.mark.parametrize("text", ["451", "4 5", "45-a", "Item 45"])
def test_a_ref_is_never_guessed(tmp_path: Path, text: str) -> None:
    path = export(tmp_path, [PROGRAMME.ref_column, ASK["progress_description"]], sent(1, 3, RUTH, text, "x"))
    found, [problem], _ = read(path)
    assert found == []
    assert f"no item of the programme has the ref '{text}'" in problem


def test_somebody_who_leads_nothing_or_several_things_must_say_which(tmp_path: Path) -> None:
    path = export(tmp_path, [ASK["progress_description"]], sent(1, 3, "nobody@example.org", "x"))
    _, [problem], _ = read(path)
    assert problem.startswith(
        "forms/2019-20-q2.xlsx, sheet Sheet1, row 2, column Email: 'nobody@example.org' leads no item"
    )
    twice = [item for item in FOLDER.items for _ in range(2)]
    problems = Problems()
    path = export(tmp_path, [ASK["progress_description"]], sent(1, 3, RUTH, "x"))
    assert read_forms_export(path, PROGRAMME, FOLDER.people, twice, "Europe/London", problems) == []
    assert "leads several items" in str(problems.found[0])


def test_an_answer_of_nobody_is_not_taken_for_that_of_a_vacant_post(tmp_path: Path) -> None:
    vacant = replace(next(person for person in FOLDER.people if person.email == RUTH), name="", email="")
    problems = Problems()
    path = export(tmp_path, [ASK["progress_description"]], sent(1, 3, "", "x"))
    assert read_forms_export(path, PROGRAMME, [vacant], FOLDER.items, "Europe/London", problems) == []
    assert "leads no item" in str(problems.found[0])


def test_google_divides_ticked_options_by_commas_and_writes_its_own_times(tmp_path: Path) -> None:
    path = tmp_path / "2019-20-q2.csv"
    path.write_text(
        f'Timestamp,Email Address,"{ASK["issues"]}"\n'
        f'2019/09/03 4:30:05 PM GMT+1,{RUTH},"Capacity, Financial"\n'
        f"04/09/2019 10:00:00,{RUTH},Capacity\n",
        encoding="utf-8",
    )
    [response], problems, notes = read(path)
    assert problems == []
    assert response.answers["issues"] == ["capacity"]
    assert "row 2" in notes[-1]


def test_each_date_of_a_question_of_dates_may_have_its_own_column(tmp_path: Path) -> None:
    spec = TableColumns(
        columns={"milestones.go_live": ["Go-live date"], "milestones.key_decision": ["Key decision date"]}
    )
    path = export(
        tmp_path,
        ["Go-live date", "Key decision date", ASK["new_end_date"]],
        sent(1, 3, RUTH, date(2020, 4, 6), None, "31 March 2020"),
    )
    [response], problems, _ = read(path, spec=spec)
    assert problems == []
    assert response.answers["milestones"] == {"go_live": "2020-04-06"}
    assert response.answers["new_end_date"] == "2020-03-31"


def test_an_answer_that_is_none_of_the_options_names_the_sentence(tmp_path: Path) -> None:
    _, [problem], _ = read(export(tmp_path, [ASK["delivery"]], sent(1, 3, RUTH, "Perhaps")))
    assert f"row 2, column {ASK['delivery']}: 'Perhaps' is none of the answers" in problem


def test_an_export_in_the_folder_is_the_answers_of_its_window(folder: Path) -> None:
    (folder / "responses" / "2019-20-q2.csv").unlink()
    (folder / "forms").mkdir()
    export(folder / "forms", [ASK["delivery"]], sent(1, 3, RUTH, "Yes, it is on track"))
    (folder / "forms" / "~$2019-20-q2.xlsx").write_bytes(b"the lock of an open spreadsheet")
    found = read_folder(folder, with_responses=True).responses
    assert [each.ref for each in found["strategic-delivery-plan", "2019-20-q2"]] == [ref_of(RUTH)]


def test_answers_and_an_export_for_one_window_are_refused(folder: Path) -> None:
    (folder / "forms").mkdir()
    export(folder / "forms", [ASK["delivery"]], sent(1, 3, RUTH, "Yes, it is on track"))
    with pytest.raises(RefusedError, match=r"2019-20-q2.csv: forms/2019-20-q2.xlsx is there too"):
        read_folder(folder, with_responses=True)
