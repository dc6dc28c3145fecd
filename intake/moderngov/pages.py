"""Converts the forward plan's HTML pages to a sequence of texts, links and line ends.

The pages have no reliable structure except their visible text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from remembrancer.intake.moderngov.values import readable
from remembrancer.problems import Problems

LIMIT = 2_000_000
"""The most bytes of a page; a plan of two hundred decisions has half a million."""
MOST_TAGS = 60_000
"""The most tags of a page; a plan of two hundred decisions has some ten thousand."""
INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "em", "font", "i", "img", "label", "small", "span", "strong", "sub", "sup", "u")
)
UNSEEN = frozenset(("script", "style", "noscript", "template", "select", "textarea"))


@dataclass(frozen=True)
class Piece:
    """A text, or with an empty text the end of a line; a link has an `address`, and its class as `style`."""

    text: str
    address: str = ""
    style: str = ""


END_OF_LINE = Piece("")


def pieces(page: bytes, file: str, problems: Problems) -> list[Piece]:
    """Return the visible pieces of a page in order; empty and a problem where it is no page or too large."""
    if len(page) > LIMIT or page.count(b"<") > MOST_TAGS:
        problems.add(file, None, None, "plan_page_too_large", limit=LIMIT // 1_000_000)
        return []
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        text = page.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = page.decode("cp1252", "replace")
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError):
        problems.add(file, None, None, "answer_empty")
        return []
    return list(_visible_pieces(root))


def _visible_pieces(root: Any) -> Iterator[Piece]:
    """Yield the visible pieces without recursion, because a page may be nested deeper than the recursion limit."""
    hidden: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start" and hidden is None:
            yield from _opening_pieces(element, tag)
            hidden = element if tag in UNSEEN or tag == "a" else None
        elif event == "end" and hidden in (None, element):
            hidden = None
            if tag not in INLINE:
                yield END_OF_LINE
            yield from _text_piece(element.tail)


def _opening_pieces(element: Any, tag: str) -> Iterator[Piece]:
    if tag not in INLINE:
        yield END_OF_LINE
    if tag == "a":
        inner = " ".join(element.itertext())
        yield Piece(readable(inner), element.get("href", ""), element.get("class", ""))
    elif tag == "img":
        yield from _text_piece(element.get("alt"))
    elif tag not in UNSEEN:
        yield from _text_piece(element.text)


def _text_piece(text: str | None) -> Iterator[Piece]:
    shown = readable(text or "")
    if shown:
        yield Piece(shown)
