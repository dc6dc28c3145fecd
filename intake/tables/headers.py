"""Where a table's header is, and which of its columns is which: found by name, never by position."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from remembrancer.intake.tables.column_mapping import plain
from remembrancer.intake.tables.rows import Cell, Fault, Grid

SEARCHED_ROWS = 30


@dataclass
class Header:
    """`row` is the number of its last row. By our names: the position of each column, and how it is shown there."""

    row: int
    at: dict[str, int] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)


def find_header(grid: Grid, known: Mapping[str, str], needed: Collection[str], row: int | None = None) -> Header:
    """The header that has most of the `needed` columns, then most of all; one row, or two of which the first groups.

    `known` gives our name for a header (Wanted.headers_of). `row` is where columns.yaml says the header is.
    """
    candidates = [_header(number, texts, known) for number, texts in _candidates(grid, row)]
    return max(candidates, key=lambda header: _worth(header, needed), default=Header(row or 1))


def _worth(header: Header, needed: Collection[str]) -> tuple[int, int]:
    return sum(name in header.at for name in needed), len(header.at)


def _candidates(grid: Grid, row: int | None) -> Iterator[tuple[int, list[tuple[str, ...] | Fault]]]:
    """Single rows first, so that two are taken only where the second row adds something."""
    numbers = [number for number in grid.records if row is None or number in (row, row + 1)][:SEARCHED_ROWS]
    for number in numbers:
        if row is None or number == row:
            yield number, [_alone(cell) for cell in grid.records[number]]
    for above, below in pairwise(numbers):
        if below == above + 1:
            yield below, _joined(grid.records[above], grid.records[below])


def _alone(cell: Cell) -> tuple[str, ...] | Fault:
    return cell if isinstance(cell, Fault) else (cell,)


def _joined(above: Sequence[Cell], below: Sequence[Cell]) -> list[tuple[str, ...] | Fault]:
    """'Milestones' over 'Start' is 'Milestones Start', or else 'Start'; a title over both rows is itself."""
    width = max(len(above), len(below))
    pairs = zip(_filled(above, width), _filled(below, width), strict=True)
    return [_join(group, name) for group, name in pairs]


def _filled(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells, *[""] * (width - len(cells))]


def _join(group: Cell, name: Cell) -> tuple[str, ...] | Fault:
    if isinstance(group, Fault) or isinstance(name, Fault):
        return group if isinstance(group, Fault) else name if isinstance(name, Fault) else ("",)
    if not group or not name or group == name:
        return (group or name,)
    return f"{group} {name}", name


def _header(number: int, texts: Sequence[tuple[str, ...] | Fault], known: Mapping[str, str]) -> Header:
    header = Header(number)
    for at, text in enumerate(texts):
        if isinstance(text, Fault):
            header.faults.append((at, text))
            continue
        name = next((known[key] for each in text if (key := plain(each)) in known), None)
        if name is None:
            header.unknown += [text[0]] if text[0] else []
        elif name in header.at:
            header.twice.append(name)
        else:
            header.at[name], header.shown[name] = at, text[0]
    return header
