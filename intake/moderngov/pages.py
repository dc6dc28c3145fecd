"""The forward plan's HTML pages as a row of pieces: texts, and the links and line ends between them.

The pages have no structure to rely on but their words, and so they are read as a person reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from remembrancer.intake.moderngov.values import readable
from remembrancer.problems import Problems

LIMIT = 2_000_000
"""Bytes of a page; a plan of two hundred decisions has half a million."""
MOST_TAGS = 60_000
"""Such a plan has some ten thousand."""
INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "em", "font", "i", "img", "label", "small", "span", "strong", "sub", "sup", "u")
)
UNSEEN = frozenset(("script", "style", "noscript", "template", "select", "textarea"))


@dataclass(frozen=True)
class Piece:
    """A text, or the end of a line where it is empty. A link has its `address`, and its class as `style`."""

    text: str
    address: str = ""
    style: str = ""


END_OF_LINE = Piece("")


def pieces(page: bytes, file: str, problems: Problems) -> list[Piece]:
    """What is seen on a page, in order; nothing and a problem where it is none, or too large to be read."""
    if len(page) > LIMIT or page.count(b"<") > MOST_TAGS:
        problems.add(file, None, None, "plan_page_too_large", limit=LIMIT // 1_000_000)
        return []
    try:
        root = html.document_fromstring(_text(page).encode("utf-8"), parser=_parser())
    except (etree.LxmlError, ValueError):
        problems.add(file, None, None, "answer_empty")
        return []
    return list(_seen(root))


def _parser() -> Any:
    return html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)


def _text(page: bytes) -> str:
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        return page.decode("cp1252", "replace")


def _seen(root: Any) -> Iterator[Piece]:
    """One walk without recursion: a page may be nested deeper than we may call."""
    hidden: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start" and hidden is None:
            yield from _begins(element, tag)
            hidden = element if tag in UNSEEN or tag == "a" else None
        elif event == "end" and hidden in (None, element):
            hidden = None
            if tag not in INLINE:
                yield END_OF_LINE
            yield from _words(element.tail)


def _begins(element: Any, tag: str) -> Iterator[Piece]:
    if tag not in INLINE:
        yield END_OF_LINE
    if tag == "a":
        inner = " ".join(element.itertext())
        yield Piece(readable(inner), element.get("href", ""), element.get("class", ""))
    elif tag == "img":
        yield from _words(element.get("alt"))
    elif tag not in UNSEEN:
        yield from _words(element.text)


def _words(text: str | None) -> Iterator[Piece]:
    shown = readable(text or "")
    if shown:
        yield Piece(shown)
