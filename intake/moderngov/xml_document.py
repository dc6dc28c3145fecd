"""Parses the web service's answers as XML, with limits on their size and without entities or external references."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from remembrancer.intake.moderngov.values import readable
from remembrancer.problems import Problems

LIMIT = 8 * 1024 * 1024
"""The most bytes of an answer: two hundred times the size of a busy council's year."""
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
    """An answer exceeds a limit; `args` are the name of the sentence and the limit."""


class _Builder(TreeBuilder):
    """Builds elements with lower-case local names and without attributes, up to the limits."""

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
    """Tell whether an answer is ASP.NET's error page for a service that the administrator has switched off."""
    return bool(_SWITCHED_OFF.search(answer[:20_000]))


def root_of(answer: bytes, method: str, roots: Collection[str], problems: Problems) -> Element | None:
    """Parse an answer and return its root, which must have one of these lower-case names; None and a problem else."""
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
            # ASP.NET wraps the text that a method returns in this element; its encoding no longer applies.
            root = _element(re.sub(r"^\s*<\?xml[^>]*\?>", "", root.text or "").encode("utf-8", "replace"))
    except _TooMuchError as error:
        problems.add(method, None, None, error.args[0], limit=error.args[1])
    except DefusedXmlException:
        problems.add(method, None, None, "answer_entities")
    except (ParseError, ValueError, LookupError) as error:
        problems.add(method, None, None, "answer_not_xml", error=str(error)[:100])
    else:
        words = readable((root.text or "")[:200])  # text in place of rows is an error message and no empty answer
        if root.tag in roots and not words:
            return root
        if words and root.tag in roots:
            problems.add(method, None, None, "answer_words", words=words[:80])
        else:
            problems.add(method, None, None, "answer_other_root", root=root.tag[:60], wanted=sorted(roots)[0])
    return None


def _element(answer: bytes) -> Element:
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    for start in range(0, len(answer), 65_536):
        parser.feed(answer[start : start + 65_536])
    made = parser.close()
    if not isinstance(made, Element):
        raise ParseError("no element")
    return made


def _as_utf8(answer: bytes, method: str, problems: Problems) -> bytes:
    """Convert text that is declared as UTF-8 but is Windows-1252, and note it: one dash must not fail a year."""
    declared = _DECLARED.match(answer)
    if answer.startswith((b"\xff\xfe", b"\xfe\xff")) or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        return answer
    try:
        answer.decode("utf-8")
    except UnicodeDecodeError:
        problems.note(method, None, None, "answer_not_utf8")
        return answer.decode("cp1252", "replace").encode("utf-8")
    return answer.lstrip()
