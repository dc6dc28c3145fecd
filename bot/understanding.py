"""Free text into answers: 'on track, go live now 31 March', '52 amber: capacity, mitigating by more staff'.

Only what is plainly said is understood, by the words that the programme's file gives; all the rest is the progress
description. It is played back before anything is stored.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.programme import Option, Programme, Question

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    "aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
DAY = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}"
    rf"|(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})\.?|(?:end of )?(?:{MONTHS}))(?:,? \d{{4}})?)\b",
    re.IGNORECASE,
)
STATUS_REACH = 40  # a status is said at the beginning, not somewhere in the story


@dataclass
class Understood:
    """Answers by question key, and what of the text was left over."""

    answers: dict[str, Any] = field(default_factory=dict)
    rest: str = ""


def leading_ref(text: str, refs: Sequence[str]) -> tuple[str | None, str]:
    """The ref that the text begins with, if it is one of these, and the text after it."""
    for ref in sorted(refs, key=len, reverse=True):
        found = re.match(rf"\s*#?{re.escape(ref)}(?![\w])\s*[:,–-]?\s*", text, re.IGNORECASE)
        if found:
            return ref, text[found.end() :]
    return None, text


def understand(programme: Programme, text: str, today: date) -> Understood:
    """What the text says, in the programme's own words. `today` decides which year '31 March' means."""
    found = Understood()
    for piece in _pieces(programme, text, found):
        left = _dates(programme, piece, found, today)
        left = _choices(programme, left, found)
        if _has_words(left):
            found.rest = f"{found.rest} {left.strip()}".strip()
    if found.rest:
        found.answers[programme.form.progress] = _sentence(found.rest)
    return found


def _pieces(programme: Programme, text: str, found: Understood) -> Iterator[str]:
    """The status first, then what introduces an answer ('mitigating by ...'), then the rest, clause by clause."""
    text = _status(programme, text, found)
    text = _introduced(programme, text, found)
    yield from (piece for piece in re.split(r"(?<=[.,;:\n])\s+(?!\d{4})", text) if piece.strip())


def _status(programme: Programme, text: str, found: Understood) -> str:
    """The words of the scale, where the text begins with them."""
    status = programme.status
    for words, option in _spoken(status):
        said = re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", text[:STATUS_REACH], re.IGNORECASE)
        if said and not re.search(r"\b(not|isn't|no longer|never)\s+(yet\s+)?$", text[: said.start()], re.IGNORECASE):
            before = text[: said.start()].strip(" ,:;-–")
            if re.fullmatch(
                r"(it'?s|it is|we are|we're|still|now|all|remains|currently|status|is|\s)*", before, re.IGNORECASE
            ):
                found.answers[status.key] = option.key
                return text[said.end() :].lstrip(" ,:;.-–")
    return text


def _spoken(question: Question) -> list[tuple[str, Option]]:
    """Every way of saying an option, longest first."""
    ways = [(words, option) for option in question.choices for words in (option.word, *option.said_as)]
    return sorted(ways, key=lambda way: -len(way[0]))


def _introduced(programme: Programme, text: str, found: Understood) -> str:
    """Text answers that begin with their own words and run to the next of them, or to the sentence's end."""
    starts: list[tuple[int, int, Question]] = []
    for question in programme.form.questions:
        if question.type == "text":
            for words in question.said_as:
                said = re.search(rf"(?:^|(?<=[\s,;:.]))(?:and )?{re.escape(words)}\b[:\s]+", text, re.IGNORECASE)
                if said and not any(s <= said.start() < e for s, e, _ in starts):
                    starts.append((said.start(), said.end(), question))
                    break
    starts.sort(key=lambda each: each[0])
    left = text[: starts[0][0]] if starts else text
    for n, (_, end, question) in enumerate(starts):
        until = starts[n + 1][0] if n + 1 < len(starts) else len(text)
        stop = re.search(r"[.\n](\s|$)", text[end:until])
        cut = end + stop.end() if stop else until
        said_now = text[end:cut].strip(" ,;.")
        if _has_words(said_now):
            found.answers[question.key] = said_now
        left += " " + text[cut:until]
    return left


