"""Cuts a message into what it says of each item: '48: on track', '12 green 13 green', 'both amber'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from remembrancer.bot.language.clauses import split
from remembrancer.bot.language.dates import pattern
from remembrancer.bot.language.message_text import STRAIGHT
from remembrancer.bot.language.requests import NO_CHANGE
from remembrancer.bot.language.situation import AskedItem
from remembrancer.bot.language.statement_patterns import POLITE_TAIL, STATUS_FOLLOWED
from remembrancer.bot.language.vocabulary import vocabulary

_VERB = r"(?:is|isn't|isnt|are|was|has|hasn't|should|will|belongs|remains?|still|now|overall|looks|no longer)\b"
_EVERY = re.compile(
    r"(?:both|all)(?: (?:of (?:them|mine|these)|(?:my )?(?:items|activities)|two|three|four|five|\d+))?\b", re.I
)
_SAME_FOR_ALL = re.compile(
    rf"({NO_CHANGE}) (?:on|for|to|in) (?:both|all|either|any)(?: of them| items)?[.!]*", re.IGNORECASE
)
_FROM_WHOM = r"(?:from|via|per)\s+\w[\w'-]*(?:\s+\w[\w'-]*)?\s*:"
"""Who told it: '45 from Priya: on track'. It stays in the text."""
_AND = re.compile(r"\s*,\s*|\s+and\s+|\s*&\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Segment:
    """What is said of these items; `refs` is empty where it is said of none by name."""

    refs: tuple[str, ...]
    text: str
    is_unknown: bool = False


class _Mark(NamedTuple):
    """Where items are named: 'for 52 and #48: '."""

    refs: tuple[str, ...]
    begin: int
    end: int


def segments(text: str, items: Sequence[AskedItem], asked: Sequence[AskedItem], today: date) -> list[Segment]:
    """What the text says of each item, in order. A number that counts things names no item."""
    plain = text.translate(STRAIGHT)
    says = _says(items, today)
    of_all = _said_of_all(text, plain, says) if len(asked) > 1 else None
    if of_all is not None:
        return [Segment(tuple(item.ref for item in asked), of_all)]
    marks = _marks(plain, items, says)
    if not marks:
        unknown = pattern(rf"#?\d+\s*[:,-]?\s+(?!{_VERB}){says}").match(plain)
        return [Segment((), text, is_unknown=unknown is not None)]
    first = text[: marks[0].begin]
    found = [Segment((), first.rstrip(" ,;-–—"))] if first.strip(" -*•·#\n") else []
    for number, mark in enumerate(marks):
        until = marks[number + 1].begin if number + 1 < len(marks) else len(text)
        said = re.sub(r"(?:[\s,;]+and)?[\s,;/|]*(?:\n\s*[-*•·])?\s*\Z", "", text[mark.end : until])
        found.append(Segment(mark.refs, said))
    return found


def _said_of_all(text: str, plain: str, says: str) -> str | None:
    """What the text says of every item at once: 'both green', 'no change on both'."""
    every = _EVERY.match(plain)
    if every and pattern(rf"\s*[:,-]?\s*(?:are |is )?{says}").match(plain, every.end()):
        return text[every.end() :].lstrip(" :,-")
    same = _SAME_FOR_ALL.fullmatch(plain.strip())
    return same[1] if same else None


def _says(items: Sequence[AskedItem], today: date) -> str:
    """A pattern of what follows a ref: a status, a label, a verb of the item, 'no change'."""
    one = "|".join(re.escape(item.ref) for item in items) or r"(?!)"
    words = [r"[RAGB](?=\s*(?:[/,;.]|\Z))"]
    for programme in {item.programme.key: item.programme for item in items}.values():
        known = vocabulary(programme, today)
        labels = [field.label for field in known.fields]
        options = [field.value for field in known.fields if field.kind == "list"]
        follows = [
            rf"{POLITE_TAIL}\s*(?:\Z|[.,;:!?()\n/|–—-]|->)",
            STATUS_FOLLOWED.pattern,
            rf"\s+(?:and\s+)?#?(?:{one})(?!\w)",
            rf"\s+(?:{'|'.join(labels)})",
            rf"\s+(?:{'|'.join(options)})" if options else r"(?!)",
            r"\s+to\s",
            rf"\s+(?:{NO_CHANGE})(?=\s*(?:[.,;]|\Z))",
        ]
        words += [*labels, rf"{known.status.value}(?={'|'.join(follows)})"]
        words += [field.value + r"(?=\s*(?:[.,;:!?\n]|\Z))" for field in known.fields if field.question.alone]
    return rf"(?:(?:(?:are )?(?:all|both) )?(?:{'|'.join([_VERB, NO_CHANGE, *words])}))"


def _marks(plain: str, items: Sequence[AskedItem], says: str) -> list[_Mark]:
    """Where items are named, in order."""
    refs = {item.ref.casefold(): item.ref for item in items}
    if not refs:
        return []
    one = "|".join(re.escape(ref) for ref in sorted(refs, key=len, reverse=True))
    named = re.compile(
        r"(?:(?:update|answer|return|reply|news)\s+(?=(?:on|for|to|about)\s))?"
        r"(?:(?:re|about|on|for|to|item|activity|number|no\.?)\s+)?"
        rf"#?(?P<refs>(?:{one})(?:(?:{_AND.pattern})#?(?:{one}))*)(?!\w)",
        re.IGNORECASE,
    )
    follows = re.compile(rf"\s*(?:[:,]|[-–—](?=\s))\s*|\s*\Z|\s+(?={says}|{_FROM_WHOM})", re.IGNORECASE)
    starts = sorted(
        {clause.start for clause in split(plain)} | {m.end() for m in re.finditer(r"\band\s+|[.;,]\s+", plain)}
    )
    lines = [line for line in plain.splitlines() if line.strip()]
    every_line = len(lines) > 1 and all(re.match(rf"\s*#?(?:{one})\s", line, re.I) for line in lines)
    marks: list[_Mark] = []
    place = 0
    while place < len(plain):
        begin = next((start for start in starts if start >= place), None)
        if begin is None:
            break
        place = begin + 1
        found = named.match(plain, begin)
        if not found:
            continue
        after = follows.match(plain, found.end())
        named_refs = [part.lstrip("#") for part in _AND.split(found["refs"])]
        has_letter = any(pattern(r"[a-z]").search(ref) for ref in named_refs)
        has_letter = has_letter and not re.match(r"\s*[.)]", plain[found.end() :])
        if after is None and every_line and plain[:begin].rstrip(" -*•#")[-1:] in ("", "\n"):
            after = re.compile(r"\s+").match(plain, found.end())
        if after is None and not has_letter:
            continue
        end = after.end() if after else found.end()
        marks.append(_Mark(tuple(refs[ref.casefold()] for ref in named_refs), begin, end))
        following = pattern(rf"{says}\s+(?=#?(?:{one})\s+{says})").match(plain, end)
        if following:
            starts = sorted({*starts, following.end()})
        place = end
    return marks
