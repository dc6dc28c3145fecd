"""Tables made to break, and honest ones that are large: either way within two seconds and 200 MB."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.intake.workbooks import MAIN, OFFICE, pack, parts, raw, row, worksheet

SECONDS, MEGABYTES = 2, 200
HEAD = row(1, "ref", "title") + row(2, "1", "x")


def empty_rows(cells: str, last: int = 1_000_000) -> str:
    """Rows that hold formats alone; `cells` are the letters of the formatted ones."""
    made = "".join(f'<c r="{letter}%d" s="1"/>' for letter in cells)
    line = f'<row r="%d" spans="1:5" s="1" customFormat="1">{made}</row>' if cells else '<row r="%d" s="1"/>'
    return "".join(line % ((number,) * (len(cells) + 1)) for number in range(3, last))


def sheet_of(xml: str) -> Callable[[Path], Path]:
    return lambda path: pack(path, parts(xml))


def stored(xml: str) -> Callable[[Path], Path]:
    """Not packed, so that it is not the ratio that refuses it."""

    def write(path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
            for name, content in parts(xml).items():
                made.writestr(name, content)
        return path

    return write


def lying(path: Path) -> Path:
    """A part that declares to be small and is not."""
    big = b" " * 3_000_000
    content = bytearray(pack(path, parts(big)).read_bytes())
    for at in (content.find(len(big).to_bytes(4, "little")), content.rfind(len(big).to_bytes(4, "little"))):
        content[at : at + 4] = (900).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    return path


def overlapping(path: Path) -> Path:
    """Many parts that are all the same bytes of the archive, as in the bombs of D. Fifield (2019)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", os.urandom(100) * 9_000)
        first = made.infolist()[0]
        for number in range(900):
            twin = zipfile.ZipInfo(f"xl/{number}.xml")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, name, getattr(first, name))
            made.filelist.append(twin)
            made.NameToInfo[twin.filename] = twin
    return path


def many_parts(path: Path) -> Path:
    return pack(path, {f"xl/{number}.xml": "<a/>" for number in range(1_500)})


def many_sheets(path: Path) -> Path:
    listed = '<sheet name="Items" sheetId="1" r:id="rId1"/>' * 5_000
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    return pack(path, parts(worksheet(HEAD), **{"xl/workbook.xml": workbook}))


def shared(path: Path) -> Path:
    strings = "".join(f"<si><t>{number}</t></si>" for number in range(450_000))
    return pack(path, parts(worksheet(HEAD), **{"xl/sharedStrings.xml": f"<sst>{strings}</sst>"}))


def merged(path: Path) -> Path:
    rows = "".join(row(number, str(number), "y") for number in range(3, 15_000))
    ranges = "".join(f'<mergeCell ref="A{number}:XFD1048576"/>' for number in range(3, 10_000))
    return pack(path, parts(worksheet(HEAD + rows, f"<mergeCells>{ranges}</mergeCells>")))


def text_of(content: str) -> Callable[[Path], Path]:
    return raw(content.encode("utf-8"))


BOMBS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "noughts": ("xlsx", sheet_of("0" * 150_000_000), "packed tighter than any spreadsheet packs"),
    "a lying part": ("xlsx", lying, "the file is damaged"),
    "overlapping parts": ("xlsx", overlapping, "would be larger than 200 MB unpacked"),
    "many parts": ("xlsx", many_parts, "more than 1000 parts"),
    "many sheets": ("xlsx", many_sheets, "more than 50 sheets"),
    "many elements": ("xlsx", stored(worksheet("<a/>" * 5_000_000)), "more cells than are ever read"),
    "deep elements": ("xlsx", stored("<a>" * 5_000_000), "the file is damaged"),
    "rows that never end": ("xlsx", stored(worksheet("<row " * 4_000_000)), "the file is damaged"),
    "one endless row": ("xlsx", stored(f'<row r="1">{"<c/>" * 5_000_000}'), "more cells than are ever read"),
    "many texts": ("xlsx", shared, "more cells than are ever read"),
    "many merged cells": ("xlsx", merged, "the file is damaged"),
    "a big file": ("xlsx", raw(b"PK" + b"x" * 30_000_000), "larger than 25 MB"),
    "a big text": ("csv", text_of("ref,title\n" + "1,x\n" * 3_000_000), "larger than 10 MB"),
    "many rows": ("csv", text_of("ref,title\n" + "1,x\n" * 2_400_000), "more than 20000 rows"),
    "many columns": ("csv", text_of("ref,title" + ",a" * 400_000), "wider than 500 columns"),
    "an endless line": ("csv", text_of("ref,title" + ",a" * 4_000_000), "more text than any spreadsheet can"),
    "an endless quote": ("csv", text_of('ref,title\n1,"' + "x\n" * 200_000), "more text than any spreadsheet can"),
    "windows text": ("csv", raw(b"ref,title\n" + b"\xe9\n" * 4_900_000), "'é' is not UTF-8 text"),
    "one windows word": ("csv", raw(b"ref,title\n" + b"\xe9" * 9_000_000), "is not UTF-8 text"),
}


def measured(path: Path) -> dict[str, Any]:
    """What reading a table takes in a process that does nothing else."""
    command = [sys.executable, "-m", "tests.intake.limits", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["seconds"] < SECONDS
    assert found["megabytes"] < MEGABYTES
    return found


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_within_two_seconds_and_200_megabytes(tmp_path: Path, name: str) -> None:
    ending, make, says = BOMBS[name]
    found = measured(make(tmp_path / f"items.{ending}"))
    assert says in found["found"][0]
    assert found["rows"] == 0


FULL: dict[str, tuple[str, Callable[[], Callable[[Path], Path]], int]] = {
    "a million formatted rows": ("xlsx", lambda: sheet_of(worksheet(HEAD + empty_rows("ABCDE"))), 1),
    "a million rows without cells": ("xlsx", lambda: sheet_of(worksheet(HEAD + empty_rows(""))), 1),
    "a row after a million empty ones": (
        "xlsx",
        lambda: sheet_of(worksheet(HEAD + empty_rows("ABC") + row(1_000_000, "2", "y"))),
        2,
    ),
    "nineteen thousand rows": (
        "xlsx",
        lambda: sheet_of(worksheet(HEAD + "".join(row(n, str(n), "a title") for n in range(3, 19_000)))),
        18_998,
    ),
    "a million blank lines": ("csv", lambda: text_of("ref,title\n1,x\n" + ",\r\n" * 2_000_000), 1),
}


@pytest.mark.parametrize("name", sorted(FULL))
def test_what_is_large_and_honest_is_read_within_the_same(tmp_path: Path, name: str) -> None:
    ending, make, rows = FULL[name]
    found = measured(make()(tmp_path / f"items.{ending}"))
    assert (found["rows"], found["found"]) == (rows, [])
