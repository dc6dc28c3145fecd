"""Converts Markdown to elements of an Adaptive Card (https://adaptivecards.io/explorer).

Text stands in runs, which Teams takes literally. Only a heading must be a TextBlock, so that screen readers
announce it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from remembrancer.bot.platform.markdown import (
    ITEMS,
    Node,
    Run,
    Runs,
    is_title,
    join_runs,
    parse,
    table_as_list,
    text_of,
)
from remembrancer.bot.teams.outbound.escape import escape_dates, escape_markdown
from remembrancer.wording import phrase

EMPTY_CELL = "–"
INDENT = 18  # pixels of a bullet's column, and of each level
PHONE_WIDTH = 326  # pixels of a card's content on a phone
LETTER_WIDTH, BOLD_WIDTH, CAPITAL_EXTRA = 7.5, 8, 6  # pixels of a letter and a bold one, and more for a capital
CELL_PADDING = 17  # pixels of a cell's edges
SHORT_NAME = 6  # a first column of at most so many characters does not name its row alone
SIZES = {1: "Large", 2: "Medium"}
Element = dict[str, Any]


def elements(text: str) -> list[Element]:
    """Convert Markdown to elements, without ids."""
    return elements_of(fit_tables(parse(text)))


def fit_tables(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Replace each table that is too wide for a phone by a paragraph for each row."""
    fitted: list[Node] = []
    for node in nodes:
        is_wide = sum(map(_min_width, _columns(node))) > PHONE_WIDTH
        fitted += _table_as_paragraphs(node) if is_wide else (node,)
    return tuple(fitted)


def _columns(table: Node) -> list[list[str]]:
    """Return the cells' texts by column, each from its head down."""
    return [[text_of(cell) for cell in column] for column in zip(*table.rows, strict=False)]


def _min_width(column: Sequence[str]) -> int:
    """Return the pixels that a column needs so that none of its words is broken."""
    head, *others = (max(map(len, cell.split()), default=1) for cell in column)
    return round(max(BOLD_WIDTH * head + CAPITAL_EXTRA, LETTER_WIDTH * max(others, default=1))) + CELL_PADDING


def _table_as_paragraphs(table: Node) -> Iterator[Node]:
    """Convert each row to its name in bold, and a paragraph of the other cells, each after its column's head."""
    head, *rows = table.rows
    name_cells = 2 if all(len(text_of(row[0])) <= SHORT_NAME for row in rows) and len(head) > 2 else 1
    if not rows or len(head) == 1:
        yield from table_as_list(table)
        return
    for row in rows:
        name = " ".join(text_of(cell) or EMPTY_CELL for cell in row[:name_cells])
        yield Node("paragraph", (Run(name, frozenset({"bold"})),))
        pairs = zip(head[name_cells:], row[name_cells:], strict=True)
        cells = [(*first, Run(": "), *(cell or (Run(EMPTY_CELL),))) for first, cell in pairs]
        yield Node("paragraph", join_runs(cells, " · "))


def elements_of(nodes: Sequence[Node]) -> list[Element]:
    """Convert nodes to elements, without ids."""
    elements: list[Element] = []
    line = False
    for number, node in enumerate(nodes):
        if node.kind == "rule":
            line = bool(elements)
            continue
        close = number > 0 and (
            is_title(nodes[number - 1]) or (nodes[number - 1].kind == node.kind and node.kind in ITEMS)
        )
        space = {"spacing": "Small"} if close else {"spacing": "Large"} if node.kind == "heading" else {}
        elements.append(_element(node) | (space if elements else {}) | ({"separator": True} if line else {}))
        line = False
    return elements


def _element(node: Node) -> Element:
    if node.kind == "heading":
        return heading(node.text, node.level)
    if node.kind in ITEMS:
        return _item(node)
    if node.kind == "table":
        return _table(node)
    if node.kind == "quote":
        return {"type": "Container", "style": "emphasis", "items": [rich_text(node.runs)]}
    if node.kind == "code":
        return rich_text(tuple(Run(run.text, run.style | {"code"}) for run in node.runs))
    return rich_text(node.runs)


def heading(text: str, level: int = 1) -> Element:
    """Build a heading."""
    size = SIZES.get(level, "Default")
    return {
        "type": "TextBlock",
        "text": escape_markdown(text),
        "style": "heading",
        "size": size,
        "weight": "Bolder",
        "wrap": True,
    }


def rich_text(runs: Runs, **look: Any) -> Element:
    """Build a text block from runs, which always wraps; `look` is set on each run: `color`, `isSubtle`, `size`."""
    return {"type": "RichTextBlock", "inlines": [_run(run) | look for run in runs]}


def text_block(text: str, bold: bool = False, **look: Any) -> Element:
    """Build a text block from one text."""
    return rich_text((Run(text, frozenset({"bold"} if bold else ())),), **look)


def _run(run: Run) -> Element:
    element: Element = {"type": "TextRun", "text": escape_dates(run.text)}
    if "bold" in run.style:
        element["weight"] = "Bolder"
    if "italic" in run.style:
        element["italic"] = True
    if "code" in run.style:
        element["fontType"] = "Monospace"
    return element


def _item(node: Node) -> Element:
    """Build a list item whose lines all begin beside its bullet or number, not below it."""
    mark = phrase("teams_cards.bullet") if node.kind == "bullet" else phrase("teams_cards.number", number=node.number)
    width = f"{INDENT * (node.level + 1)}px" if node.kind == "bullet" else "auto"
    beside = text_block(mark) | {"horizontalAlignment": "Right"}
    columns = [{"type": "Column", "width": width, "items": [beside]}]
    if node.kind == "number" and node.level:
        columns.insert(0, {"type": "Column", "width": f"{INDENT * node.level}px", "items": []})
    columns.append({"type": "Column", "width": "stretch", "spacing": "Small", "items": [rich_text(node.runs)]})
    return {"type": "ColumnSet", "columns": columns}


def _table(node: Node) -> Element:
    columns = [
        {"width": width, "horizontalCellContentAlignment": "Right" if n in node.right else "Left"}
        for n, width in enumerate(_widths(node))
    ]
    rows = [
        {"type": "TableRow", "cells": [_cell(cell, is_head=number == 0) for cell in row]}
        for number, row in enumerate(node.rows)
    ]
    return {"type": "Table", "firstRowAsHeaders": True, "showGridLines": True, "columns": columns, "rows": rows}


def _widths(table: Node) -> list[int]:
    """Give each column what its words need on a phone, and the rest to columns whose cells would take several lines."""
    columns = _columns(table)
    min_widths = [_min_width(column) for column in columns]
    full_widths = [round(LETTER_WIDTH * max(map(len, column))) + CELL_PADDING for column in columns]
    missing = [max(0, pixels - least) for pixels, least in zip(full_widths, min_widths, strict=True)]
    spare = max(0, PHONE_WIDTH - sum(min_widths))
    return [least + spare * more // (sum(missing) or 1) for least, more in zip(min_widths, missing, strict=True)]


def _cell(runs: Runs, is_head: bool) -> Element:
    content = runs or (Run(EMPTY_CELL),)
    bold = tuple(Run(run.text, run.style | {"bold"}) for run in content) if is_head else content
    return {"type": "TableCell", "items": [rich_text(bold)]}
