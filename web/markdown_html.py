"""Renders the Markdown subset of messages as HTML without links, scripts or external content."""

from collections.abc import Sequence
from itertools import pairwise

from markdown_it.token import Token
from markupsafe import Markup

from remembrancer.bot.platform.markdown import markdown_parser

SHORT = 14  # a cell of at most so many characters, such as a date, stays on one line
_markdown = markdown_parser()


def to_html(text: str, level: int = 2) -> Markup:
    """Render Markdown as HTML; `level` is the HTML level of its first heading level, so that it fits the page."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + level - 1)}"
    _mark_header_cells(tokens)
    _frame_tables(tokens)
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))


def _mark_header_cells(tokens: Sequence[Token]) -> None:
    """Mark each column's head and each row's first cell as table headers, and replace inline styles with classes."""
    for number, (before, token) in enumerate(pairwise(tokens), start=1):
        if token.type in ("th_open", "td_open"):
            right = "right" in str(token.attrs.pop("style", ""))
            short = len(tokens[number + 1].content) <= SHORT
            token.attrSet("class", " ".join(["number"] * right + ["short"] * short))
        if token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "td_open" and before.type == "tr_open":
            token.tag = tokens[number + 2].tag = "th"
            token.attrSet("scope", "row")


def _frame_tables(tokens: Sequence[Token]) -> None:
    """Note each table's heading: the table scrolls in a frame that the keyboard reaches and the heading names."""
    heading = ""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[number + 1].content
        if token.type == "table_open":
            token.meta["frame"] = heading


def _open_table(_renderer: object, tokens: Sequence[Token], number: int, _options: object, _env: object) -> str:
    named = Markup(' aria-label="{}"').format(tokens[number].meta["frame"]) if tokens[number].meta["frame"] else ""
    return f'<div class="frame" role="group" tabindex="0"{named}><table>\n'


_markdown.add_render_rule("table_open", _open_table)
_markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
