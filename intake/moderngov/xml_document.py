"""An answer of the web service: from bytes to elements, with limits, so that no answer can do harm.

Entities, document types and external references are refused (defusedxml); how much is read is bounded.
"""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from remembrancer.intake.moderngov.values import readable
from remembrancer.problems import Problems

LIMIT = 8 * 1024 * 1024
"""Bytes of an answer: two hundred times a busy council's year."""
MOST_ELEMENTS = 120_000
DEEPEST = 40
_PAGE = re.compile(rb"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_PAGE_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
_SWITCHED_OFF = re.compile(
    rb"unrecognized for URL|(?:web ?)?service (?:is|has been) (?:disabled|switched off|turned off)", re.IGNORECASE
)
_LONG_TAG = re.compile(rb"<[^<>]{100000}")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.ASCII)


class _TooMuchError(ValueError):
    """`args` are the name of the sentence and what it names."""


class _Builder(TreeBuilder):
    """Elements by their local names in small letters, up to the limits: what is not built takes no memory."""

    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS:
            raise _TooMuchError("answer_too_many", MOST_ELEMENTS)
        if self._depth > DEEPEST:
            raise _TooMuchError("answer_too_deep", DEEPEST)
        return super().start(tag.rpartition("}")[2].lower(), {})

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag.rpartition("}")[2].lower())


def is_switched_off(answer: bytes) -> bool:
    """Whether these are ASP.NET's words for a service whose administrator does not offer it by address."""
    return bool(_SWITCHED_OFF.search(answer[:20_000]))


def root_of(answer: bytes, method: str, roots: Collection[str], problems: Problems) -> Element | None:
    """The answer's root, one of these names in small letters; None and a problem where it is anything else."""
    if len(answer) > LIMIT:
        problems.add(method, None, None, "answer_too_large", limit=LIMIT // 1024 // 1024)
    elif not answer.strip(b"\xef\xbb\xbf \t\r\n\0"):
        problems.add(method, None, None, "answer_empty")
    elif is_switched_off(answer):
        problems.add(method, None, None, "answer_switched_off")
    elif _PAGE.search(answer[:2_000]):
        title = _PAGE_TITLE.search(answer[:20_000])
        shown = readable(title[1].decode("utf-8", "replace")) if title else "?"
        problems.add(method, None, None, "answer_page", title=shown)
    elif _LONG_TAG.search(answer):
        problems.add(method, None, None, "answer_long_tag")
    else:
        return _parsed(answer, method, roots, problems)
    return None


def _parsed(answer: bytes, method: str, roots: Collection[str], problems: Problems) -> Element | None:
    try:
        root = _element(_as_utf8(answer, method, problems))
        if root.tag == "string" and not len(root) and (root.text or "").lstrip().startswith("<"):
            root = _element(_undeclared(root.text or ""))  # ASP.NET's envelope for a method that returns text
    except _TooMuchError as error:
        problems.add(method, None, None, error.args[0], limit=error.args[1])
    except DefusedXmlException:
        problems.add(method, None, None, "answer_entities")
    except (ParseError, ValueError, LookupError) as error:
        problems.add(method, None, None, "answer_not_xml", error=str(error)[:100])
    else:
        return _expected(root, method, roots, problems)
    return None


def _expected(root: Element, method: str, roots: Collection[str], problems: Problems) -> Element | None:
    """Words where rows belong are an error's, and not an empty answer."""
    words = readable((root.text or "")[:200])
    if root.tag not in roots:
        problems.add(method, None, None, "answer_other_root", root=root.tag[:60], wanted=sorted(roots)[0])
    elif words:
        problems.add(method, None, None, "answer_words", words=words[:80])
    else:
        return root
    return None


def _element(answer: bytes) -> Element:
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    for start in range(0, len(answer), 65_536):
        parser.feed(answer[start : start + 65_536])
    made = parser.close()
    if not isinstance(made, Element):
        raise ParseError("no element")
    return made


def _undeclared(text: str) -> bytes:
    """The text inside an envelope: its own declaration speaks of bytes that are none any more."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")


def _as_utf8(answer: bytes, method: str, problems: Problems) -> bytes:
    """Text that is said to be UTF-8 and is Windows text is read as that, and noted: one dash must not cost a year."""
    declared = _DECLARED.match(answer)
    if answer.startswith((b"\xff\xfe", b"\xfe\xff")) or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        return answer
    try:
        answer.decode("utf-8")
    except UnicodeDecodeError:
        problems.note(method, None, None, "answer_not_utf8")
        return answer.decode("cp1252", "replace").encode("utf-8")
    return answer.lstrip()
