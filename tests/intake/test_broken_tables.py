"""Broken tables, and tables made to break: each is refused with a problem that says its fix, and soon."""

import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from remembrancer.intake.folder.reader import read_folder
from remembrancer.intake.tables.column_mapping import Wanted
from remembrancer.intake.tables.reader import read_table
from remembrancer.problems import Problems, RefusedError
from tests.conftest import ROOT
from tests.intake.limits import HOSTILE_SECONDS
from tests.intake.workbooks import MAIN, content_types, pack, parts, raw, row, save, worksheet
from tests.profiles import thoroughness

BROKEN = ROOT / "tests" / "data" / "broken-tables"
EXPECTED: dict[str, str] = yaml.safe_load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))
COLUMNS = ["programme", "ref", "title", "lead_post", "original_end_date"]
ITEM = ["strategic-delivery-plan", 45, "A title", "Head of Local Care", date(2021, 3, 31)]


def refused(folder: Path) -> str:
    """The problems, one a line, of a folder that must be refused whole; and it must be soon."""
    started = time.process_time()
    with pytest.raises(RefusedError) as caught:
        read_folder(folder, with_responses=True)
    assert time.process_time() - started < HOSTILE_SECONDS
    assert caught.value.problems.found
    return str(caught.value)


@pytest.fixture
def items(folder: Path) -> Path:
    """Where a broken items.xlsx goes, in a folder that is right but for it."""
    (folder / "items.csv").unlink()
    return folder / "items.xlsx"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_broken_table_is_refused_and_says_why(folder: Path, name: str) -> None:
    table = f"{name.split('-')[0]}.csv"
    (folder / table).write_bytes((BROKEN / name).read_bytes())
    found = [line for line in refused(folder).splitlines() if line.startswith(table)]
    assert EXPECTED[name] in found[0]


def test_every_broken_table_is_expected_to_be_refused() -> None:
    assert {path.name for path in BROKEN.glob("*.csv")} == set(EXPECTED)