def _dates(programme: Programme, piece: str, found: Understood, today: date) -> str:
    """Dates that follow the words of a milestone, a board or a date question."""
    for said in reversed(list(DAY.finditer(piece))):
        named = _named_before(programme, piece[: said.start()])
        day = to_date(said[0], today)
        if named is None or day is None:
            continue
        question, key, start = named
        if question.type == "date":
            found.answers[question.key] = day.isoformat()
        else:
            found.answers.setdefault(question.key, {})[key] = day.isoformat()
        piece = piece[:start] + piece[said.end() :]
    return piece


def _named_before(programme: Programme, before: str) -> tuple[Question, str, int] | None:
    """The question or option whose words stand last before a date, with nothing but small words between."""
    best: tuple[int, int, Question, str] | None = None
    for question in programme.form.questions:
        for words, key in _date_words(question):
            gap = r"(?:\s*(?:is|are|now|moved|moves|to|on|by|has|date|will|be|from|in|slipped|set|for|[:=]))*\s*"
            said = re.search(rf"(?:^|(?<=\W)){re.escape(words)}{gap}$", before, re.IGNORECASE)
            if said and (best is None or len(words) > best[1]):
                best = (said.start(), len(words), question, key)
    return (best[2], best[3], best[0]) if best else None


def _date_words(question: Question) -> Iterator[tuple[str, str]]:
    if question.type == "date":
        yield from ((words, "") for words in (question.label, *question.said_as))
    if question.type == "dates":
        yield from ((words, option.key) for words, option in _spoken(question))


def _choices(programme: Programme, piece: str, found: Understood) -> str:
    """A clause that is nothing but options of one question: 'capacity and dependencies', 'reported to Cabinet'."""
    for question in programme.form.questions:
        if question.type not in ("choices", "dates") or question.key == programme.form.status:
            continue
        words = piece.strip(" ,;.:")
        for start in question.said_as:
            words = re.sub(rf"^{re.escape(start)}\s+(the\s+)?", "", words, flags=re.IGNORECASE)
        introduced = words != piece.strip(" ,;.:")
        options = _all_options(question, words)
        if options and (question.type == "choices" or introduced):
            _add(found, question, options)
            return ""
    return piece


def _all_options(question: Question, words: str) -> list[str] | None:
    """The options that the words list, None where anything else is said."""
    spoken = {each.lower(): option.key for each, option in _spoken(question)}
    keys = []
    for part in re.split(r",|;|&|\band\b|/(?=\s)", words):
        name = re.sub(r"^(the|issues?:?)\s+", "", part.strip(), flags=re.IGNORECASE).lower()
        if name not in spoken:
            return None
        keys.append(spoken[name])
    return list(dict.fromkeys(keys))


def _add(found: Understood, question: Question, keys: list[str]) -> None:
    if question.type == "choices":
        have = found.answers.setdefault(question.key, [])
        have += [key for key in keys if key not in have]
    else:
        dated = found.answers.setdefault(question.key, {})
        for key in keys:
            dated.setdefault(key, "")


def to_date(text: str, today: date) -> date | None:
    """The day meant, day first as in Britain; without a year, the next one to come; a month alone is its last day."""
    import dateparser

    settings: Any = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "last",
        "RELATIVE_BASE": datetime.combine(today - timedelta(days=1), time()),  # so that today is still to come
    }
    plain = re.sub(r"^(the|end of) ", "", text.strip(), flags=re.IGNORECASE).replace(" of ", " ")
    parsed = dateparser.parse(plain, languages=["en"], settings=settings)
    if parsed is None:
        return None
    day = parsed.date()
    # Without a year the library may answer with one just past.
    if not re.search(r"\d{4}|[/.]\d{2}$", plain) and day < today:
        return _next_year(day)
    return day


def _next_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _has_words(text: str) -> bool:
    return bool(re.search(r"\w", text)) and text.strip(" ,;.:").lower() not in ("and", "but", "with", "issues", "now")


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ,;:")
    return text[:1].upper() + text[1:]
