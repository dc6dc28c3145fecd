"""Workbooks for tests: whole ones made by openpyxl, and archives by hand for what openpyxl never writes."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def save(
    path: Path,
    rows: Sequence[Any],
    sheet: str = "Items",
    change: Callable[[Workbook, Worksheet], None] | None = None,
) -> Path:
    """A workbook with one sheet; `change` may do to it what rows cannot say. Text is text, whatever it begins with."""
    book = Workbook()
    made = book.active
    assert isinstance(made, Worksheet)
    made.title = sheet
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row, start=1):
            cell = made.cell(number, at, value)
            if isinstance(value, str) and value:
                cell.data_type = "s"
    if change:
        change(book, made)
    book.save(path)
    return path


def parts(sheet: bytes | str, **others: bytes | str) -> dict[str, bytes | str]:
    """The parts of the least workbook there is, with this XML as its only sheet."""
    kinds = {"xl/workbook.xml": "sheet.main", "xl/sharedStrings.xml": "sharedStrings", "xl/styles.xml": "styles"}
    there = {name: kind for name, kind in kinds.items() if name in {"xl/workbook.xml", *others}}
    return {
        "[Content_Types].xml": content_types(there),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Items" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": sheet,
        **others,
    }


def content_types(kinds: Mapping[str, str]) -> str:
    inner = "".join(
        f'<Override PartName="/{name}" ContentType="{SPREADSHEET}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return f'<Types xmlns="{PACKAGE}/content-types">{inner}</Types>'


def relations(*each: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in each
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def worksheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def row(number: int, *texts: str) -> str:
    """A row of inline texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def pack(path: Path, contents: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def raw(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def repacked(path: Path, **changes: Callable[[bytes], bytes]) -> Path:
    """The same workbook with some parts changed, each by what its name ends in."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = next((change for end, change in changes.items() if name.endswith(f"{end}.xml")), None)
            new.writestr(name, change(old.read(name)) if change else old.read(name))
    path.write_bytes(made.getvalue())
    return path
