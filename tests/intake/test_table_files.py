"""People, items and answers from workbooks and from spreadsheets in an organisation's own words."""

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from remembrancer.intake.folder.reader import Folder, read_folder
from remembrancer.problems import RefusedError
from tests.intake.workbooks import save

ITEM_COLUMNS = ["programme", "ref", "title", "lead_post", "original_end_date"]
PROGRAMME = "strategic-delivery-plan"


def with_items(folder: Path, *rows: list[object], header: list[str] | None = None) -> Path:
    """The folder with these items in a workbook; answers and calendars that speak of others are gone."""
    (folder / "items.csv").unlink()
    for path in (folder / "responses").glob("*"):
        path.unlink()
    save(folder / "items.xlsx", [header or ITEM_COLUMNS, *rows])
    return folder


def item(ref: object, end: object = None) -> list[object]:
    return [PROGRAMME, ref, f"Title of {ref}", "Head of Local Care", end]


def refs(folder: Folder) -> list[str]:
    return [each.ref for each in folder.items]


def test_the_example_reads_the_same_from_workbooks(folder: Path) -> None:
    before = read_folder(folder, with_responses=True)
    for path in [*folder.glob("*.csv"), *(folder / "responses").glob("*.csv")]:
        lines = _records(path)
        path.unlink()
        save(path.with_suffix(".xlsx"), lines)
    after = read_folder(folder, with_responses=True)
    assert (after.people, after.items, after.responses) == (before.people, before.items, before.responses)
    assert after.problems.notes == []


def _records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_number_is_the_ref_that_it_looks_like(folder: Path) -> None:
    assert refs(read_folder(with_items(folder, item(52), item(53.0), item("54.0")))) == ["52", "53", "54"]


def test_a_numbered_part_keeps_its_nought(folder: Path) -> None:
    assert refs(read_folder(with_items(folder, item("1.0"), item("1.1"), item("2.0")))) == ["1.0", "1.1", "2"]


@pytest.mark.parametrize(("number_format", "ref"), [("d-mmm", "2026-03-02"), ("mmm-yy", "March 2026")])
def test_a_ref_that_a_spreadsheet_made_a_date_of_is_noted(folder: Path, number_format: str, ref: str) -> None:
    with_items(folder, item(1))
    book = load_workbook(folder / "items.xlsx")
    made = book["Items"].cell(2, 2, date(2026, 3, 2))
    made.number_format = number_format
    book.save(folder / "items.xlsx")
    found = read_folder(folder)
    assert refs(found) == [ref]
    assert f"column ref: the ref {ref} is a date. If the spreadsheet made it" in str(found.problems.notes[0])


def test_a_month_and_words_for_a_date_are_noted_and_the_item_is_read(folder: Path) -> None:
    found = read_folder(with_items(folder, item(1, "March 2021"), item(2, "TBC"), item(3, date(2021, 3, 5))))
    assert [each.facts["original_end_date"] for each in found.items] == ["2021-03-31", "", "2021-03-05"]
    first, second = [str(note) for note in found.problems.notes]
    place = "items.xlsx, sheet Items, row {}, column original_end_date: "
    assert first == place.format(2) + "'March 2021' is a month, and counts as its last day, 2021-03-31."
    assert second == place.format(3) + "'TBC' stands where a date would; it counts as no date."


def test_a_councils_own_action_plan_is_read_by_columns_yaml(folder: Path) -> None:
    (folder / "columns.yaml").write_text(
        "items:\n  columns: {ref: 'No.', title: Action, lead_post: [Owner, Lead officer], original_end_date: Due}\n"
        f"  always: {{programme: {PROGRAMME}}}\n",
        encoding="utf-8",
    )
    rows: list[list[object]] = [["7", "Sell the depot", "Head of Local Care", "31/3/21"]]
    [found] = read_folder(with_items(folder, *rows, header=["No", "ACTION", "Lead Officer:", "Due"])).items
    assert (found.programme, found.ref, found.lead_post) == (PROGRAMME, "7", "Head of Local Care")
    assert found.facts["original_end_date"] == "2021-03-31"


def test_a_problem_names_the_header_that_people_see(folder: Path) -> None:
    (folder / "columns.yaml").write_text("items: {columns: {lead_post: Lead}}\n", encoding="utf-8")
    row: list[object] = [PROGRAMME, 7, "A title", "Nobody"]
    with_items(folder, row, header=["programme", "ref", "title", "Lead"])
    with pytest.raises(RefusedError) as refused:
        read_folder(folder)
    assert str(refused.value).startswith(
        "items.xlsx, sheet Items, row 2, column Lead: nobody holds a post called 'Nobody'"
    )


@pytest.mark.parametrize(
    "leave",
    [
        "2026-07-06/2026-07-10 tom.ashdown@example.org",
        "6 July 2026 to 10 July 2026 tom.ashdown@example.org",
        "06/07/2026 - 10/07/2026 tom.ashdown@example.org",
    ],
)
def test_leave_in_a_workbook_is_written_either_way(folder: Path, leave: str) -> None:
    lines = _records(folder / "people.csv")
    (folder / "people.csv").unlink()
    lines[1][-1] = leave
    save(folder / "People.XLSX", lines)
    [found] = read_folder(folder).people[0].leave
    assert (found.first_day, found.last_day) == (date(2026, 7, 6), date(2026, 7, 10))
    assert found.delegate == "tom.ashdown@example.org"


@pytest.mark.parametrize("leave", ["July 2026", "TBC", "6 July 2026 to TBC"])
def test_leave_needs_its_days(folder: Path, leave: str) -> None:
    lines = _records(folder / "people.csv")
    (folder / "people.csv").unlink()
    lines[1][-1] = leave
    save(folder / "people.xlsx", lines)
    with pytest.raises(RefusedError, match="is no single day, and here one is needed"):
        read_folder(folder)
