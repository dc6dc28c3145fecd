"""CSV text, read strictly: UTF-8, whole quotes, and the separator that the header proves."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from intake.problems import Problems

SEPARATORS = (",", ";", "\t")
MOST_BYTES = 10_000_000
MOST_CHARACTERS = 100_000  # of one cell; a spreadsheet holds 32,767
MOST_LINES_LISTED = 100

Records = dict[int, list[str]]
"""Records by number; blank ones are left out."""


def read_csv(path: Path, file: str, problems: Problems, fits: Callable[[Records], int]) -> Records | None:
    """The records of a CSV file; None and a problem where it is none.

    Of the separators the one is taken by which the header `fits` best (the number of columns it finds); a comma where
    none does better.
    """
    text = _text(path, file, problems)
    if text is None:
        return None
    opening = text[:MOST_CHARACTERS]
    best = max(SEPARATORS, key=lambda separator: fits(_opening(opening, separator)))
    return _records(text, best, file, problems)


def _opening(text: str, separator: str) -> Records:
    """As much as can be read of the beginning, which may end amid a record."""
    found: Records = {}
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            found[number] = [clean(cell) for cell in record]
    except csv.Error:
        pass
    return found


def _records(text: str, separator: str, file: str, problems: Problems) -> Records | None:
    found: Records = {}
    number = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            if any(cells := [clean(cell) for cell in record]):
                found[number] = cells
    except csv.Error as error:
        name = "long_cell" if "field larger" in str(error) else "bad_quotes"
        problems.add(file, number + 1, None, name)
        return None
    return found


def clean(text: str) -> str:
    """Text without what is round it, and with one kind of line break."""
    return re.sub(r"\r\n?", "\n", text).replace("\xa0", " ").strip()


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
    if b"\0" in raw and not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.add(file, None, None, "not_text")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        _add_not_utf8(raw, file, problems)
        return None


def _add_not_utf8(raw: bytes, file: str, problems: Problems) -> None:
    """The lines that are not UTF-8, read as Windows text so that the fix can be shown; of very many, the first."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.add(file, 1, None, "utf16")
        return
    lines = raw.split(b"\n")
    header = lines[0].decode("cp1252", "replace").strip().split(",")
    listed = 0
    for number, line in enumerate(lines, start=1):
        start = _first_wrong(line)
        if start is not None and listed < MOST_LINES_LISTED:
            listed += 1
            at = line[:start].count(b",")
            column = header[at] if at < len(header) else None
            problems.add(file, number, column, "not_utf8", word=_word_at(line, start))


def _first_wrong(line: bytes) -> int | None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _word_at(line: bytes, start: int) -> str:
    around = line[max(0, start - 100) : start + 100].decode("cp1252", "replace")
    at = min(start, 100)
    words = re.finditer(r"[^\s,;\"]+", around)
    return next((word[0] for word in words if word.start() <= at < word.end()), around[at : at + 1])
