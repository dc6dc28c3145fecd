"""A programme is drafted from last year's monitoring sheet by the command, and loads as it is."""

import csv
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from remembrancer import cli
from remembrancer.cli import shared
from remembrancer.intake.folder.programme_file import ProgrammeFile
from remembrancer.intake.folder.reader import Folder, read_folder
from tests.conftest import ROOT
from tests.intake.workbooks import save

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
HEADER = ("Ref", "Saving", "Directorate", "Lead officer", "Due date", "RAG", "Progress")
ROWS = (
    (
        "S1",
        "Sell the old depot",
        "Property",
        "Head of Adult Services",
        date(2027, 3, 31),
        "G",
        "Two offers were received.",
    ),
    ("S2", "Longer hours at the pool", "Leisure", "Nia Rowlands", date(2027, 9, 30), "A", "Consultation has begun."),
    ("S3", "Fewer agency staff", "Leisure", "gethin.vaughan@example.org", "TBC", "A", "The tender is delayed."),
)


class SetClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "SystemClock", SetClock)


@pytest.fixture
def example() -> Path:
    """What `remembrancer init` writes."""
    return ROOT / "examples" / "start"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def draft(sheet: Path, folder: Path, *more: str, name: str = "Savings tracker") -> Result:
    return run("programme", "new", name, "--from", str(sheet), "--in", str(folder), *more)


def sheet_of(folder: Path, header: Sequence[Any] = HEADER, rows: Sequence[Sequence[Any]] = ROWS) -> Path:
    return save(folder.parent / "tracker.xlsx", [header, *rows], sheet="Tracker")


def written(folder: Path, name: str = "savings-tracker") -> ProgrammeFile:
    return ProgrammeFile.model_validate(yaml.safe_load(text_of(folder, name)))


def text_of(folder: Path, name: str = "savings-tracker") -> str:
    return (folder / "programmes" / f"{name}.yaml").read_text(encoding="utf-8")


def drafted(folder: Path, header: Sequence[Any], rows: Sequence[Sequence[Any]]) -> ProgrammeFile:
    """The programme that is drafted of these rows, each with a title and a lead put before them."""
    leads = [(f"Item {at}", "Head of Adult Services", *row) for at, row in enumerate(rows)]
    done = draft(sheet_of(folder, ("Title", "Lead", *header), leads), folder)
    assert done.exit_code == 0, done.output
    return written(folder)


