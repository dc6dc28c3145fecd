"""Tables, CSV or XLSX, become the same rows: found by the names of their columns, listed by row and column."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from remembrancer.intake.tables.column_mapping import ColumnsSpec, TableColumns, Wanted, read_columns
from remembrancer.intake.tables.reader import find_table, read_table
from remembrancer.intake.tables.rows import Row, Table
from remembrancer.problems import Problems
from tests.intake.workbooks import save
from tests.profiles import thoroughness

ITEMS = Wanted("items", ["ref", "title"], ["ref", "title", "lead", "due", "milestones.start", "milestones.end"])
MAPPED = TableColumns(
    columns={"ref": ["No."], "title": ["Action"], "lead": ["Lead officer", "Owner"], "due": ["Due date"]},
    values={"lead": {"Head of Property": ["HoP"]}},
)


def read(path: Path, spec: TableColumns | None = None) -> tuple[Table, list[str], list[str]]:
    """The table, the problems and the notes as they are printed."""
    problems = Problems()
    table = read_table(path, ITEMS, problems, spec=spec)
    return table, [str(each) for each in problems.found], [str(each) for each in problems.notes]


def rows_of(path: Path, spec: TableColumns | None = None) -> list[Row]:
    table, found, _ = read(path, spec)
    assert found == []
    return table.rows


def only_problem(path: Path, spec: TableColumns | None = None) -> str:
    _, found, _ = read(path, spec)
    assert len(found) == 1, found
    return found[0]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_that_the_header_proves(tmp_path: Path, separator: str) -> None:
    text = (
        separator.join(("ref", "title", "lead")) + "\n" + separator.join(("52", "A title, with a comma", "Me")) + "\n"
    )
    quoted = text.replace("A title, with a comma", '"A title, with a comma"')
    [row] = rows_of(write(tmp_path / "items.csv", quoted))
    assert row.cells == {"ref": "52", "title": "A title, with a comma", "lead": "Me"}


def test_a_semicolon_in_a_header_is_no_separator_where_commas_prove_themselves(tmp_path: Path) -> None:
    [row] = rows_of(write(tmp_path / "items.csv", "ref,title,a;b\n52,x,y;z\n"))
    assert row["a;b"] == "y;z"


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n"])
def test_a_first_line_that_names_the_separator_is_none_of_the_table(tmp_path: Path, first: str) -> None:
    [row] = rows_of(write(tmp_path / "items.csv", f"{first}ref;title\n52;x,y,z\n"))
    assert (row.number, row.cells) == (2, {"ref": "52", "title": "x,y,z"})


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = rows_of(write(tmp_path / "items.csv", 'ref,title\n\n1,"two\nlines"\n,\n2,x\n'))
    assert [(row.number, row["ref"]) for row in rows] == [(3, "1"), (5, "2")]


def test_text_that_begins_like_a_formula_is_text_in_csv(tmp_path: Path) -> None:
    [row] = rows_of(write(tmp_path / "items.csv", 'ref,title\n1,"=HYPERLINK(""x"")"\n'))
    assert row["title"] == '=HYPERLINK("x")'


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    assert "items.csv, row 3: the double quotes do not match" in only_problem(
        write(tmp_path / "items.csv", 'ref,title\n1,a\n2,"b\n3,c\n')
    )


def test_a_table_is_mapped_by_its_headers_wherever_they_stand(tmp_path: Path) -> None:
    text = "Corporate action plan,,,\n,,,\nOwner,Action,Colour,NO\nHoP,Sell the depot,red,7\n"
    table, found, notes = read(write(tmp_path / "items.csv", text), MAPPED)
    assert found == []
    assert table.rows[0].cells == {"lead": "Head of Property", "title": "Sell the depot", "ref": "7"}
    assert table.rows[0].number == 4
    [note] = notes
    assert note.startswith("items.csv, row 3: these headers are not known, and their columns were passed over: Colour.")


def test_a_header_that_is_missing_names_the_nearest(tmp_path: Path) -> None:
    found = only_problem(write(tmp_path / "items.csv", "No.,Acton,Owner\n1,x,y\n"), MAPPED)
    assert found.startswith(
        "items.csv, row 1: there is no column title: no header is called 'Action'. The nearest is 'Acton'"
    )


def test_two_headers_for_one_column_are_refused(tmp_path: Path) -> None:
    found = only_problem(write(tmp_path / "items.csv", "No.,Action,Owner,Lead officer\n1,x,y,z\n"), MAPPED)
    assert "two headers stand for lead" in found


def test_a_column_that_the_table_lacks_may_always_be_the_same(tmp_path: Path) -> None:
    spec = TableColumns(columns={"title": ["Action"]}, always={"ref": "R1", "lead": "Me"})
    rows = rows_of(write(tmp_path / "items.csv", "Action,lead\nx,\ny,You\n"), spec)
    assert [row.cells for row in rows] == [
        {"title": "x", "lead": "Me", "ref": "R1"},
        {"title": "y", "lead": "You", "ref": "R1"},
    ]


def test_a_name_in_columns_yaml_that_is_no_column_of_ours_is_refused(tmp_path: Path) -> None:
    spec = TableColumns(columns={"reff": ["No."]})
    found = only_problem(write(tmp_path / "items.csv", "ref,title\n1,x\n"), spec)
    assert found.startswith("columns.yaml, column items.reff: no column of ours is called reff")


def test_a_header_that_is_said_to_be_two_columns_is_refused(tmp_path: Path) -> None:
    spec = TableColumns(columns={"title": ["Name"], "lead": ["name:"]})
    found = only_problem(write(tmp_path / "items.csv", "ref,Name\n1,x\n"), spec)
    assert found.startswith("columns.yaml, column items.lead: 'name:' stands for title too")


def test_what_columns_yaml_says_of_a_header_goes_before_our_own_name_for_it(tmp_path: Path) -> None:
    spec = TableColumns(columns={"lead": ["Title"], "title": ["Action"]})
    [row] = rows_of(write(tmp_path / "items.csv", "ref,Title,Action\n1,Head of Property,Sell it\n"), spec)
    assert (row["lead"], row["title"]) == ("Head of Property", "Sell it")


def test_both_of_two_header_rows_name_a_column(tmp_path: Path) -> None:
    rows = [["Ref", "Title", "Milestones", None], [None, None, "Start", "End"], [1, "x", "a", "b"]]
    path = save(tmp_path / "items.xlsx", rows, change=lambda _, sheet: sheet.merge_cells("C1:D1"))
    [row] = rows_of(path)
    assert row.cells == {"ref": "1", "title": "x", "milestones.start": "a", "milestones.end": "b"}
    assert row.number == 3


def test_a_problem_in_a_workbook_names_sheet_row_and_the_header_that_is_shown(tmp_path: Path) -> None:
    path = save(tmp_path / "items.xlsx", [["No.", "Action", "Owner"], [1, "x", "y"]])
    table, _, _ = read(path, MAPPED)
    table.rows[0].wrong("lead", "blank")
    assert [str(each) for each in table.source.problems.found] == [
        "items.xlsx, sheet Items, row 2, column Owner: is blank; fill it in."
    ]


def test_the_sheet_is_the_one_that_has_the_columns(tmp_path: Path) -> None:
    def add(book: object, _: object) -> None:
        book.create_sheet("Notes", 0).append(["Read me"])  # type: ignore[attr-defined]

    table, found, notes = read(save(tmp_path / "items.xlsx", [["ref", "title"], [1, "x"]], change=add))
    assert (found, table.source.sheet, len(table.rows)) == ([], "Items", 1)
    assert notes == ["items.xlsx, sheet Items: this sheet was read; the others were passed over: Notes."]


def test_two_sheets_that_could_be_the_table_are_told_apart_by_columns_yaml(tmp_path: Path) -> None:
    def add(book: object, _: object) -> None:
        sheet = book.create_sheet("Last year")  # type: ignore[attr-defined]
        sheet.append(["ref", "title"])
        sheet.append([9, "old"])

    path = save(tmp_path / "items.xlsx", [["ref", "title"], [1, "x"]], change=add)
    assert "several sheets could be the table: Items, Last year" in only_problem(path)
    assert [row["ref"] for row in rows_of(path, TableColumns(sheet="last year"))] == ["9"]
    assert "no sheet is called 'Next year'; the sheets are Items, Last year" in only_problem(
        path, TableColumns(sheet="Next year")
    )


def test_two_files_of_one_kind_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "items.xlsx", [["ref", "title"]])
    write(tmp_path / "items.csv", "ref,title\n")
    problems = Problems()
    assert find_table(tmp_path, "items", problems) is None
    assert str(problems.found[0]).startswith("items.xlsx: items.csv is there too, and nobody can say which holds")


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".ods", ".xlsb"])
def test_a_file_of_another_kind_is_named_for_what_to_do(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"people{ending}").write_bytes(b"x")
    problems = Problems()
    find_table(tmp_path, "people", problems)
    assert f"files that end in {ending} are not read" in str(problems.found[0])


def test_yes_and_no_need_no_quotes_in_columns_yaml(tmp_path: Path) -> None:
    write(tmp_path / "columns.yaml", "items:\n  values:\n    lead: {yes: [Y, Yes, TRUE, 1], no: [N, No]}\n")
    problems = Problems()
    spec = read_columns(tmp_path, problems)
    assert problems.found == []
    assert spec.items is not None
    assert [spec.items.word("lead", text) for text in ("y", "YES", "true", "1", "N", "perhaps")] == [
        *["yes"] * 4,
        "no",
        "perhaps",
    ]


@pytest.mark.parametrize(
    "text", ["items: {colums: {}}", "items: {dates: month_first}", "items: {columns: [ref]}", "[", "items: 3"]
)
def test_a_mistake_in_columns_yaml_is_placed(tmp_path: Path, text: str) -> None:
    write(tmp_path / "columns.yaml", text)
    problems = Problems()
    assert read_columns(tmp_path, problems) == ColumnsSpec()
    assert str(problems.found[0]).startswith("columns.yaml, row 1")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=20).map(str.strip)
RECORDS = st.lists(st.lists(TEXT, min_size=3, max_size=3).filter(any), min_size=1, max_size=6)


@thoroughness(0.6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORDS)
def test_rows_read_back_the_same_from_csv_and_from_a_workbook(tmp_path: Path, records: Sequence[Sequence[str]]) -> None:
    table = [["ref", "title", "lead"], *records]
    with (tmp_path / "items.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    read_csv = [list(row.cells.values()) for row in rows_of(tmp_path / "items.csv")]
    read_xlsx = [list(row.cells.values()) for row in rows_of(save(tmp_path / "items.xlsx", table))]
    assert read_csv == read_xlsx == [[cell.replace("\xa0", " ").strip() for cell in record] for record in records]
