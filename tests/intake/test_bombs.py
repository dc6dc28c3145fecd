"""Tables made to break, and honest ones that are large: either way soon, and at little cost to who reads them."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remembrancer.intake.child_process import CLOCK
from remembrancer.intake.tables.xlsx_file import SECONDS as SECONDS_OF_A_WORKBOOK
from tests.conftest import ROOT
from tests.intake.limits import HOSTILE_SECONDS
from tests.intake.workbooks import MAIN, OFFICE, pack, parts, raw, row, worksheet

WAITED = CLOCK * SECONDS_OF_A_WORKBOOK + HOSTILE_SECONDS
GROWN = {"xlsx": 60, "csv": 130}  # megabytes
TOO_MUCH, DAMAGED = "the workbook takes more than 10 seconds or 500 MB", "the file is damaged"
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
        for name, content in parts(worksheet(HEAD)).items():
            made.writestr(name, content)
        made.writestr("xl/large.xml", os.urandom(100) * 9_000)
        first = made.infolist()[-1]
        for number in range(900):
            twin = zipfile.ZipInfo(f"xl/{number}.xml")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, name, getattr(first, name))
            made.filelist.append(twin)
            made.NameToInfo[twin.filename] = twin
    return path


def many_parts(path: Path) -> Path:
    return pack(path, parts(worksheet(HEAD)) | {f"xl/{number}.xml": "<a/>" for number in range(10_000)})


def many_sheets(path: Path) -> Path:
    listed = '<sheet name="Items" sheetId="1" r:id="rId1"/>' * 5_000
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    return pack(path, parts(worksheet(HEAD), **{"xl/workbook.xml": workbook}))


def shared(path: Path) -> Path:
    strings = "".join(f"<si><t>{number}</t></si>" for number in range(2_000_000))
    return pack(path, parts(worksheet(HEAD), **{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'}))


def wide(path: Path) -> Path:
    """Few cells, each with five hundred empty ones before it."""
    cell = '<row r="{0}"><c r="SF{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    return pack(path, parts(worksheet(HEAD + "".join(cell.format(number) for number in range(3, 40_000)))))


def merged(path: Path) -> Path:
    rows = "".join(row(number, str(number), "y") for number in range(3, 15_000))
    ranges = "".join(f'<mergeCell ref="A{number}:XFD1048576"/>' for number in range(3, 10_000))
    return pack(path, parts(worksheet(HEAD + rows, f"<mergeCells>{ranges}</mergeCells>")))


def text_of(content: str) -> Callable[[Path], Path]:
    return raw(content.encode("utf-8"))


BOMBS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "noughts": ("xlsx", sheet_of("0" * 150_000_000), f"{TOO_MUCH}|{DAMAGED}"),
    "a lying part": ("xlsx", lying, DAMAGED),
    "overlapping parts": ("xlsx", overlapping, f"{TOO_MUCH}|{DAMAGED}"),
    "many sheets": ("xlsx", many_sheets, "more than 50 sheets"),
    "deep elements": ("xlsx", stored("<a>" * 5_000_000), f"{TOO_MUCH}|{DAMAGED}"),
    "rows that never end": ("xlsx", stored(worksheet("<row " * 4_000_000)), DAMAGED),
    "one endless row": ("xlsx", stored(worksheet(f'<row r="1">{"<c/>" * 5_000_000}</row>')), TOO_MUCH),
    "many texts": ("xlsx", shared, TOO_MUCH),
    "many merged cells": ("xlsx", merged, TOO_MUCH),
    "wide rows": ("xlsx", wide, TOO_MUCH),
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
    """What reading a table takes of a process that does nothing else."""
    command = [sys.executable, "-m", "tests.intake.limits", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["seconds"] < HOSTILE_SECONDS
    assert found["waited"] < WAITED
    assert found["grown"] < GROWN[path.suffix[1:]]
    return found


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_soon_and_harms_nobody(tmp_path: Path, name: str) -> None:
    ending, make, says = BOMBS[name]
    found = measured(make(tmp_path / f"items.{ending}"))
    assert re.search(says, found["found"][0])
    assert found["rows"] == 0


FULL: dict[str, tuple[str, Callable[[], Callable[[Path], Path]], int]] = {
    "a million formatted rows": ("xlsx", lambda: sheet_of(worksheet(HEAD + empty_rows("ABCDE"))), 1),
    "a million rows without cells": ("xlsx", lambda: sheet_of(worksheet(HEAD + empty_rows(""))), 1),
    "a row after a million empty ones": (
        "xlsx",
        lambda: sheet_of(worksheet(HEAD + empty_rows("ABC") + row(1_000_000, "2", "y"))),
        2,
    ),
    "ten thousand other parts": ("xlsx", lambda: many_parts, 1),
    "nineteen thousand rows": (
        "xlsx",
        lambda: sheet_of(worksheet(HEAD + "".join(row(n, str(n), "a title") for n in range(3, 19_000)))),
        18_998,
    ),
    "a million blank lines": ("csv", lambda: text_of("ref,title\n1,x\n" + ",\r\n" * 2_000_000), 1),
}


AT_NIGHT = ("a million formatted rows",)
"""What takes longest to write, and holds little that the others do not."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.nightly if name in AT_NIGHT else []) for name in sorted(FULL)]
)
def test_what_is_large_and_honest_is_read_within_the_same(tmp_path: Path, name: str) -> None:
    ending, make, rows = FULL[name]
    found = measured(make()(tmp_path / f"items.{ending}"))
    assert (found["rows"], found["found"]) == (rows, [])