def read(folder: Path) -> Folder:
    return read_folder(folder, with_responses=True, now=NOW)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sheet_becomes_a_programme_that_loads_asks_and_counts(
    folder: Path, bare_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMEMBRANCER_DATABASE_URL", bare_engine.url.render_as_string(hide_password=False))
    done = draft(sheet_of(folder), folder)
    assert done.exit_code == 0, done.output
    window = (
        "BEGIN:VEVENT\nUID:savings@example.org\nDTSTAMP:20260101T090000Z\nSUMMARY:Savings tracker\n"
        "DTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261212\nEND:VEVENT\nEND:VCALENDAR"
    )
    calendar = folder / "calendar.ics"
    calendar.write_text(calendar.read_text("utf-8").replace("END:VCALENDAR", window), encoding="utf-8")
    loaded = run("load", str(folder))
    assert loaded.exit_code == 0, loaded.output
    assert "item added: savings-tracker S3" in loaded.output
    planned = json.loads(run("preview", "--days", "14", "--json").stdout)
    asked = {each["to"]: [item["ref"] for item in each["items"]] for each in planned if each["kind"] == "opening"}
    assert asked == {
        "huw.prosser@example.org": ["S1"],
        "nia.rowlands@example.org": ["S2"],
        "gethin.vaughan@example.org": ["S3"],
    }
    assert run("window", "open", "savings-tracker", "2026-12", "--yes").exit_code == 0
    figures = json.loads(run("figures", "savings-tracker", "2026-12", "--json").stdout)
    assert figures["submissions"] == {"submitted": 0, "of": 3, "percent": 0}
    assert figures["status"] == {"green": 0, "amber": 0, "red": 0}


def test_the_draft_says_beside_each_line_what_was_read_and_what_was_guessed(folder: Path) -> None:
    assert draft(sheet_of(folder), folder).exit_code == 0
    text = text_of(folder)
    for line in (
        "from tracker.xlsx, sheet 'Tracker', its header in row 1: 3 items.",
        "#   lead_post: column D 'Lead officer'",
        "directorate: text # column C 'Directorate': taken for a fact of the register by its header",
        "due_date: date # column E 'Due date': dates in 3 cells",
        "- key: rag # column F 'RAG': a scale: G (1), A (2)",
        "colour: green} # G in the sheet; in 1 cell",
        "{key: red, word: Red, symbol: ■, colour: red} # not in the sheet; a rating needs it",
        "- key: progress # column G 'Progress': texts in 3 cells",
        "- key: new_end_date # not in the sheet: asks whether due_date has moved",
        "# Not from the sheet: when people are asked and chased.",
    ):
        assert line in text
    spec = written(folder)
    assert (spec.title, spec.item_word, spec.items_word) == ("Savings tracker", "saving", "savings")
    assert spec.form.progress == "progress"
    assert spec.no_change_statuses == ["Green"]


def test_words_are_read_by_the_draft_as_by_any_programme(folder: Path) -> None:
    assert draft(sheet_of(folder), folder).exit_code == 0
    for words, found in (
        ("amber, new end date 30 June 2027", {"rag": "amber", "new_end_date": "2027-06-30"}),
        ("A new buyer was found.", {}),
    ):
        done = run("programme", "read", "savings-tracker", words, "--programmes", str(folder / "programmes"))
        assert json.loads(done.stdout)["items"][0]["set"] == found


def test_items_are_read_with_their_leads_by_post_by_name_or_by_address(folder: Path) -> None:
    done = draft(sheet_of(folder), folder)
    items = {item.ref: item for item in read(folder).items if item.programme == "savings-tracker"}
    assert [items[ref].lead_post for ref in ("S1", "S2", "S3")] == [
        "Head of Adult Services",
        "Head of Children's Services",
        "Commissioning Manager",
    ]
    assert items["S1"].facts == {"directorate": "Property", "due_date": "2027-03-31"}
    assert items["S3"].facts["due_date"] == ""
    assert "tracker.xlsx, sheet Tracker, row 4, column Due date: 'TBC' stands where a date would" in done.output
    assert not [item for item in items.values() if item.contributing_posts]


def test_a_lead_who_is_not_in_people_csv_is_noted_and_is_a_vacant_post_until_somebody_is_named(folder: Path) -> None:
    rows = [(*ROWS[0][:3], "Head of Adult Service", *ROWS[0][4:]), (*ROWS[1][:3], "Pat Doe; Owain Pugh", *ROWS[1][4:])]
    done = draft(sheet_of(folder, HEADER, rows), folder)
    assert (
        "- 'Head of Adult Service' is not in people.csv; the nearest there is 'Head of Adult Services'" in done.output
    )
    assert "- 'Pat Doe' is not in people.csv" in done.output
    assert "'Pat Doe' is not in people.csv" in text_of(folder)
    vacant = [row.post for row in read(folder).people if not row.name]
    assert vacant == ["Head of Adult Service", "Pat Doe"]
    [_, second] = [item for item in read(folder).items if item.programme == "savings-tracker"]
    assert (second.lead_post, second.contributing_posts) == ("Pat Doe", ("Performance Officer",))


def test_what_was_changed_stands_beside_as_it_was(folder: Path) -> None:
    before = contents(folder)
    assert draft(sheet_of(folder), folder).exit_code == 0
    kept = contents(folder / "before-savings-tracker")
    assert kept == {name: before[name] for name in ("items.csv", "organisation.yaml")}
    now = contents(folder)
    assert {name for name in before if now[name] != before[name]} == {"items.csv", "organisation.yaml"}
    comments = [line for line in before["organisation.yaml"].decode().splitlines() if "#" in line]
    assert [line for line in comments if line not in now["organisation.yaml"].decode()] == []


@pytest.mark.parametrize("there", ["programmes/savings-tracker.yaml", "before-savings-tracker/people.csv"])
def test_no_file_is_written_over(folder: Path, there: str) -> None:
    (folder / there).parent.mkdir()
    (folder / there).write_text("mine", encoding="utf-8")
    before = contents(folder)
    done = draft(sheet_of(folder), folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "is there already, and nothing is written over" in done.output


def test_a_programme_that_the_organisation_has_is_not_drafted_again(folder: Path) -> None:
    assert draft(sheet_of(folder), folder).exit_code == 0
    before = contents(folder)
    done = draft(sheet_of(folder), folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "has a programme savings-tracker already" in done.output


def test_without_a_folder_the_files_are_written_beside_the_sheet_and_never_over_others(folder: Path) -> None:
    sheet = sheet_of(folder)
    done = run("programme", "new", "savings-tracker", "--from", str(sheet))
    assert done.exit_code == 0, done.output
    spec = ProgrammeFile.model_validate(yaml.safe_load(sheet.with_name("savings-tracker.yaml").read_text("utf-8")))
    assert (spec.key, spec.title) == ("savings-tracker", "Savings tracker")
    rows = list(csv.DictReader(sheet.with_name("savings-tracker-items.csv").read_text("utf-8").splitlines()))
    assert [row["lead_post"] for row in rows] == [row[3] for row in ROWS]
    sheet.with_name("savings-tracker.yaml").write_text("mine", encoding="utf-8")
    again = run("programme", "new", "savings-tracker", "--from", str(sheet))
    assert (again.exit_code, sheet.with_name("savings-tracker.yaml").read_text("utf-8")) == (1, "mine")


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    rows = [list(each) for each in ROWS]
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (changed(1, 1, None), "row 3, column Saving: is blank; fill it in."),
        (changed(1, 3, None), "row 3, column Lead officer: is blank; fill it in."),
        (changed(1, 0, None), "row 3, column Ref: is blank; fill it in."),
        (changed(1, 0, "S1"), "row 3, column Ref: the ref S1 is there already in row 2"),
        (changed(1, 0, "s1"), "row 3, column Ref: the ref s1 differs from that in row 2 by its capitals alone"),
        (changed(1, 4, "Mar-27"), "row 3, column Due date: 'Mar-27' could be read two ways"),
        ([], "row 1: no row of an item stands below the header"),
    ],
)
def test_a_row_that_cannot_be_an_item_is_refused_by_row_and_column_and_nothing_is_written(
    folder: Path, rows: list[list[Any]], says: str
) -> None:
    before = contents(folder)
    done = draft(sheet_of(folder, HEADER, rows), folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert done.output.startswith("tracker.xlsx")
    assert f"sheet Tracker, {says}" in done.output
    assert "Nothing was written. To put right first: 1" in done.output


def test_a_person_who_holds_several_posts_is_asked_about(folder: Path) -> None:
    people = folder / "people.csv"
    row = "Nia Rowlands,nia.rowlands@example.org,Head of Leisure,,,,\n"
    people.write_text(people.read_text("utf-8") + row, encoding="utf-8")
    done = draft(sheet_of(folder), folder)
    assert done.exit_code == 1
    assert (
        "column Lead officer: Nia Rowlands holds several posts (Head of Children's Services, Head of Leisure)"
        in done.output
    )


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (
            ("Ref", "Saving", "Directorate", "RAG"),
            "no column names the leads. The headers here are: Ref, Saving, Directorate, RAG",
        ),
        (("Ref", "Owner", "RAG"), "no column is the items' titles."),
    ],
)
def test_a_sheet_without_titles_or_leads_is_refused_with_its_headers(
    folder: Path, header: Sequence[str], says: str
) -> None:
    rows = [[f"G{at}" if name == "Ref" else "Green" for name in header] for at in range(3)]
    done = draft(sheet_of(folder, header, rows), folder)
    assert done.exit_code == 1
    assert says in done.output


