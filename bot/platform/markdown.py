"""Parses the Markdown subset of messages into nodes that can be rendered, measured and split.

Links, images and HTML are disabled: whatever people wrote stays plain text, and no link, mention or emoji.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Kind = Literal["heading", "paragraph", "bullet", "number", "code", "quote", "rule", "table"]
STYLES = {"strong": "bold", "em": "italic"}
ITEMS = ("bullet", "number")
BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def markdown_parser() -> MarkdownIt:
    """Build a parser of the Markdown subset."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return parser.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])


_markdown = markdown_parser()


@dataclass(frozen=True)
class Run:
    """Text in one style, which is any set of 'bold', 'italic' and 'code'."""

    text: str
    style: frozenset[str] = frozenset()


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Node:
    """A heading, paragraph, list item, table or the like. `level` is a heading's level or a list item's depth.

    number: of an item in a numbered list; rows: of a table, with its head first; right: the right-aligned columns.
    """

    kind: Kind
    runs: Runs = ()
    level: int = 0
    number: int = 0
    rows: tuple[tuple[Runs, ...], ...] = ()
    right: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return text_of(self.runs)


def text_of(runs: Runs) -> str:
    """Return the text of the runs, without styles."""
    return "".join(run.text for run in runs)


def parse(text: str) -> tuple[Node, ...]:
    """Parse Markdown into nodes, in order, without those that have no text."""
    nodes = _nodes(SyntaxTreeNode(_markdown.parse(text)).children, 0)
    return tuple(node for node in nodes if node.text.strip() or node.kind in ("rule", "table"))


def _nodes(children: Sequence[SyntaxTreeNode], depth: int) -> Iterator[Node]:
    for child in children:
        if child.type == "heading":
            yield Node("heading", _inline(child), level=int(child.tag[1]))
        elif child.type == "paragraph":
            yield Node("paragraph", _inline(child))
        elif child.type in ("bullet_list", "ordered_list"):
            yield from _items(child, depth)
        elif child.type == "table":
            yield _table(child)
        else:
            yield from _other_nodes(child, depth)


def _other_nodes(child: SyntaxTreeNode, depth: int) -> Iterator[Node]:
    if child.type == "hr":
        yield Node("rule")
    elif child.type == "blockquote":
        inner = [node.runs for node in _nodes(child.children, depth) if node.runs]
        yield Node("quote", join_runs(inner, "\n"))
    elif child.content.strip():
        yield Node("code", (Run(child.content.removesuffix("\n")),))


def _items(listing: SyntaxTreeNode, depth: int) -> Iterator[Node]:
    kind: Kind = "bullet" if listing.type == "bullet_list" else "number"
    first = int(listing.attrs.get("start", 1))
    for number, item in enumerate(listing.children, start=first):
        own = [_inline(child) for child in item.children if child.type == "paragraph"]
        yield Node(kind, join_runs(own, "\n"), level=depth, number=number)
        yield from _nodes([child for child in item.children if child.type != "paragraph"], depth + 1)


def _table(table: SyntaxTreeNode) -> Node:
    rows = [row for part in table.children for row in part.children]
    right = {n for n, cell in enumerate(rows[0].children) if "right" in str(cell.attrs.get("style", ""))}
    cells = tuple(tuple(_inline(cell) for cell in row.children) for row in rows)
    return Node("table", rows=cells, right=frozenset(right))


def _inline(block: SyntaxTreeNode) -> Runs:
    return merge_runs(run for inline in block.children for run in _runs(inline, frozenset()))


def _runs(parent: SyntaxTreeNode, style: frozenset[str]) -> Iterator[Run]:
    for child in parent.children:
        if child.children:
            yield from _runs(child, style | {STYLES[child.type]})
        elif child.type == "code_inline":
            yield Run(child.content, style | {"code"})
        else:
            yield Run(BREAKS.get(child.type, child.content), style)


def merge_runs(runs: Iterator[Run] | Sequence[Run]) -> Runs:
    """Merge neighbouring runs of one style, and drop empty ones."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].style == run.style:
            merged[-1] = replace(merged[-1], text=merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def join_runs(parts: Sequence[Runs], between: str) -> Runs:
    """Join the parts with a text between them."""
    return merge_runs([run for n, part in enumerate(parts) for run in ([Run(between)] * (n > 0) + list(part))])


def table_as_list(table: Node) -> tuple[Node, ...]:
    """Convert a table to list items, 'first: second, third', for places that take no table."""
    return tuple(Node("bullet", _row(row)) for row in table.rows)


def _row(row: tuple[Runs, ...]) -> Runs:
    between = ["", ": ", *([", "] * len(row))]
    return merge_runs([run for gap, cell in zip(between, row, strict=False) for run in (Run(gap), *cell)])


def is_title(node: Node) -> bool:
    """Return whether the node is a title: a heading, or a paragraph all in bold."""
    bold = node.kind == "paragraph" and all("bold" in run.style for run in node.runs)
    return node.kind == "heading" or bold


def to_plain_text(nodes: Sequence[Node]) -> str:
    """Return the nodes as plain text, a table's rows as lines 'a: b, c'."""
    lines = [(node, _line(node)) for node in nodes if node.kind != "rule"]
    text = ""
    for number, (node, line) in enumerate(lines):
        close = number and (node.kind in ITEMS or is_title(lines[number - 1][0]))
        text += ("\n" if close else "\n\n") * (number > 0) + line
    return text


def _line(node: Node) -> str:
    if node.kind == "table":
        return "\n".join(each.text for each in table_as_list(node))
    mark = {"bullet": "• ", "number": f"{node.number}. "}.get(node.kind, "")
    return "    " * node.level * (node.kind in ITEMS) + mark + node.text


def shorten(text: str, limit: int) -> str:
    """Cut the text to at most `limit` characters, at a word's end, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    before, _, _ = kept.rpartition(" ")
    ends_a_word = text[limit - 1] == " " or not kept[-1].isalnum()
    return (kept if ends_a_word or len(before) <= limit // 2 else before).rstrip(" ,;:–-") + "…"
