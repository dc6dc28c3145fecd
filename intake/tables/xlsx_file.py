"""Reads the sheets of an XLSX workbook (ISO/IEC 29500-1, 18.3) as grids of text, with openpyxl in a child process.

openpyxl parses the cells. Its load_workbook would also read fills, filters, charts and the author's name, which nobody
wants here, and would refuse a workbook for what another program wrote wrongly there.
"""

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import structlog
from openpyxl.packaging.workbook import ChildSheet
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.constants import ARC_STYLE, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from remembrancer.intake.child_process import ParserError, ParserStoppedError, run_bounded
from remembrancer.intake.tables.csv_file import clean
from remembrancer.intake.tables.rows import MOST_COLUMNS, Cell, Fault, Grid
from remembrancer.problems import Problems

MOST_BYTES = 25_000_000
MOST_SHEETS = 50
SECONDS, MEGABYTES = 10, 500  # some three hundred thousand cells
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": SHEET_MAIN_NS.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}
"""The namespaces of a workbook saved as 'Strict Open XML', and those that openpyxl knows."""
EMPTY_ROW = re.compile(rb'<row r="\d+"[^<>]*(?:(?<=/)>|>(?:<c\b[^<>]*(?:(?<=/)>|></c>))*</row>)')
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
NO_DAY = "no day"  # a kind of cell besides openpyxl's
NAMESPACE = {"x": SHEET_MAIN_NS}
MERGE_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
log = structlog.get_logger()


class Styles(NamedTuple):
    """The styles that cells refer to by number: their number formats, and those that strike text through."""

    formats: Sequence[str] = ()
    struck: frozenset[int] = frozenset()

    def number_format(self, style: int) -> str:
        return self.formats[style] if style < len(self.formats) else "General"


def read_sheets(path: Path, file: str, problems: Problems) -> list[Grid]:
    """Return the worksheets in their order; none, and a problem, where the file is no workbook that can be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ParserError("file_too_big", megabytes=MOST_BYTES // 1_000_000)
        return run_bounded(parse_workbook, path.read_bytes(), seconds=SECONDS, megabytes=MEGABYTES)
    except (FileNotFoundError, IsADirectoryError):
        problems.add(file, None, None, "no_such_file")
    except ParserError as error:
        problems.add(file, None, None, error.name, **error.values)
    except ParserStoppedError as error:
        if error.reason == "crash":
            log.warning("workbook_crashed_its_parser", error=error.detail[-300:])
            problems.add(file, None, None, "broken_workbook")
        else:
            problems.add(file, None, None, "workbook_takes_too_much", seconds=SECONDS, megabytes=MEGABYTES)
    return []


def parse_workbook(data: bytes) -> list[Grid]:
    """Parse the worksheets of a workbook. Raises ParserError, and whatever openpyxl raises for a damaged file."""
    reader = ExcelReader(_readable_copy(data), keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    parts = [
        (sheet, rel.target)
        for sheet, rel in reader.parser.find_sheets()
        if rel.Type.endswith("/worksheet") and rel.target in reader.valid_files
    ]
    if not parts:
        raise ParserError("no_sheets")
    if len(parts) > MOST_SHEETS:
        raise ParserError("too_many_sheets", sheets=MOST_SHEETS)
    styles = _read_styles(reader.archive)
    return [_read_sheet(sheet, part, reader, styles) for sheet, part in parts]


def _readable_copy(data: bytes) -> io.BytesIO:
    """Copy the XML of the archive in the form that openpyxl reads, without empty rows that are only formatted.

    Some workbooks have a million of those.
    """
    if data.startswith(OLD_OFFICE):
        raise ParserError("locked_workbook" if ENCRYPTED in data else "old_workbook")
    if not data.startswith(b"PK"):
        raise ParserError("no_workbook")
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as new:
        _check_kind(archive)
        for part in archive.infolist():
            content = archive.read(part)
            if content.startswith((b"PK\x03\x04", OLD_OFFICE)):
                raise ParserError("archive_within", name=part.filename)
            if part.filename.endswith((".xml", ".rels")):
                if b"<!DOCTYPE" in content:  # Office Open XML has none (ISO/IEC 29500-2, 9.2.5)
                    raise ParserError("has_document_type")
                for strict, known in STRICT.items():
                    content = content.replace(strict, known)
                new.writestr(part.filename, EMPTY_ROW.sub(b"", content))
    return copy


def _check_kind(archive: zipfile.ZipFile) -> None:
    """Raise ParserError where the archive is another kind of file, or has macros or external links."""
    names = [name.lower() for name in archive.namelist()]
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise ParserError("locked_workbook")
    if "mimetype" in names or "content.xml" in names:
        raise ParserError("open_document")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ParserError("has_macros")
    if "xl/workbook.bin" in names:
        raise ParserError("binary_workbook")
    if any("externallinks/" in name for name in names):
        raise ParserError("has_links")
    if "[content_types].xml" not in names:
        raise ParserError("no_workbook")


def _read_styles(archive: zipfile.ZipFile) -> Styles:
    if ARC_STYLE not in archive.namelist():
        return Styles()
    root = fromstring(archive.read(ARC_STYLE))
    own = root.findall("x:numFmts/x:numFmt", NAMESPACE)
    known = BUILTIN_FORMATS | {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in own}
    strikes = [each.find("x:strike", NAMESPACE) for each in root.findall("x:fonts/x:font", NAMESPACE)]
    fonts = {at for at, each in enumerate(strikes) if each is not None and each.get("val") not in ("0", "false")}
    styles = root.findall("x:cellXfs/x:xf", NAMESPACE)
    return Styles(
        [known.get(int(each.get("numFmtId", 0)), "General") for each in styles],
        frozenset(at for at, each in enumerate(styles) if int(each.get("fontId", 0)) in fonts),
    )


class _CellParser(WorkSheetParser):
    """openpyxl's parser of rows, changed to keep formulas and invalid day numbers as they are."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Keep a number that is formatted as a date and is none, of which openpyxl makes the error #VALUE!."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["data_type"] == "e" and element.get("t") != "e":
            cell |= {"data_type": NO_DAY, "value": element.findtext(VALUE_TAG)}
        return cell

    def parse_formula(self, element: Element) -> str:
        """Return the formula unchanged, because openpyxl fails to translate some shared formulas."""
        return f"={element.findtext(FORMULA_TAG) or ''}"


