"""Free text into answers: 'on track, go live now 31 March', '52 amber: capacity, mitigating by more staff'.

Only what is plainly said is understood, by the words that the programme's file gives; all the rest is the progress
description. It is played back before anything is stored.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from remembrancer.bot.language.dates import begins_with_a_date, dates_said
from remembrancer.bot.language.small_talk import POLITE
from remembrancer.rules.programmes.spec import Option, Programme, Question

OPENERS = (
    r"(?:(?:it['’]?s|(?:it|this|status|delivery|overall) is|we are|we['’]re|still|now|all|remains?|currently"
    r"|status|delivery|overall|yes|is|are)[ \t:]+)*"
)
# Where a clause begins. After 'and' and 'so' only with a word that makes it one: 'lights are amber and red'.
BEGINS = (
    r"(?:\A[\s,:;–—-]*|(?:(?<=[.!?\n])|[,;–—]|(?<=\s)-(?=\s))[ \t]*(?:and |but |so )?"
    r"|\b(?:but|though|although)\s+|\b(?:and|so)\s+(?=(?:it|this|we|still|now|remains?|are|is)\b))"
)
ENDS = (
    r"\s*(?:\Z|[,;:!()\n–—]|\.(?!\w)|-\s)|\s+-"
    r"|\s+(?:but|so|because|as|since|with|for|though|although|despite|due|while|following|pending|overall)\b"
)
SEPARATORS = " \t\n,:;.!-–—"
LEANS = r"(?:after|as|because|since|so|when|while|where|which|who|until|unless|if|though|although|due|following|once)\b"
"""What begins a clause that is part of the one before it."""
BREAKS = rf"(?<=[.;:])\s+(?!\d{{4}})|(?<=,)\s+(?!\d{{4}}|{LEANS})|\n"
SMALL_WORDS = {"and", "but", "with", "issues", "now", "the", "our", "its", "a", "new", "so", "because", "as", "since"}
REASON = r"because\s+(?!of\b)|(?:as|since)\s+(?=(?:the|an?|we|our|it|its|there|this|that|they|he|she|no|not|of)\b)"
Asked = Callable[[Question, Mapping[str, Any]], bool]
"""Whether a question is put, given what has been understood."""


@dataclass
class Understood:
    """Answers by question key, and what of the text was left over."""

    answers: dict[str, Any] = field(default_factory=dict)
    rest: str = ""


def leading_ref(text: str, refs: Sequence[str]) -> tuple[str | None, str]:
    """The ref that the text begins with, if it is one of these, and the text after it."""
    found = _ref_at(text, len(text) - len(text.lstrip()), refs)
    return (found[0], text[found[1].end() :]) if found else (None, text)


def by_item(text: str, programmes: Mapping[str, Sequence[Programme]]) -> list[tuple[str | None, str]]:
    """Split a text into what it says of each item, in order; None stands for what comes before the first ref.

    `programmes` are by the refs that may be named. A ref counts at the beginning of a line; after a sentence, only
    with a colon or a status word of its own programme after it.
    """
    starts: list[tuple[str | None, int, int]] = [(None, 0, 0)]
    for begin in re.finditer(r"\A|\n|(?<=[.;])[ \t]+", text):
        found = _ref_at(text, begin.end(), list(programmes))
        if found and (begin[0] in ("", "\n") or _speaks_of(programmes[found[0]], text, found[1])):
            starts.append((found[0], begin.end(), found[1].end()))
    ends = [start for _, start, _ in starts[1:]] + [len(text)]
    items = [(ref, text[after:end].strip()) for (ref, _, after), end in zip(starts, ends, strict=True)]
    return [(ref, said) for ref, said in items if ref or said]


def _ref_at(text: str, at: int, refs: Sequence[str]) -> tuple[str, re.Match[str]] | None:
    """The ref there, with what marks it ('- #52: ')."""
    longest_first = sorted(refs, key=len, reverse=True)
    one_of = "|".join(f"({re.escape(ref)})" for ref in longest_first)
    marked = rf"[^\S\n]*(?:[-*•][^\S\n]+)?#?(?:{one_of})(?=[\s:,]|[-–—]\s|\Z)\s*[:,–—-]?\s*"
    found = re.compile(marked, re.IGNORECASE).match(text, at) if refs else None
    return (longest_first[found.lastindex - 1], found) if found and found.lastindex else None


def _speaks_of(programmes: Sequence[Programme], text: str, ref: re.Match[str]) -> bool:
    """Whether a colon or a status word of one of the programmes follows the ref."""
    if text[ref.end(ref.lastindex or 0) :].lstrip().startswith(":"):
        return True
    words = (OPENERS + _any_of(programme.status.ways_to_say()) for programme in programmes)
    return any(re.match(status, text[ref.end() :], re.IGNORECASE) for status in words)


def understand(programme: Programme, text: str, today: date) -> Understood:
    """What the text says, in the programme's own words. `today` decides which year '31 March' means.

    What is not wholly taken up by dates and options stands in the progress description as it was said.
    """
    found = Understood()
    for piece in _pieces(programme, text, found):
        if not _takes_up(programme, piece, found, today):
            found.rest = f"{found.rest} {piece.strip()}".strip()
    if found.rest:
        found.answers[programme.form.progress] = _sentence(found.rest)
    return found


def understand_asked(programme: Programme, text: str, today: date, asked: Asked) -> Understood:
    """The same of what is asked alone: words for a question that is not put are part of the progress description."""
    found = understand(programme, text, today)
    idle = {question.key for question in programme.form.questions if question.key in found.answers}
    idle = {key for key in idle if not asked(programme.question(key), found.answers)}
    if not idle:
        return found
    questions = [question for question in programme.form.questions if question.key not in idle]
    form = programme.form.model_copy(update={"questions": questions})
    return understand_asked(programme.model_copy(update={"form": form}), text, today, asked)


def _takes_up(programme: Programme, piece: str, found: Understood, today: date) -> bool:
    """Take the dates that the piece says and the answer that the rest of it gives; whether that is all that it says."""
    dates, left = dates_said(programme, piece, today)
    given = _given(programme, left)
    values = [given] if given else []
    values += [(question, question.kind.from_day(part, day)) for question, part, day in dates]
    agrees = [_add(found, *each) for each in values]
    return bool(given or not _has_words(left)) and all(agrees)


def _pieces(programme: Programme, text: str, found: Understood) -> Iterator[str]:
    """The status first, then what introduces an answer ('mitigating by ...'), then the rest, clause by clause."""
    text = _status(programme, text, found)
    text = _introduced(programme, text, found)
    yield from (piece for piece in re.split(BREAKS, text, flags=re.IGNORECASE) if piece.strip())


def _status(programme: Programme, text: str, found: Understood) -> str:
    """The status that is said in a clause of its own, unless two are; and the text without it."""
    said = list(_standing(programme, text))
    if len({option.key for *_, option in said}) != 1:
        return text
    start, end, option = said[0]
    found.answers[programme.status.key] = option.key
    before = text[:start].rstrip(" ,;–—-")
    after = re.sub(r"^(?:and|but)\s+", "", text[end:].lstrip(SEPARATORS), flags=re.IGNORECASE)
    if not before.strip(SEPARATORS):
        return after
    return f"{before}{' ' if before[-1] in '.!?' or not after else '. '}{after}"


def _standing(programme: Programme, text: str) -> Iterator[tuple[int, int, Option]]:
    """Where a status is said and its clause ends after it: not in 'red tape', 'unlikely to slip' or 'amber/red'."""
    ways = programme.status.ways_to_say()
    for said in re.finditer(BEGINS + OPENERS + _any_of(ways), text, re.IGNORECASE):
        after = text[said.end() :]
        # 'Green and amber' and 'green now amber' are neither.
        more = re.match(rf"\s+(?:and|now|still|again)\b(?!\s+{OPENERS}{_any_of(ways)})", after, re.IGNORECASE)
        was = re.match(rf"\s+(?:was|were|from|previously)\s+{_any_of(ways)}", after, re.IGNORECASE)
        if more or was or re.match(ENDS, after, re.IGNORECASE) or _begins_another(programme, after):
            yield said.start(), said.end() + (more.end() if more else 0), ways[(said.lastindex or 1) - 1][1]


def _any_of(ways: Sequence[tuple[str, Option]]) -> str:
    """A pattern with a group for each way; 'on-track' is 'on track'."""
    each = "|".join("(" + r"[\s-]+".join(map(re.escape, words.split())) + ")" for words, _ in ways)
    return rf"(?:{each})(?!\w|-\w)"


def _begins_another(programme: Programme, after: str) -> bool:
    """Whether another answer begins there at once: 'on track go live now 31 March', 'amber capacity'."""
    introductions = [words for question in programme.form.questions for words in question.kind.introductions()]
    begins = "|".join(map(re.escape, introductions))
    clause = re.split(rf"[.,;:\n]|\b(?:{begins})\b" if begins else r"[.,;:\n]", after, maxsplit=1, flags=re.I)[0]
    return not clause.strip() or begins_with_a_date(programme, after) or _given(programme, clause) is not None


def _introduced(programme: Programme, text: str, found: Understood) -> str:
    """Text answers that begin with their own words and run to the next of them, or to the sentence's end."""
    starts: list[tuple[int, int, Question]] = []
    for question in programme.form.questions:
        for words in question.kind.introductions():
            said = re.search(rf"(?:^|(?<=[\s,;:.]))(?:and )?{re.escape(words)}\b[:\s]+", text, re.IGNORECASE)
            if said and not any(s <= said.start() < e for s, e, _ in starts):
                starts.append((said.start(), said.end(), question))
                break
    starts.sort(key=lambda each: each[0])
    left = text[: starts[0][0]] if starts else text
    for n, (begin, end, question) in enumerate(starts):
        until = starts[n + 1][0] if n + 1 < len(starts) else len(text)
        stop = re.search(r"[.\n](\s|$)", text[end:until])
        cut = end + stop.end() if stop else until
        said_now = text[end:cut].strip(" ,;.")
        if _has_words(said_now):
            found.answers[question.key] = said_now
        left += " " + text[cut if _has_words(said_now) else begin : until]
    return left


def _given(programme: Programme, clause: str) -> tuple[Question, Any] | None:
    """The question that the whole clause answers, and the value that it gives."""
    values = ((question, question.kind.from_text(clause)) for question in programme.form.questions)
    return next((each for each in values if each[1]), None)


def _add(found: Understood, question: Question, value: Any) -> bool:
    """Add a value to what the text has given for the question before; whether nothing there says otherwise."""
    whole = question.kind.joined(found.answers.get(question.key), value)
    found.answers[question.key] = whole
    return question.kind.includes(whole, value)


def _has_words(text: str) -> bool:
    words = set(re.findall(r"[\w'’]+", text.lower()))
    return not words <= SMALL_WORDS and not POLITE.fullmatch(text)


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ,;:")
    text = re.sub(REASON, "", text, count=1, flags=re.IGNORECASE) if re.match(REASON, text, re.IGNORECASE) else text
    return text[:1].upper() + text[1:]
