"""Converts Markdown and buttons to Block Kit blocks, and to the fallback text that carries all of their content.

All text stands in elements that Slack takes literally, so nothing in it can mention, link or format.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from remembrancer.bot.platform.markdown import (
    ITEMS,
    Node,
    Run,
    Runs,
    is_title,
    parse,
    shorten,
    table_as_list,
    text_of,
    to_plain_text,
)
from remembrancer.models.message import Button

MESSAGE_CHARACTERS = 13_000
"""The characters of a message's blocks; from about 13,200 on, Slack refuses them as `msg_blocks_too_long`.

It is not in Slack's reference (bolt-js issue 2509); the other limits are.
"""
HEADER = 150
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
MAX_INDENT = 8
MAX_BUTTON_LABEL = 75
BUTTONS_PER_BLOCK = 25
REPEATED = "#"  # before the number of a button whose action stands in its block already
EMPTY_CELL = "–"  # Slack refuses a whole message for one empty cell
Block = dict[str, Any]


def blocks(text: str, tables: bool = True) -> list[Block]:
    """Convert Markdown to blocks, without ids. With `tables` false, a table's rows become lines."""
    return blocks_of(parse(text), tables)


def blocks_of(nodes: Sequence[Node], tables: bool = True) -> list[Block]:
    """Convert nodes to blocks, without ids."""
    renderable = [each for node in nodes for each in _renderable(node, tables)]
    blocks: list[Block] = []
    for kind, group in groupby(renderable, key=_block_kind):
        if kind == "rich_text":
            blocks.append({"type": "rich_text", "elements": list(_elements(list(group)))})
        else:
            blocks += [_SINGLE_BLOCKS[kind](node) for node in group]
    return blocks


def _renderable(node: Node, tables: bool) -> Sequence[Node]:
    fits = tables and len(node.rows) <= TABLE_ROWS and all(len(row) <= TABLE_COLUMNS for row in node.rows)
    if node.kind == "table" and not (fits and table_characters(node) <= TABLE_CHARACTERS):
        return table_as_list(node)
    return (node,)


def table_characters(table: Node) -> int:
    return sum(len(text_of(cell)) or len(EMPTY_CELL) for row in table.rows for cell in row)


def _block_kind(node: Node) -> str:
    if node.kind == "heading" and node.level == 1 and len(node.text) <= HEADER:
        return "header"
    return {"table": "table", "rule": "divider"}.get(node.kind, "rich_text")


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _table(node: Node) -> Block:
    columns = [
        {"align": "right" if n in node.right else "left", "is_wrapped": True} for n, _ in enumerate(node.rows[0])
    ]
    return {"type": "table", "rows": [[_cell(cell) for cell in row] for row in node.rows], "column_settings": columns}


def _cell(runs: Runs) -> Block:
    if any(run.style for run in runs):
        return {"type": "rich_text", "elements": [_section(runs)]}
    return {"type": "raw_text", "text": text_of(runs) or EMPTY_CELL}


_SINGLE_BLOCKS: Mapping[str, Callable[[Node], Block]] = {
    "header": lambda node: {"type": "header", "text": plain_text(node.text)},
    "table": _table,
    "divider": lambda _node: {"type": "divider"},
}


def _elements(nodes: Sequence[Node]) -> Iterator[Block]:
    """Build the elements of one rich text: neighbouring paragraphs share a section, neighbouring items a list."""
    after_list = False
    for kind, group in groupby(nodes, key=_group_key):
        members = list(group)
        if kind[0] == "section":
            yield _section(_join_paragraphs(members, after_list))
        elif kind[0] in ITEMS:
            yield _list(members)
        else:
            yield {"type": f"rich_text_{kind[0]}", "elements": [_text_element(run) for run in members[0].runs]}
        after_list = kind[0] != "section"


def _group_key(node: Node) -> tuple[str, int]:
    if node.kind in ITEMS:
        return node.kind, min(node.level, MAX_INDENT)
    if node.kind in ("code", "quote"):
        return ("preformatted" if node.kind == "code" else "quote"), id(node)
    return "section", 0


def _join_paragraphs(nodes: Sequence[Node], after_list: bool) -> Runs:
    """Join paragraphs with blank lines; a title is followed by a single line break."""
    runs: list[Run] = [Run("\n")] if after_list else []
    for number, node in enumerate(nodes):
        runs += [Run(run.text, run.style | {"bold"}) for run in node.runs] if node.kind == "heading" else node.runs
        if number + 1 < len(nodes):
            runs.append(Run("\n" if is_title(node) else "\n\n"))
    return tuple(runs)


def _list(nodes: Sequence[Node]) -> Block:
    first = nodes[0]
    element: Block = {
        "type": "rich_text_list",
        "style": "bullet" if first.kind == "bullet" else "ordered",
        "indent": min(first.level, MAX_INDENT),
        "elements": [_section(node.runs) for node in nodes],
    }
    return element | ({"offset": first.number - 1} if first.number > 1 and first.kind == "number" else {})


def _section(runs: Runs) -> Block:
    return {"type": "rich_text_section", "elements": [_text_element(run) for run in runs]}


def _text_element(run: Run) -> Block:
    style = dict.fromkeys(sorted(run.style), True)
    return {"type": "text", "text": run.text, **({"style": style} if style else {})}


def fallback_of(nodes: Sequence[Node]) -> str:
    """Convert nodes to plain text that is safe as Slack's mrkdwn; a table's rows become lines 'a: b, c'."""
    return escape_mrkdwn(to_plain_text(nodes))


def escape_mrkdwn(text: str) -> str:
    """Escape text for Slack's mrkdwn, so that it mentions nobody and links nowhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def actions(buttons: Sequence[Button]) -> list[Block]:
    """Build the blocks for a part's buttons; none where it has none."""
    rows = [buttons[first : first + BUTTONS_PER_BLOCK] for first in range(0, len(buttons), BUTTONS_PER_BLOCK)]
    return [{"type": "actions", "elements": [_button(row, number) for number in range(len(row))]} for row in rows]


def _button(row: Sequence[Button], number: int) -> dict[str, Any]:
    button = row[number]
    before = sum(other.action == button.action for other in row[:number])
    element: dict[str, Any] = {
        "type": "button",
        "text": plain_text(shorten(button.label, MAX_BUTTON_LABEL)),
        "action_id": f"{button.action}{REPEATED}{before}" if before else button.action,
        "value": button.value,
    }
    spoken_label = shorten(f"{button.label} {button.about}".strip(), MAX_BUTTON_LABEL)
    element |= {"accessibility_label": spoken_label} if spoken_label != button.label else {}
    return element | ({"style": button.style} if button.style else {})


def action_of(action_id: str) -> str:
    """Return the button's action from its action_id."""
    return action_id.partition(REPEATED)[0]