@dataclass
class _Sheet:
    """The content of a sheet: cells by row and column, hidden rows, rows struck through, and merged ranges."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def add_cell(self, cell: dict[str, Any], styles: Styles) -> None:
        style = cell["style_id"]
        text = _cell_text(cell["value"], cell["data_type"], styles.number_format(style))
        if text:
            self.rows.setdefault(cell["row"], {})[cell["column"]] = text
        if text and style in styles.struck:
            self.struck.add(cell["row"])

    def grid(self, name: str, hidden: bool, epoch: datetime) -> Grid:
        """Build the grid. Raises ParserError where the sheet has more columns than MOST_COLUMNS."""
        self.rows = dict(sorted(self.rows.items()))
        if any(max(row) > MOST_COLUMNS for row in self.rows.values()):
            raise ParserError("too_many_columns", columns=MOST_COLUMNS)
        headings, filled = self._fill_merged()
        return Grid(
            sheet=name,
            records={number: [row.get(at, "") for at in range(1, max(row) + 1)] for number, row in self.rows.items()},
            day_zero=epoch.date(),
            hidden=hidden,
            hidden_rows=frozenset(self.hidden),
            struck_rows=frozenset(self.struck),
            headings=headings,
            filled_rows=frozenset(filled),
        )

    def _fill_merged(self) -> tuple[dict[int, str], set[int]]:
        """Copy the first cell of each merged range to all its cells.

        Returns the rows that consist of one merged text, and those that got a text from a row above.
        """
        headings: dict[int, str] = {}
        filled: set[int] = set()
        numbers = list(self.rows)
        width = max((max(row) for row in self.rows.values()), default=0)
        for first_column, first_row, last_column, last_row in self.merged:
            cell = self.rows.get(first_row, {}).get(first_column)
            if not cell:
                continue
            across = range(first_column, min(last_column, width) + 1)
            if isinstance(cell, str) and len(across) > 1 and len(self.rows[first_row]) == 1:
                headings[first_row] = cell
            for number in numbers[bisect_left(numbers, first_row) : bisect_right(numbers, last_row)]:
                self.rows[number] |= dict.fromkeys(across, cell)
                filled |= {number} - {first_row}
        return headings, filled


def _read_sheet(sheet: ChildSheet, part: str, reader: ExcelReader, styles: Styles) -> Grid:
    found, epoch = _Sheet(), reader.wb.epoch
    with reader.archive.open(part) as source:
        parser = _CellParser(
            source,
            reader.shared_strings,
            epoch=epoch,
            date_formats={at for at, each in enumerate(styles.formats) if is_date_format(each)},
            timedelta_formats={at for at, each in enumerate(styles.formats) if is_timedelta_format(each)},
        )
        for _, element in iterparse(source):
            if element.tag == ROW_TAG:
                number, cells = parser.parse_row(element)
                for cell in cells:
                    found.add_cell(cell, styles)
                if element.get("hidden") in ("1", "true"):
                    found.hidden.add(number)
                element.clear()
            elif element.tag == MERGE_TAG:
                found.merged.append(CellRange(element.get("ref")).bounds)
    return found.grid(sheet.name, sheet.state != "visible", epoch)


def _cell_text(value: Any, kind: str, number_format: str) -> Cell:
    """Convert a cell to the text that a person would type: a day as ISO, 45 % as '45%', 52.0 as '52'."""
    if value is None:
        return ""
    if kind == "f":
        return Fault("formula", value[:60])
    if kind in ("e", NO_DAY):
        return Fault("error_cell" if kind == "e" else "no_such_serial", value)
    if isinstance(value, str):
        return clean(NO_TEXT.sub("", unescape(value)))
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, int | float):
        return _moment(value, number_format)
    bare = QUOTED.sub("", number_format.split(";")[0])
    if "%" in bare:
        return f"{_digits(round(float(value) * 100, 10))}%"
    return _digits(value).zfill(len(bare)) if re.fullmatch("0{2,}", bare) else _digits(value)


def _digits(value: int | float) -> str:
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else f"{value:.15g}"  # as spreadsheets show it


def _moment(value: date | time | timedelta, number_format: str) -> str:
    """Convert a day or time to text; it is a month where the number format shows no day."""
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    shown = QUOTED.sub("", number_format.lower())
    if "y" in shown and "d" not in shown:
        return f"{value:%B} {value.year:04}"
    if not isinstance(value, datetime):
        return value.isoformat()
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.isoformat(sep=" ").removesuffix(" 00:00:00").removesuffix(":00")
