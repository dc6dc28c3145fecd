"""What a workbook's cells say: what a person would type who looks at them, or why it cannot be trusted."""

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from remembrancer.intake.tables.column_mapping import TableColumns, Wanted
from remembrancer.intake.tables.date_cells import TableCell
from remembrancer.intake.tables.reader import read_table
from remembrancer.intake.tables.rows import Fault, Grid
from remembrancer.intake.tables.xlsx_file import read_sheets
from remembrancer.problems import Problems
from tests.intake.workbooks import MAIN, pack, parts, repacked, row, save, worksheet
from tests.profiles import thoroughness

ITEMS = Wanted("items", ["ref", "title"], ["ref", "title", "due"])


def grid(path: Path) -> Grid:
    problems = Problems()
    found = read_sheets(path, path.name, problems)
    assert problems.found == []
    return found[0]


def cell(path: Path, value: Any, number_format: str | None = None, change: Any = None) -> Any:
    """What the one cell of a workbook is read as."""

    def formatted(book: Workbook, sheet: Worksheet) -> None:
        if number_format:
            sheet["A1"].number_format = number_format
        if change:
            change(book, sheet)

    return grid(save(path / "one.xlsx", [[value]], change=formatted)).records[1][0]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (52, None, "52"),
        (52.0, None, "52"),
        ("52.0", None, "52.0"),
        (0.1 + 0.2, None, "0.3"),
        (1.5, "0.00", "1.5"),
        (7, "0000", "0007"),
        (0.45, "0%", "45%"),
        (0.455, "0.0%", "45.5%"),
        (12, '0" % of all"', "12"),
        (date(2019, 9, 13), None, "2019-09-13"),
        (date(2019, 9, 13), "dddd d mmmm yyyy", "2019-09-13"),
        (datetime(2019, 9, 13, 16, 30), None, "2019-09-13 16:30"),  # noqa: DTZ001  (a spreadsheet knows no zone)
        (date(2021, 3, 1), "mmm-yy", "March 2021"),
        (date(2021, 3, 1), "mmmm\\ yyyy", "March 2021"),
        (time(10), None, "10:00"),
        (timedelta(hours=26), "[h]:mm", "1 day, 2:00:00"),
        (True, None, "TRUE"),
        ("=1+1", None, "=1+1"),
        ("@SUM(A1)", None, "@SUM(A1)"),
        ("  two\r\nlines\xa0", None, "two\nlines"),
        (43721, None, "43721"),
    ],
)
def test_a_cell_is_the_text_that_somebody_would_type(
    tmp_path: Path, value: Any, number_format: str | None, text: str
) -> None:
    assert cell(tmp_path, value, number_format) == text


def test_a_formula_and_an_error_are_faults(tmp_path: Path) -> None:
    def formula(_: Workbook, sheet: Worksheet) -> None:
        sheet["A1"].value = "=TODAY()"

    def error(_: Workbook, sheet: Worksheet) -> None:
        sheet["A1"].value = "#REF!"

    assert cell(tmp_path, 1, change=formula) == Fault("formula", "=TODAY()")
    assert cell(tmp_path, 1, change=error) == Fault("error_cell", "#REF!")


def test_a_formula_is_refused_by_its_cell_and_says_what_to_do(tmp_path: Path) -> None:
    def formulas(_: Workbook, sheet: Worksheet) -> None:
        for number in range(2, 16):
            sheet.cell(number, 2).value = f"=VLOOKUP(A{number},Other!A:B,2)"

    rows = [["ref", "title"], *([number, "x"] for number in range(2, 16))]
    problems = Problems()
    read_table(save(tmp_path / "items.xlsx", rows, change=formulas), ITEMS, problems)
    [found] = [str(each) for each in problems.found]
    assert found == (
        "items.xlsx, sheet Items, row 2, column title: the cell holds a formula (=VLOOKUP(A2,Other!A:B,2)), and what "
        "it last came to cannot be trusted; copy the column and paste it as values. It is so in the rows "
        "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 4 more."
    )


def test_a_formula_in_a_column_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    def formula(_: Workbook, sheet: Worksheet) -> None:
        sheet["C2"].value = "=A2"

    problems = Problems()
    path = save(tmp_path / "items.xlsx", [["ref", "title", "helper"], [1, "x"]], change=formula)
    assert len(read_table(path, ITEMS, problems).rows) == 1
    assert problems.found == []


