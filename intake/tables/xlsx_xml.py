"""The XML within a workbook, streamed through expat: no tree is built, and no document type is let in.

An entity can only be declared in a document type (XML 1.0, 4.2), and Office Open XML has none (ISO/IEC 29500-2, 9.2.5),
so whatever has one was made to do harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from remembrancer.intake.tables.xlsx_archive import UnreadableError

MOST_ELEMENTS = 400_000  # of a workbook in all: some hundred thousand cells, which take about a second
MOST_DEEP = 100


@dataclass
class Budget:
    """How many elements may still be read of a workbook."""

    elements: int = MOST_ELEMENTS

    def spend(self) -> None:
        self.elements -= 1
        if self.elements < 0:
            raise UnreadableError("too_many_cells_in_all")


class Handler(Protocol):
    """What hears of a part's elements; names are without their namespaces."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def parse(pieces: Iterable[bytes], handler: Handler, budget: Budget) -> None:
    """Raises UnreadableError where it is no XML, has a document type, or more elements than anything honest."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEEP:
            raise UnreadableError("broken_workbook")
        budget.spend()
        handler.start(name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name.rpartition(" ")[2])

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, handler.text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableError("broken_workbook") from error


def _refuse(*_: object) -> None:
    raise UnreadableError("has_document_type")