def test_a_file_that_is_no_table_is_refused_with_what_to_do(folder: Path) -> None:
    old = folder.parent / "tracker.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "save it as an Excel workbook, tracker.xlsx" in draft(old, folder).output
    empty = folder.parent / "tracker.csv"
    empty.write_text("", encoding="utf-8")
    done = draft(empty, folder)
    assert (done.exit_code, "the file holds no table" in done.output) == (1, True)


def test_of_several_sheets_that_could_be_the_table_one_is_named(folder: Path) -> None:
    def with_old_year(book: Workbook, _sheet: Worksheet) -> None:
        for title in ("2018-19", "Guidance"):
            made = book.create_sheet(title)
            for row in (HEADER, *ROWS) if title == "2018-19" else [("How to fill this in",)]:
                made.append(row)

    sheet = save(folder.parent / "tracker.xlsx", [HEADER, *ROWS], "Tracker", with_old_year)
    done = draft(sheet, folder)
    assert (done.exit_code, "several sheets could be the table of items: Tracker, 2018-19." in done.output) == (1, True)
    done = draft(sheet, folder, "--sheet", "Nowhere")
    assert (
        done.exit_code,
        "no sheet is called 'Nowhere'; the sheets are Tracker, 2018-19, Guidance" in done.output,
    ) == (1, True)
    assert draft(sheet, folder, "--sheet", "tracker").exit_code == 0


