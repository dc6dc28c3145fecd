"""CSV tables, read strictly: each problem with its row and column."""

import codecs
import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from intake.problems import Problems

SERIAL_DAY_ZERO = date(1899, 12, 30)  # what a spreadsheet's day number counts from


@dataclass(frozen=True)
class Row:
    """One record. `number` as a spreadsheet shows it: the header is row 1. Cells are stripped text."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        return column in self.cells


def read_table(path: Path, needed: Collection[str], problems: Problems, name: str | None = None) -> list[Row]:
    """The records of a UTF-8 CSV file; blank rows are passed over. Problems are added to `problems`."""
    file = name or path.name
    text = _text(path, file, problems)
    if text is None:
        return []
    records = list(csv.reader(io.StringIO(text, newline="")))
    if not records:
        problems.add(file, None, None, "empty_file", needed=", ".join(needed))
        return []
    header = [cell.strip() for cell in records[0]]
    if not _header_is_right(file, header, needed, problems):
        return []
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if any(cell.strip() for cell in record):
            rows += _row(file, number, header, record, problems)
    return rows


def _text(path: Path, file: str, problems: Problems) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.add(file, None, None, "no_such_file")
        return None
    if raw.startswith(codecs.BOM_UTF8):
        problems.note(file, 1, None, "bom")
        raw = raw[len(codecs.BOM_UTF8) :]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _add_not_utf8(raw, error.start, file, problems)
        return None


def _add_not_utf8(raw: bytes, start: int, file: str, problems: Problems) -> None:
    """Every line that is not UTF-8, read as Windows text so that the fix can be shown."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.add(file, 1, None, "utf16")
        return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            word = _word_at(line, error.start)
            column = raw.split(b"\n")[0].decode("cp1252", "replace").strip().split(",")
            at = line[: error.start].count(b",")
            problems.add(file, number, column[at] if at < len(column) else None, "not_utf8", word=word)


def _word_at(line: bytes, start: int) -> str:
    text = line.decode("cp1252", "replace")
    words = re.finditer(r"[^\s,;\"]+", text)
    return next((word[0] for word in words if word.start() <= start < word.end()), text[start : start + 1])


def _header_is_right(file: str, header: list[str], needed: Collection[str], problems: Problems) -> bool:
    missing = [column for column in needed if column not in header]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    for column in missing:
        problems.add(file, 1, column, "no_such_column", column=column, columns=", ".join(header))
    for column in twice:
        problems.add(file, 1, column, "column_twice", column=column)
    return not missing and not twice


def _row(file: str, number: int, header: list[str], record: list[str], problems: Problems) -> list[Row]:
    if len(record) > len(header) and any(cell.strip() for cell in record[len(header) :]):
        problems.add(file, number, None, "too_many_cells", cells=len(record), columns=len(header))
        return []
    cells = {column: cell.strip() for column, cell in zip(header, record, strict=False) if column}
    return [Row(file, number, cells)]


def read_day(row: Row, column: str, problems: Problems) -> date | None:
    """The ISO date in a cell; None and a problem for anything else, None for a blank."""
    text = row[column]
    return to_day(text, row.file, row.number, column, problems) if text else None


def to_day(text: str, file: str, number: int | None, column: str, problems: Problems) -> date | None:
    """ISO text as a date. A spreadsheet's day number and a day-first date are named for what they are."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            problems.add(file, number, column, "no_such_day", text=text)
            return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        meant = SERIAL_DAY_ZERO + timedelta(days=int(float(text)))
        problems.add(file, number, column, "spreadsheet_day", text=text, meant=meant.isoformat())
        return None
    guess = _day_first(text)
    if guess:
        problems.add(file, number, column, "day_first", text=text, meant=guess.isoformat())
    else:
        problems.add(file, number, column, "not_a_day", text=text)
    return None


def _day_first(text: str) -> date | None:
    parts = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text)
    if not parts:
        return None
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None
