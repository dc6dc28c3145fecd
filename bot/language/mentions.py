"""Finds what is mentioned and not plainly said: 'go live end of March', 'decision in the new year', 'by 1 May'.

They set nothing. They are offered: the person is asked which day is meant, and no day is ever made up. Of a list, the
options that stand in a sentence are offered too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from remembrancer.bot.language.clauses import Clause
from remembrancer.bot.language.dates import DAY, MONTHS, has_just_been, pattern, to_date
from remembrancer.bot.language.statement_patterns import PREFIX
from remembrancer.bot.language.vocabulary import Field, Vocabulary, any_of
from remembrancer.cards.offers import UNKNOWN

_BETWEEN = (
    r"(?:[\s:=–—-]+|\b(?:is|now|on|at|in|dates?|will|be|was|the|a|some ?time|around|about|by|before|after|from|until"
    r"|no (?:earlier|later|sooner) than|not (?:before|until)|during|early|mid|late|end|start|beginning|middle|of"
    r"|planned for|expected|due|likely|hopefully|provisionally|slips|slipped|moves|moved|to|next|this|latest|earliest"
    r"|happened|taken|agreed|held|needs|pushing|pushed|back|should|expected"
    r"|w/c|week commencing|meeting|towards)\b)*"
)
"""What may stand between a label and a date that is not plain."""
_MONTH = rf"(?P<month>{MONTHS})(?:,? (?P<year>\d{{4}}))?(?!\s*\d)"
_LOOSE = (
    r"(?P<loose>q[1-4]\b|quarter \d|spring|summer|autumn|winter|new year|christmas|easter|end of term|half[- ]term"
    r"|(?:this|next|the) (?:month|quarter|year|week)|month\b|quarter\b|year\b|week\b|\d{1,2}(?:st|nd|rd|th)\b)"
)
_DISPUTED = re.compile(r"\b(?:wrong|incorrect|not right|mistake)\b", re.IGNORECASE)
"""What says that some date in the text is not so: which, is not made out."""
_INTENDED = re.compile(
    r"\b(?:was|were|been|had|originally|should have)\b(?:[^.!?]*?)\b(?:due|hoped|hoping|planned|meant|supposed"
    r"|scheduled|expected|aiming)\b|\boriginally\b",
    re.IGNORECASE,
)
"""What stands before a day that was once intended: 'was due 3 September but did not happen'."""
_HAPPENED = re.compile(
    r"\b(?:went|gone|was|were|happened|took|taken|held|agreed|approved|signed off|published|did|got|completed?)\b"
    r"(?!.*\b(?:will|now|be|next)\b)",
    re.IGNORECASE,
)
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_SAID = re.compile(rf"{_BETWEEN}(?:(?P<day>{DAY})|(?P<near>{'|'.join(_NEAR)})\b|{_MONTH}|{_LOOSE})", re.IGNORECASE)
_PREFIX = re.compile(PREFIX, re.IGNORECASE)


def mentions(words: Vocabulary, plain: str, clauses: Sequence[Clause], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the text mentions and does not plainly say, by field; of a day in `values`, the year before."""
    found: dict[str, Any] = {}
    for field, said in _dates(words, plain, clauses):
        before = " ".join(plain[: said.start("day")].rpartition("\n")[2].split()[-8:]) if said["day"] else ""
        if _INTENDED.search(before):
            continue
        if field.key not in values:
            offered = _offered(said, plain, field, words.today, is_past=_HAPPENED.search(before) is not None)
            found.setdefault(field.key, offered)
        elif other := said["day"] and has_just_been(
            said["day"], words.today, date.fromisoformat(str(values[field.key]))
        ):
            found[field.key] = other.isoformat()
    options = _options(words, plain, clauses)
    return {**found, **{key: chosen for key, chosen in options.items() if key not in values}}


def _options(words: Vocabulary, plain: str, clauses: Sequence[Clause]) -> dict[str, list[str]]:
    """The options of lists that stand in sentences which deny nothing."""
    told = [plain[clause.start : clause.end] for clause in clauses]
    told = [
        clause
        for clause in told
        if not re.search(r"\b(?:no|not|nothing|never|without|than|nor|neither|wrong|incorrect)\b|n't\b", clause, re.I)
    ]
    boards = [field for field in words.fields if field.kind == "board"]
    names = "|".join(each.label for each in boards) or r"(?!)"
    to_come = any_of(each for field in boards for each in (field.question.label, *field.question.said_as))
    found = {}
    for field in words.fields:
        if field.kind == "list":
            # 'Will report to the board' is not that it was reported there, and a board's name is none of its words.
            other = pattern(to_come + ".*" if _are_boards(field, boards) else names)
            said = (each[0] for clause in told for each in pattern(field.value).finditer(other.sub("", clause)))
            found[field.key] = list(dict.fromkeys(key for each in said if (key := field.parse(each, False))))
    return {key: options for key, options in found.items() if options}


def _are_boards(field: Field, boards: Sequence[Field]) -> bool:
    """Whether the options of a list are boards that are also asked about one by one."""
    return any(field.question.option(board.key.rpartition(".")[2]) for board in boards)


def _dates(words: Vocabulary, plain: str, clauses: Sequence[Clause]) -> Iterator[tuple[Field, re.Match[str]]]:
    """Each date with its label: what begins a clause may be any words for a time, what stands within one a day."""
    for clause in clauses if not _DISPUTED.search(plain) else ():
        prefix = _PREFIX.match(plain, clause.start)
        begins = prefix.end() if prefix else clause.start
        for field in words.fields:
            if field.kind != "date":
                continue
            for label in pattern(field.label).finditer(plain, begins, clause.end):
                said = _SAID.match(plain, label.end())
                if said and said.end() <= clause.end and (label.start() == begins or said["day"] or said["near"]):
                    yield field, said


def _offered(said: re.Match[str], plain: str, field: Field, today: date, is_past: bool) -> str:
    if re.match(r"\s*(?:or|to|-|–|/)\s", plain[said.end() :]):  # one of two
        return UNKNOWN
    if near := said["near"]:
        return (today + timedelta(days=_NEAR[near.lower()])).isoformat()
    day = field.parse(said["day"], is_past) if said["day"] else None
    is_week = day and pattern(r"w/c|week").search(plain[said.start() : said.start("day")])
    return (str(day)[:7] if is_week else day) or _month(said, today) or UNKNOWN


def _month(said: re.Match[str], today: date) -> str | None:
    """The month as '2027-03'; without a year, the next that is not over."""
    loose = (said["loose"] or "").lower()
    if loose in ("the month", "this month", "month"):
        return f"{today:%Y-%m}"
    name = "december" if loose == "christmas" else said["month"]
    days = (to_date(f"{day} {name} {said['year'] or ''}", today) for day in (31, 30, 28))
    last = next((day for day in days if day), None)
    return f"{last:%Y-%m}" if last else None