def test_a_table_below_a_title_with_headings_between_is_read(folder: Path) -> None:
    rows = [("Savings 2025/26",), (), HEADER, ("Adult social care",), *ROWS[:2], ("Leisure",), ROWS[2]]
    done = draft(save(folder.parent / "tracker.xlsx", rows), folder)
    assert done.exit_code == 0, done.output
    assert "row 4: 'Adult social care' is a heading across the table, and was passed over." in done.output
    assert len([item for item in read(folder).items if item.programme == "savings-tracker"]) == 3


def test_columns_of_several_quarters_are_one_question(folder: Path) -> None:
    spec = drafted(
        folder,
        ("Q1 RAG", "Q1 comments", "Q2 RAG", "Q2 comments", "Target 2025/26", "Target 2026/27"),
        [("Green", "It has begun well.", "Red", "It has stopped.", "12", "14") for _ in range(3)],
    )
    assert [question.key for question in spec.form.questions] == ["rag", "comments"]
    assert [option.key for option in spec.status.choices] == ["green", "amber", "red"]
    assert spec.facts == {"target_2025_26": "text", "target_2026_27": "text"}


def test_quarters_may_be_written_above_what_is_asked_in_each(folder: Path) -> None:
    rows = [
        ("", "", "Quarter 1", "", "Quarter 2", ""),
        ("Title", "Lead", "BRAG", "Update", "BRAG", "Update"),
        *((f"Item {at}", "Head of Adult Services", "B", "It is done.", "B", "It is done.") for at in range(3)),
    ]

    def merged(_book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_cells("C1:D1")
        sheet.merge_cells("E1:F1")

    assert draft(save(folder.parent / "tracker.xlsx", rows, "Tracker", merged), folder).exit_code == 0
    spec = written(folder)
    assert [(option.word, option.colour) for option in spec.status.choices] == [
        ("Blue", "blue"),
        ("Green", "green"),
        ("Amber", "amber"),
        ("Red", "red"),
    ]
    assert [question.type for question in spec.form.questions] == ["choice", "text"]


@pytest.mark.parametrize(
    ("header", "cells", "options"),
    [
        ("Status", ["On track", "At risk", "Complete", "On track"], ["complete", "on_track", "at_risk"]),
        ("Status", ["In progress", "Not started", "In progress", "Closed"], ["closed", "not_started", "in_progress"]),
        ("Overall", ["Green", "green ", "AMBER", "Red - off track"], ["green", "amber", "red_off_track"]),
        ("BRAG", [None, None, None, None], ["green", "amber", "red"]),
    ],
)
def test_the_status_is_the_scale_of_the_sheet_the_best_first(
    folder: Path, header: str, cells: list[str | None], options: list[str]
) -> None:
    spec = drafted(folder, (header,), [(cell,) for cell in cells])
    assert [option.key for option in spec.status.choices] == options
    symbols = [option.symbol for option in spec.status.choices if option.symbol]
    assert len(set(symbols)) == len(symbols) == len({o.colour for o in spec.status.choices if o.colour})


def test_without_a_scale_the_usual_one_is_put_in_and_that_is_said(folder: Path) -> None:
    spec = drafted(folder, ("Notes",), [("Something was done.",)] * 3)
    assert [option.key for option in spec.status.choices] == ["green", "amber", "red"]
    assert "- key: status # not in the sheet: no column holds a scale" in text_of(folder)


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Trend", ["Up", "Down", "Up", "Down"], "choice"),
        ("Issues", ["Money; Staff", "Staff", "Money", "Money; Staff"], "choices"),
        ("% complete", ["45%", "50 %", "100%", "TBC"], "number"),
        ("Actual", [12, 13.5, 1454, 0], "number"),
        ("Revised end date", [date(2027, 1, 31), "13/02/2027", "TBC", None], "date"),
        ("Next steps", ["A long text about what is to come, for the board"] * 4, "text"),
        ("Directorate", ["Adults", "Children", "Adults", "Children"], "fact text"),
        ("Priority", ["High", "Low", "High", "Low"], "fact text"),
        ("Target", [12, 13.5, 1454, 0], "fact text"),
        ("Evidence", ["https://example.org/1", "www.example.org", "https://example.org", None], "fact text"),
        ("Original end date", [date(2027, 1, 31), "13 Feb 2027", "March 2027", None], "fact date"),
        ("Partner", ["Health board", "Police", "Fire", "None"], "fact text"),
        ("Last updated", [date(2026, 1, 31), date(2026, 2, 1), None, None], "left out"),
        ("Spare", [None, None, None, None], "left out"),
    ],
)
def test_a_column_is_known_by_its_header_and_its_cells(folder: Path, header: str, cells: list[Any], kind: str) -> None:
    spec = drafted(folder, (header, "RAG"), [(cell, "Green") for cell in cells])
    questions = [q.type for q in spec.form.questions if q.label == header]
    facts = [f"fact {type_}" for type_ in spec.facts.values()]
    assert ([*questions, *facts] or ["left out"])[0] == kind