BYTES = {
    "cp1252": ("name,email\nZoë,z@example.org\n".encode("cp1252"), "'Zoë' is not UTF-8 text"),
    "utf-16": ("name,email\n".encode("utf-16"), "the file is UTF-16 text"),
    "nought": (b"name,\0email\n", "the file is no CSV text"),
    "a workbook called .csv": (b"PK\x03\x04rest", "the file is no CSV text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "the file is no CSV text"),
}


@pytest.mark.parametrize("name", sorted(BYTES))
def test_bytes_that_are_no_csv_are_named_for_what_they_are(folder: Path, name: str) -> None:
    raw, says = BYTES[name]
    (folder / "people.csv").write_bytes(raw)
    assert says in refused(folder)


def cells(change: Callable[[Worksheet], Any]) -> Callable[[Path], Path]:
    """A right items.xlsx but for what `change` does to its sheet."""
    return lambda path: save(path, [COLUMNS, ITEM], change=lambda _, sheet: change(sheet))


def book(change: Callable[[Workbook], Any]) -> Callable[[Path], Path]:
    return lambda path: save(path, [COLUMNS, ITEM], change=lambda made, _: change(made))


def archive(**more: bytes | str) -> Callable[[Path], Path]:
    """The least workbook, with a part more or changed."""
    return lambda path: pack(path, parts(worksheet(row(1, *COLUMNS)), **more))


def put(cell: str, value: Any, number_format: str | None = None) -> Callable[[Path], Path]:
    def change(sheet: Worksheet) -> None:
        sheet[cell].value = value
        if number_format:
            sheet[cell].number_format = number_format

    return cells(change)


def cut(path: Path) -> Path:
    whole = save(path, [COLUMNS, ITEM]).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def spoilt(path: Path) -> Path:
    """A part that is not what its checksum says."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for name, content in parts(worksheet(row(1, *COLUMNS))).items():
            made.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b"<t>ref</t>", b"<t>rex</t>"))
    return path


def encrypted(path: Path) -> Path:
    """A zip whose first part says that it is encrypted."""
    content = bytearray(pack(path, parts(worksheet(""))).read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    return path


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
WORKBOOKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a formula": (put("C2", "=A1&B1"), "row 2, column title: the cell holds a formula (=A1&B1)"),
    "a formula in the header": (put("C1", "=A1"), "row 1: the header in column C is a formula"),
    "an error": (put("D2", "#REF!"), "row 2, column lead_post: the cell shows the error #REF!"),
    "a date that is none": (
        put("E2", 99_999_999, "d mmm yyyy"),
        "original_end_date: the cell is formatted as a date",
    ),
    "a date of 1900": (put("E2", 12, "d mmm yyyy"), "column original_end_date"),
    "a month first": (put("E2", "03/31/2021"), "'03/31/2021' has no such month when the day is first"),
    "a year that two centuries have": (put("E2", "31/3/85"), "the year of '31/3/85' could be of two centuries"),
    "a month without a year": (put("E2", "Mar-21"), "'Mar-21' could be read two ways"),
    "a quarter": (put("E2", "Q4 2020/21"), "'Q4 2020/21' is a quarter; write the day that is meant"),
    "another weekday": (put("E2", "Monday 31 March 2021"), "'Monday 31 March 2021' is a Wednesday"),
    "a header gone": (
        put("C1", "Titel"),
        "no header is called 'title'. The nearest is 'Titel'",
    ),
    "a header twice": (put("F1", "Title"), "two headers stand for title"),
    "nothing": (lambda path: save(path, []), "the file is empty; its first row must name the columns"),
    "two tables": (
        book(lambda made: made.copy_worksheet(made.worksheets[0])),
        "several sheets could be the table: Items, Items Copy",
    ),
    "something far to the right": (put("ZZ9", "x"), "a row is wider than 500 columns"),
    "a file cut short": (cut, "the file is damaged, or no Excel workbook"),
    "a spoilt part": (spoilt, "the file is damaged, or no Excel workbook"),
    "text called .xlsx": (raw(b"programme,ref\n"), "the file is called .xlsx and is no Excel workbook"),
    "no bytes": (raw(b""), "the file is called .xlsx and is no Excel workbook"),
    "an old workbook": (raw(OLD), "the file is a workbook of before 2007 (.xls)"),
    "a locked workbook": (raw(OLD + "EncryptedPackage".encode("utf-16-le")), "the workbook is locked with a password"),
    "a locked archive": (encrypted, "the workbook is locked with a password"),
    "an OpenDocument": (archive(mimetype="application/vnd.oasis"), "the file is an OpenDocument spreadsheet (.ods)"),
    "a binary workbook": (archive(**{"xl/workbook.bin": b"x"}), "the file is a binary workbook (.xlsb)"),
    "macros": (archive(**{"xl/vbaProject.bin": b"x"}), "the workbook has macros"),
    "links": (archive(**{"xl/externalLinks/externalLink1.xml": "<a/>"}), "the workbook is linked to other workbooks"),
    "a zip within": (archive(**{"xl/media/image1.png": b"PK\x03\x04rest"}), "the workbook has another file in it"),
    "an old document within": (archive(**{"xl/embeddings/oleObject1.bin": OLD}), "the workbook has another file in it"),
    "any zip": (lambda path: pack(path, {"notes.txt": "x"}), "is no Excel workbook"),
    "no worksheet": (archive(**{"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}), "the workbook has no worksheet"),
    "a part that is not there": (
        archive(**{"[Content_Types].xml": content_types({"xl/nowhere.xml": "sheet.main"})}),
        "the file is damaged",
    ),
    "no XML": (archive(**{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}), "the file is damaged"),
    "a text that is not there": (
        archive(**{"xl/worksheets/sheet1.xml": worksheet('<row r="1"><c t="s"><v>7</v></c></row>')}),
        "the file is damaged",
    ),
    "a number that is none": (
        archive(**{"xl/worksheets/sheet1.xml": worksheet('<row r="1"><c><v>1e9e9</v></c></row>')}),
        "the file is damaged",
    ),
    "an endless number": (
        archive(**{"xl/worksheets/sheet1.xml": worksheet(f'<row r="1"><c><v>{"9" * 5000}</v></c></row>')}),
        "the file is damaged",
    ),
    "a cell that is nowhere": (
        archive(**{"xl/worksheets/sheet1.xml": worksheet('<row r="1"><c r="7A"><v>1</v></c></row>')}),
        "the file is damaged",
    ),
}


@pytest.mark.parametrize("name", sorted(WORKBOOKS))
def test_each_broken_workbook_is_refused_and_says_why(items: Path, name: str) -> None:
    make, says = WORKBOOKS[name]
    make(items)
    assert says in refused(items.parent)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"],
)
def test_an_entity_bomb_is_refused_in_every_part_that_is_read(items: Path, part: str) -> None:
    whole = parts(worksheet(row(1, *COLUMNS)), **{"xl/sharedStrings.xml": "<sst/>", "xl/styles.xml": "<styleSheet/>"})
    pack(items, whole | {part: f"{ENTITIES}]>{whole[part]!s}".replace("<t>", "<t>&i;")})
    assert "the workbook declares a document type" in refused(items.parent)


def test_an_entity_that_names_a_file_is_never_followed(items: Path) -> None:
    secret = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{items.parent / "people.csv"}">]>'
    pack(items, parts(secret + worksheet(row(1, "&a;"))))
    found = refused(items.parent)
    assert "the workbook declares a document type" in found
    assert "Linden" not in found


def test_an_entity_that_the_letters_of_a_part_hide_is_refused_too(items: Path) -> None:
    """Our own look at the bytes does not find it; openpyxl reads with defusedxml where that is there."""
    assert openpyxl.DEFUSEDXML
    whole = f"{ENTITIES}]>{worksheet(row(1, *COLUMNS))}".replace("<t>", "<t>&i;", 1)
    pack(items, parts(f'<?xml version="1.0" encoding="UTF-16"?>{whole}'.encode("utf-16")))
    assert "the file is damaged" in refused(items.parent)


WANTED = Wanted("items", COLUMNS[:4], COLUMNS)


def read_alone(path: Path) -> int:
    """How many rows were read of a table that has none to give."""
    return len(read_table(path, WANTED, Problems()).rows)


@thoroughness(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(min_size=1, max_size=60), at=st.integers(0, 6_000))
def test_no_junk_in_a_workbook_is_more_than_a_listed_problem(tmp_path: Path, junk: bytes, at: int) -> None:
    path = pack(tmp_path / "items.xlsx", parts(worksheet(row(1, *COLUMNS))))
    content = path.read_bytes()
    path.write_bytes(content[:at] + junk + content[at + len(junk) :])
    assert read_alone(path) == 0


PIECES = st.sampled_from(
    ["<c>", '<c r="', "<v>7</v>", ' t="s"', ' s="9"', "<row r='-1'>", "<f/>", "&#0;", "]]>", '"', "<is>"]
)
JUNK = st.one_of(st.text(min_size=1, max_size=20), st.lists(PIECES, min_size=1, max_size=4).map("".join))


@thoroughness(3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=JUNK, at=st.integers(0, 900), part=st.sampled_from(sorted(parts(""))[1:]))
def test_no_junk_in_a_workbooks_xml_is_more_than_a_listed_problem(
    tmp_path: Path, junk: str, at: int, part: str
) -> None:
    whole = parts(worksheet(row(1, *COLUMNS)))
    xml = str(whole[part])
    changed = (xml[:at] + junk + xml[at:]).encode("utf-8", "replace")
    assert read_alone(pack(tmp_path / "items.xlsx", whole | {part: changed})) == 0
