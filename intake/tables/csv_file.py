"""Reads CSV files strictly: UTF-8, closed quotes, and the separator with which the header is found."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from remembrancer.intake.child_process import ParserError
from remembrancer.intake.tables.rows import MOST_COLUMNS, MOST_ROWS, Cell
from remembrancer.problems import Problems

SEPARATORS = (",", ";", "\t")
NAMED_SEPARATOR = re.compile(r"(?i)sep=([,;\t])\s*")
MOST_BYTES = 10_000_000
MOST_LINES = 500_000
LONGEST_LINE = 1_000_000  # characters
SAMPLE_LINES = 60  # lines in which the header is searched
MOST_LINES_LISTED = 100
Records = dict[int, list[Cell]]
"""Records by number, without blank ones."""


def read_csv(path: Path, file: str, problems: Problems, fits: Callable[[Records], int]) -> Records | None:
    """Read the records of a CSV file; add a problem and return None where that fails.

    The separator is the one for which `fits` (the number of known columns in the header) is highest, by default a
    comma. A first line such as 'sep=;' names the separator; Excel writes it and does not show it.
    """
    text = _text(path, file, problems)
    if text is None:
        return None
    try:
        lines = _lines(text)
        if named := NAMED_SEPARATOR.fullmatch(lines[0] if lines else ""):
            return _records(lines[1:], named[1])
        return _records(lines, max(SEPARATORS, key=lambda separator: fits(_sample(lines, separator))))
    except ParserError as error:
        problems.add(file, error.row, None, error.name, **error.values)
        return None


def _lines(text: str) -> list[str]:
    """Split a text into lines, without the blank lines that spreadsheets write at the end for formatted rows."""
    end = text.find("\n", len(text.rstrip(" \t\r\n,;")))
    kept = text[: end + 1] if end >= 0 else text
    if kept.count("\n") + kept.count("\r") > MOST_LINES:
        raise ParserError("too_many_rows", rows=MOST_ROWS)
    lines = io.StringIO(kept, newline="").readlines()
    longest = max(map(len, lines), default=0)
    if longest > LONGEST_LINE:
        raise ParserError("long_cell", row=next(n for n, line in enumerate(lines, start=1) if len(line) == longest))
    return lines


def _sample(lines: Sequence[str], separator: str) -> Records:
    """Read the records of the first lines, which may end within a record."""
    found: Records = {}
    try:
        for number, record in enumerate(csv.reader(lines[:SAMPLE_LINES], delimiter=separator), start=1):
            if any(cells := [clean(cell) for cell in record[:MOST_COLUMNS]]):
                found[number] = list(cells)
    except csv.Error:
        pass
    return found


def _records(lines: Sequence[str], separator: str) -> Records:
    found: Records = {}
    number = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=separator, strict=True), start=1):
            if len(record) > MOST_COLUMNS:
                raise ParserError("too_many_columns", row=number, columns=MOST_COLUMNS)
            if number > 5 * MOST_ROWS:
                raise ParserError("too_many_rows", rows=5 * MOST_ROWS)
            if any(cells := [clean(cell) for cell in record]):
                found[number] = list(cells)
    except csv.Error as error:
        raise ParserError("long_cell" if "field larger" in str(error) else "bad_quotes", row=number + 1) from error
    return found


def clean(text: str) -> str:
    """Strip a text and unify its line breaks and spaces."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()


def _text(path: Path, file: str, problems: Problems) -> str | None:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except (FileNotFoundError, IsADirectoryError):
        problems.add(file, None, None, "no_such_file")
        return None
    if size > MOST_BYTES:
        problems.add(file, None, None, "file_too_big", megabytes=MOST_BYTES // 1_000_000)
        return None
    if raw.startswith(codecs.BOM_UTF8):
        problems.note(file, 1, None, "bom")
        raw = raw[len(codecs.BOM_UTF8) :]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.add(file, 1, None, "utf16")
        return None
    if b"\0" in raw or raw.startswith(b"PK\x03\x04"):
        problems.add(file, None, None, "not_text")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        _add_not_utf8(raw, file, problems)
        return None


def _add_not_utf8(raw: bytes, file: str, problems: Problems) -> None:
    """Add a problem for each line that is not UTF-8, up to a limit, with the word as Windows-1252 would read it."""
    header = raw.split(b"\n", 1)[0].decode("cp1252", "replace").strip().split(",", MOST_COLUMNS)
    listed = 0
    for number, line in enumerate(io.BytesIO(raw), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            cells = line.count(b",", 0, error.start)
            column = header[cells] if cells < len(header) else None
            problems.add(file, number, column, "not_utf8", word=_word_at(line, error.start))
            listed += 1
        if listed == MOST_LINES_LISTED:
            break


def _word_at(line: bytes, wrong: int) -> str:
    start = max(0, wrong - 100)
    around = line[start : wrong + 100].decode("cp1252", "replace")
    words = re.finditer(r"[^\s,;\"]+", around)
    at = wrong - start
    return next((word[0] for word in words if word.start() <= at < word.end()), around[at : at + 1])