def test_the_unit_of_numbers_is_read_and_no_target_is_made_of_them(folder: Path) -> None:
    spec = drafted(folder, ("% complete", "Actual"), [("45%", "12 days"), ("50%", "3 days"), (None, "8 days")])
    percent, days = (question for question in spec.form.questions if question.type == "number")
    assert (percent.unit, days.unit) == ("%", "days")
    assert {(each.least, each.most) for each in (percent, days)} == {(None, None)}


def test_the_end_date_is_what_a_new_one_is_compared_with(folder: Path) -> None:
    day = date(2027, 1, 31)
    spec = drafted(folder, ("Start date", "End date", "Forecast end date"), [(day, day, None), (day, day, day)])
    [question] = [question for question in spec.form.questions if question.type == "date"]
    assert (question.key, question.last_from, question.not_before) == ("forecast_end_date", "end_date", "start_date")
    assert "later" in spec.figures


def with_formulas(column: str, *rows: int) -> Any:
    def change(_book: Workbook, sheet: Worksheet) -> None:
        for row in rows:
            sheet[f"{column}{row}"] = "=1+1"

    return change


def test_a_column_that_is_calculated_is_left_out_and_a_formula_among_values_is_refused(folder: Path) -> None:
    rows = [[*row, None] for row in ROWS]
    sheet = folder.parent / "tracker.xlsx"
    save(sheet, [(*HEADER, "Variance"), *rows], "Tracker", with_formulas("H", 2, 3, 4))
    done = draft(sheet, folder)
    assert done.exit_code == 0, done.output
    assert "- column H 'Variance': calculated in the sheet, so nothing is asked or kept" in done.output
    save(sheet, [HEADER, *ROWS], "Tracker", with_formulas("B", 3, 4))
    done = draft(sheet, folder, name="Another")
    assert done.exit_code == 1
    assert "row 3, column Saving: the cell holds a formula (=1+1)" in done.output


def test_an_organisation_s_own_spreadsheet_is_left_alone(folder: Path) -> None:
    (folder / "columns.yaml").write_text("items: {columns: {title: Name}}\n", encoding="utf-8")
    before = contents(folder)
    done = draft(sheet_of(folder), folder)
    assert (done.exit_code, contents(folder)) == (1, before)
    assert "items.csv: the table is an organisation's own spreadsheet" in done.output