@pytest.mark.parametrize("system", [1900, 1904])
def test_days_count_from_the_workbooks_own_day_nought(tmp_path: Path, system: int) -> None:
    def change(book: Workbook, sheet: Worksheet) -> None:
        if system == 1904:
            book.epoch = CALENDAR_MAC_1904
        sheet["C2"].value = date(2019, 9, 13)
        sheet["C3"].value = 43721 if system == 1900 else 42259  # a day's number that nobody formatted as a date

    rows = [["ref", "title", "due"], [1, "x"], [2, "y"]]
    problems = Problems()
    table = read_table(save(tmp_path / "items.xlsx", rows, change=change), ITEMS, problems)
    assert [TableCell(each, "due").day(each["due"]) for each in table.rows] == [date(2019, 9, 13)] * 2
    assert problems.found == []


def test_hidden_rows_and_sheets_are_read_and_noted(tmp_path: Path) -> None:
    def hide(book: Workbook, sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.sheet_state = "hidden"
        book.create_sheet("Cover")

    problems = Problems()
    path = save(tmp_path / "items.xlsx", [["ref", "title"], [1, "x"], [2, "y"]], change=hide)
    assert [each["ref"] for each in read_table(path, ITEMS, problems).rows] == ["1", "2"]
    assert [str(each) for each in problems.notes] == [
        "items.xlsx, sheet Items: the sheet is hidden, and was read all the same.",
        "items.xlsx, sheet Items: hidden rows are read like the others: 3.",
    ]


def test_rows_with_text_struck_through_are_read_and_noted(tmp_path: Path) -> None:
    def strike(_: Workbook, sheet: Worksheet) -> None:
        sheet["B3"].font = Font(strike=True)
        sheet["B4"].font = Font(strike=False)
        sheet["A9"].font = Font(strike=True)

    problems = Problems()
    path = save(tmp_path / "items.xlsx", [["ref", "title"], [1, "x"], [2, "dropped"], [3, "z"]], change=strike)
    assert [each["ref"] for each in read_table(path, ITEMS, problems).rows] == ["1", "2", "3"]
    assert [str(each) for each in problems.notes] == [
        "items.xlsx, sheet Items: rows with text struck through are read like the others: 3. Take out what is dropped."
    ]


CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
BESIDE: dict[str, dict[str, bytes | str]] = {
    "a fill that is none": {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fills><fill/></fills></styleSheet>'},
    "a colour that is none": {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts><font><color rgb="red"/></font></fonts></styleSheet>'
    },
    "a day of creation that is none": {
        "docProps/core.xml": f'<c:coreProperties xmlns:c="{CORE}" xmlns:t="http://purl.org/dc/terms/">'
        "<t:created>yesterday</t:created></c:coreProperties>"
    },
    "a list of choices for cells that are gone": {
        "xl/worksheets/sheet1.xml": worksheet(
            row(1, "ref", "title"),
            '<dataValidations><dataValidation type="list" sqref="#REF!"><formula1>"a,b"</formula1></dataValidation>'
            "</dataValidations>",
        )
    },
}


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_is_wrong_beside_the_cells_is_no_fault_of_a_workbook(tmp_path: Path, name: str) -> None:
    """openpyxl's own load_workbook refuses each of these."""
    path = pack(tmp_path / "a.xlsx", parts(worksheet(row(1, "ref", "title")), **BESIDE[name]))
    with pytest.raises((TypeError, ValueError)):
        load_workbook(io.BytesIO(path.read_bytes()))
    assert grid(path).records == {1: ["ref", "title"]}


def test_a_formula_that_rows_share_is_a_fault_in_each(tmp_path: Path) -> None:
    first = '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">[1]!x(</f><v>1</v></c></row>'
    second = '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    path = pack(tmp_path / "a.xlsx", parts(worksheet(first + second)))
    assert grid(path).records == {1: [Fault("formula", "=[1]!x(")], 2: [Fault("formula", "=")]}


def test_a_number_that_is_no_day_is_shown_as_it_stands(tmp_path: Path) -> None:
    assert cell(tmp_path, 99_999_999, "d mmm yyyy") == Fault("no_such_serial", "99999999")


@pytest.mark.parametrize(
    ("stored", "text"), [("2019-09-13", "2019-09-13"), ("2019-09-13T16:30:00", "2019-09-13 16:30")]
)
def test_a_day_that_is_stored_as_text_is_read(tmp_path: Path, stored: str, text: str) -> None:
    path = pack(tmp_path / "a.xlsx", parts(worksheet(f'<row r="1"><c t="d"><v>{stored}</v></c></row>')))
    assert grid(path).records == {1: [text]}


def test_a_text_that_is_merged_over_rows_is_in_each_of_them_and_noted(tmp_path: Path) -> None:
    problems = Problems()
    path = save(
        tmp_path / "items.xlsx",
        [["ref", "title"], [1, "both"], [2, None], [3, "other"]],
        change=lambda _, sheet: sheet.merge_cells("B2:B3"),
    )
    assert [each["title"] for each in read_table(path, ITEMS, problems).rows] == ["both", "both", "other"]
    assert "filled with the same text, in the rows 3" in str(problems.notes[0])


def test_a_heading_across_the_table_is_passed_over_and_noted(tmp_path: Path) -> None:
    problems = Problems()
    path = save(
        tmp_path / "items.xlsx",
        [["ref", "title"], ["Adult social care", None], [1, "x"]],
        change=lambda _, sheet: sheet.merge_cells("A2:B2"),
    )
    assert [each["ref"] for each in read_table(path, ITEMS, problems).rows] == ["1"]
    assert "row 2: 'Adult social care' is a heading" in str(problems.notes[0])


def test_a_title_above_the_header_is_no_header(tmp_path: Path) -> None:
    rows = [["Title of the plan", None], [None, None], ["ref", "title"], [1, "x"]]
    path = save(tmp_path / "items.xlsx", rows, change=lambda _, sheet: sheet.merge_cells("A1:B1"))
    problems = Problems()
    assert [each.number for each in read_table(path, ITEMS, problems).rows] == [4]
    assert problems.found == problems.notes == []


def test_columns_yaml_may_say_which_row_the_header_is(tmp_path: Path) -> None:
    rows = [["ref", "title"], [1, "last year"], ["ref", "title"], [2, "x"]]
    problems = Problems()
    table = read_table(save(tmp_path / "i.xlsx", rows), ITEMS, problems, spec=TableColumns(header_row=3))
    assert [each["ref"] for each in table.rows] == ["2"]


def test_the_runs_of_a_text_are_joined_and_its_phonetic_ones_left_out(tmp_path: Path) -> None:
    rich = "<si><r><t>Sell </t></r><r><t>the depot</t></r><rPh sb='0' eb='1'><t>reading</t></rPh></si>"
    sheet = worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    path = pack(tmp_path / "a.xlsx", parts(sheet, **{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{rich}</sst>'}))
    assert grid(path).records == {1: ["Sell the depot"]}


@pytest.mark.parametrize(
    ("stored", "text"), [("two_x000D_\nlines", "two\nlines"), ("a_x0000_b", "ab"), ("_xD83D_", "")]
)
def test_characters_that_xml_has_not_are_no_part_of_a_text(tmp_path: Path, stored: str, text: str) -> None:
    path = pack(tmp_path / "a.xlsx", parts(worksheet(row(1, "ref", stored))))
    assert grid(path).records[1] == ["ref", *([text] if text else [])]


def test_a_sheet_without_a_size_and_without_cell_names_is_read(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.xlsx", parts(worksheet(row(1, "ref", "title") + row(4, "1", "x"))))
    assert grid(path).records == {1: ["ref", "title"], 4: ["1", "x"]}


def test_a_strict_workbook_is_read_too(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["ref", date(2019, 9, 13)]])
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    changed = repacked(path, sheet1=lambda xml: xml.replace(old, new), workbook=lambda xml: xml.replace(old, new))
    assert grid(changed).records == {1: ["ref", "2019-09-13"]}


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=10).filter(
        str.strip
    ),
    st.integers(-(10**12), 10**12),
    st.dates(date(1970, 1, 1), date(2199, 12, 31)),
    st.booleans(),
)


@thoroughness(0.6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=8))
def test_what_openpyxl_writes_is_read_as_it_was(tmp_path: Path, values: list[Any]) -> None:
    expected = [
        value.replace("\xa0", " ").strip() if isinstance(value, str) else str(value).upper() for value in values
    ]
    read = grid(save(tmp_path / "a.xlsx", [["first", *values]])).records[1]
    assert read == ["first", *expected]
