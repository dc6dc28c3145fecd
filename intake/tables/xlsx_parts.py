"""What a workbook says of itself: its sheets, its shared texts, its number formats, and what its days count from."""

import posixpath
import zipfile
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from remembrancer.intake.tables.cells import Workings
from remembrancer.intake.tables.xlsx_archive import UnreadableError, chunks
from remembrancer.intake.tables.xlsx_xml import Budget, parse

MOST_OF_A_SMALL_PART = 8_000_000
MOST_STRINGS = 8_000_000  # bytes
MOST_SHEETS = 50


@dataclass(frozen=True)
class SheetPart:
    """`part` is its name in the archive."""

    name: str
    hidden: bool
    part: str


@dataclass
class _Elements:
    """The elements of a small part, each with the one that it is in."""

    found: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    within: list[str] = field(default_factory=lambda: [""])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self.found.append((self.within[-1], name, plain))
        self.within.append(name)

    def end(self, name: str) -> None:
        self.within.pop()

    def text(self, data: str) -> None:
        """No small part has text that matters."""


@dataclass
class _Strings:
    """Shared texts: the runs of each joined, without the phonetic ones (ISO/IEC 29500-1, 18.4.8)."""

    found: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    open: bool = False
    phonetic: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self.phonetic = True
        self.open = name == "t" and not self.phonetic

    def end(self, name: str) -> None:
        self.open = False
        if name == "rPh":
            self.phonetic = False
        elif name == "si":
            self.found.append("".join(self.pieces))
            self.pieces.clear()

    def text(self, data: str) -> None:
        if self.open:
            self.pieces.append(data)


@dataclass(frozen=True)
class Workbook:
    """A workbook's parts. `of` raises UnreadableError where they do not hang together."""

    sheets: list[SheetPart]
    workings: Workings

    @classmethod
    def of(cls, archive: zipfile.ZipFile, budget: Budget) -> "Workbook":
        book = _target(archive, "", "officeDocument", budget)
        if book is None:
            raise UnreadableError("no_workbook")
        elements = _elements(archive, book, budget)
        dated_1904 = any(a.get("date1904") in ("1", "true") for _, name, a in elements if name == "workbookPr")
        strings = _target(archive, book, "sharedStrings", budget)
        styles = _target(archive, book, "styles", budget)
        workings = Workings(
            strings=_strings(archive, strings, budget) if strings else [],
            formats=_formats(_elements(archive, styles, budget)) if styles else [],
            epoch=MAC_EPOCH if dated_1904 else WINDOWS_EPOCH,
        )
        return cls(_sheets(archive, book, elements, budget), workings)


def _elements(archive: zipfile.ZipFile, part: str, budget: Budget) -> list[tuple[str, str, dict[str, str]]]:
    handler = _Elements()
    parse(chunks(archive, part, MOST_OF_A_SMALL_PART), handler, budget)
    return handler.found


def _relations(archive: zipfile.ZipFile, part: str, budget: Budget) -> list[dict[str, str]]:
    """What a part refers to, each Target as a name in the archive."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive.namelist():
        return []
    found = [a for _, name, a in _elements(archive, relations, budget) if name == "Relationship"]
    inside = [each for each in found if each.get("TargetMode") != "External"]
    return [each | {"Target": _resolved(folder, each.get("Target", ""))} for each in inside]


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _target(archive: zipfile.ZipFile, part: str, kind: str, budget: Budget) -> str | None:
    """The part of this kind that `part` refers to. Kinds end alike in the strict and the transitional standard."""
    found = [each["Target"] for each in _relations(archive, part, budget) if each.get("Type", "").endswith(f"/{kind}")]
    return next((target for target in found if target in archive.namelist()), None)


def _sheets(
    archive: zipfile.ZipFile, book: str, elements: list[tuple[str, str, dict[str, str]]], budget: Budget
) -> list[SheetPart]:
    """The worksheets in the workbook's order; charts and macro sheets are none."""
    parts = {
        each.get("Id"): each["Target"]
        for each in _relations(archive, book, budget)
        if each.get("Type", "").endswith("/worksheet")
    }
    found = []
    for _, name, attributes in elements:
        part = parts.get(attributes.get("id"))
        if name == "sheet" and part in archive.namelist():
            hidden = attributes.get("state", "visible") != "visible"
            found.append(SheetPart(attributes.get("name", ""), hidden, part or ""))
    if not found:
        raise UnreadableError("no_sheets")
    if len(found) > MOST_SHEETS:
        raise UnreadableError("too_many_sheets", sheets=MOST_SHEETS)
    return found


def _strings(archive: zipfile.ZipFile, part: str, budget: Budget) -> list[str]:
    handler = _Strings()
    parse(chunks(archive, part, MOST_STRINGS), handler, budget)
    return handler.found


def _formats(elements: list[tuple[str, str, dict[str, str]]]) -> list[str]:
    """The number format of each style that a cell may have, in the order that cells count them."""
    own = {
        int(a.get("numFmtId", 0)): a.get("formatCode", "General")
        for within, name, a in elements
        if (within, name) == ("numFmts", "numFmt")
    }
    known = {**BUILTIN_FORMATS, **own}
    used = [int(a.get("numFmtId", 0)) for within, name, a in elements if (within, name) == ("cellXfs", "xf")]
    return [known.get(number, "General") for number in used]
