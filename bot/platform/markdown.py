"""The small Markdown of messages, read into pieces that can be shown, counted and divided: headings, lists, tables.

Whatever people wrote is plain text in it: nothing is a link, a mention or an emoji.
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
_markdown = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])
)


@dataclass(frozen=True)
class Run:
    """Text in one style: 'bold', 'italic' and 'code', together or none."""

    text: str
    style: frozenset[str] = frozenset()


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Node:
    """One heading, paragraph, item of a list, or table. `level` is a heading's, or how deep an item stands.

    number: of an item in a numbered list; rows: a table's, its head first; right: columns aligned to the right.
    """

    kind: Kind
    runs: Runs = ()
    level: int = 0
    number: int = 0
    rows: tuple[tuple[Runs, ...], ...] = ()
    right: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return words(self.runs)


def words(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def read(text: str) -> tuple[Node, ...]:
    """The text's nodes, in order; what holds no text is left out."""
    found = _nodes(SyntaxTreeNode(_markdown.parse(text)).children, 0)
    return tuple(node for node in found if node.text.strip() or node.kind in ("rule", "table"))


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
            yield from _rare(child, depth)


def _rare(child: SyntaxTreeNode, depth: int) -> Iterator[Node]:
    if child.type == "hr":
        yield Node("rule")
    elif child.type == "blockquote":
        inner = [node.runs for node in _nodes(child.children, depth) if node.runs]
        yield Node("quote", _joined(inner, "\n"))
    elif child.content.strip():
        yield Node("code", (Run(child.content.removesuffix("\n")),))


def _items(listing: SyntaxTreeNode, depth: int) -> Iterator[Node]:
    kind: Kind = "bullet" if listing.type == "bullet_list" else "number"
    first = int(listing.attrs.get("start", 1))
    for number, item in enumerate(listing.children, start=first):
        own = [_inline(child) for child in item.children if child.type == "paragraph"]
        yield Node(kind, _joined(own, "\n"), level=depth, number=number)
        yield from _nodes([child for child in item.children if child.type != "paragraph"], depth + 1)


def _table(table: SyntaxTreeNode) -> Node:
    rows = [row for part in table.children for row in part.children]
    right = {n for n, cell in enumerate(rows[0].children) if "right" in str(cell.attrs.get("style", ""))}
    cells = tuple(tuple(_inline(cell) for cell in row.children) for row in rows)
    return Node("table", rows=cells, right=frozenset(right))


def _inline(block: SyntaxTreeNode) -> Runs:
    return merged(run for inline in block.children for run in _runs(inline, frozenset()))


def _runs(parent: SyntaxTreeNode, style: frozenset[str]) -> Iterator[Run]:
    for child in parent.children:
        if child.children:
            yield from _runs(child, style | {STYLES[child.type]})
        elif child.type == "code_inline":
            yield Run(child.content, style | {"code"})
        else:
            yield Run(BREAKS.get(child.type, child.content), style)


def merged(runs: Iterator[Run] | Sequence[Run]) -> Runs:
    """Neighbours in one style as one run, and none that is empty."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].style == run.style:
            found[-1] = replace(found[-1], text=found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)


def _joined(parts: Sequence[Runs], between: str) -> Runs:
    return merged([run for n, part in enumerate(parts) for run in ([Run(between)] * (n > 0) + list(part))])


def in_lines(table: Node) -> tuple[Node, ...]:
    """A table as the items of a list, 'first: second, third', for where no table can stand."""
    return tuple(Node("bullet", _row(row)) for row in table.rows)


def _row(row: tuple[Runs, ...]) -> Runs:
    between = ["", ": ", *([", "] * len(row))]
    return merged([run for gap, cell in zip(between, row, strict=False) for run in (Run(gap), *cell)])


def is_title(node: Node) -> bool:
    """Whether it is the title of what follows: a heading, or a paragraph all in bold."""
    bold = node.kind == "paragraph" and all("bold" in run.style for run in node.runs)
    return node.kind == "heading" or bold


def plain(nodes: Sequence[Node]) -> str:
    """All that nodes say, as text in lines: a table's rows are lines, 'a: b, c'."""
    lines = [(node, _line(node)) for node in nodes if node.kind != "rule"]
    text = ""
    for number, (node, line) in enumerate(lines):
        close = number and (node.kind in ITEMS or is_title(lines[number - 1][0]))
        text += ("\n" if close else "\n\n") * (number > 0) + line
    return text


def _line(node: Node) -> str:
    if node.kind == "table":
        return "\n".join(each.text for each in in_lines(node))
    mark = {"bullet": "• ", "number": f"{node.number}. "}.get(node.kind, "")
    return "    " * node.level * (node.kind in ITEMS) + mark + node.text


def shorten(text: str, most: int) -> str:
    """The text, or as many whole words of it as fit, with an ellipsis."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    before, _, _ = kept.rpartition(" ")
    ends_a_word = text[most - 1] == " " or not kept[-1].isalnum()
    return (kept if ends_a_word or len(before) <= most // 2 else before).rstrip(" ,;:–-") + "…"