@pytest.mark.parametrize("name", ["!!!", "forward plan"])
def test_a_name_that_can_be_no_programme_s_is_refused(folder: Path, name: str) -> None:
    done = draft(sheet_of(folder), folder, name=name)
    assert done.exit_code == 1
    assert "give another name" in done.output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "programmes:\n  - key: strategic-delivery-plan\n    boards: [cabinet, social_care_scrutiny]\n",
            "programmes: [{key: strategic-delivery-plan, boards: [cabinet]}]\n",
        ),
        ("calendars:", "calendars: []\nold_calendars:"),
        ("        summary: ^Cabinet$\n", "        summary: ^Cabinet$ # the last line"),
    ],
)
def test_organisation_yaml_is_added_to_however_its_lists_are_written(folder: Path, old: str, new: str) -> None:
    path = folder / "organisation.yaml"
    text = path.read_text("utf-8")
    assert old in text
    text = text.replace(old, new)
    path.write_text(text.partition("old_calendars:")[0], encoding="utf-8")
    done = draft(sheet_of(folder), folder)
    assert done.exit_code == 0, done.output
    assert [use.key for use in read(folder).organisation.programmes][-1] == "savings-tracker"


WORDS = st.one_of(
    st.sampled_from(
        ["Ref", "Title", "Action", "Lead", "Owner", "RAG", "Q1 RAG", "Progress", "Due date", "Target", "Area"]
    ),
    st.sampled_from(["Green", "A", "yes", "no", "null", "TBC", "13/09/2026", "2026-09-13", "Mar-27", "45%", "12 days"]),
    st.sampled_from(["Nia Rowlands", "a; b", "a, b", "#x", "- x", "{x}", "key: x", "=1+1", "'", '"', "\n", "Tŷ"]),
    st.text(max_size=12),
)
TABLES = st.lists(st.lists(WORDS, max_size=6), max_size=6)
ITEMS = st.lists(st.lists(WORDS, max_size=5), min_size=2, max_size=6)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation's folder as `remembrancer init` writes it, without its programme, items and calendar."""
    folder = shutil.copytree(ROOT / "examples" / "start", tmp_path_factory.mktemp("bare") / "folder")
    text = (folder / "organisation.yaml").read_text("utf-8").partition("programmes:")[0]
    (folder / "organisation.yaml").write_text(f"{text}programmes: []\ncalendars: []\n", encoding="utf-8")
    (folder / "items.csv").unlink()
    return folder


@given(TABLES)
def test_whatever_words_a_table_holds_the_folder_loads_or_the_reason_is_said(
    bare: Path, table: list[list[str]]
) -> None:
    judge(bare, table)


@given(ITEMS)
def test_whatever_stands_beside_items_the_folder_loads_or_the_reason_is_said(bare: Path, more: list[list[str]]) -> None:
    header, *rows = more
    judge(bare, [["Title", "Lead", *header], *([f"Item {at}", f"Post {at}", *row] for at, row in enumerate(rows))])


def judge(bare: Path, table: list[list[str]]) -> None:
    """Draft the table in a folder of its own: it loads then, or it is as it was and each reason names the file."""
    with TemporaryDirectory() as made:
        folder, sheet = shutil.copytree(bare, Path(made) / "folder"), Path(made) / "table.csv"
        with sheet.open("w", encoding="utf-8", errors="replace", newline="") as file:
            csv.writer(file).writerows(table)
        before = contents(folder)
        done = draft(sheet, folder)
        if done.exit_code == 0:
            assert {item.programme for item in read(folder).items} == {"savings-tracker"}
            assert "Written: " in done.output
        else:
            assert (done.exit_code, contents(folder)) == (1, before)
            assert isinstance(done.exception, SystemExit), done.exception
            *reasons, last = done.output.splitlines()
            assert [reason for reason in reasons if not reason.startswith(("table.csv", "  row "))] == []
            assert last.startswith("Nothing was written. To put right first:")
