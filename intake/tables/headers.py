"""Finds a table's header and its columns by name, never by position."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from remembrancer.intake.tables.column_mapping import plain
from remembrancer.intake.tables.rows import Cell, Fault, Grid

SEARCHED_ROWS = 30


@dataclass
class Header:
    """A header; `row` is its last row. `at` and `shown` give each column's position and text by our name of it.

    `texts` are all that stand in it, by position; `unknown` are those that are no name of ours.
    """

    row: int
    at: dict[str, int] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)


def find_header(grid: Grid, known: Mapping[str, str], needed: Collection[str], row: int | None = None) -> Header:
    """Find the header with most of the `needed` columns, then most columns; it has one row, or a row of groups above.

    `known` maps headers to our names (Wanted.headers_of). `row` is the header's row, where columns.yaml gives it.
    """
    candidates = [_read_header(number, texts, known) for number, texts in _candidates(grid, row)]
    return max(candidates, key=lambda each: (sum(n in each.at for n in needed), len(each.at)), default=Header(row or 1))


def _candidates(grid: Grid, row: int | None) -> Iterator[tuple[int, list[tuple[str, ...] | Fault]]]:
    """Yield single rows first, so that two rows are chosen only where the second adds columns."""
    numbers = [number for number in grid.records if row is None or number in (row, row + 1)][:SEARCHED_ROWS]
    for number in numbers:
        if row is None or number == row:
            yield number, [cell if isinstance(cell, Fault) else (cell,) for cell in grid.records[number]]
    for above, below in pairwise(numbers):
        if below == above + 1:
            pairs = zip_longest(grid.records[above], grid.records[below], fillvalue="")
            yield below, [_combined_texts(group, name) for group, name in pairs]


def _combined_texts(group: Cell, name: Cell) -> tuple[str, ...] | Fault:
    """Combine a group and a header below it: 'Milestones' over 'Start' gives 'Milestones Start' and 'Start'."""
    if isinstance(group, Fault):
        return group
    if isinstance(name, Fault):
        return name
    if not group or not name or group == name:
        return (group or name,)
    return f"{group} {name}", name


def _read_header(number: int, texts: Sequence[tuple[str, ...] | Fault], known: Mapping[str, str]) -> Header:
    header = Header(number)
    for at, text in enumerate(texts):
        if isinstance(text, Fault):
            header.faults.append((at, text))
            continue
        if text[0]:
            header.texts[at] = text[0]
        name = next((known[key] for each in text if (key := plain(each)) in known), None)
        if name is None:
            header.unknown += [text[0]] if text[0] else []
        elif name in header.at:
            header.twice.append(name)
        else:
            header.at[name], header.shown[name] = at, text[0]
    return header
