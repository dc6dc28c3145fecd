"""What the words of a header say of its column, as councils head their monitoring sheets."""

import re
from enum import StrEnum

from remembrancer.intake.tables.column_mapping import plain

LONGEST_HEADER = 80  # characters; what is longer is a sentence of the table, and no header


class Meaning(StrEnum):
    """What a column is, by its header alone; its cells may say otherwise."""

    REF = "ref"
    TITLE = "title"
    LEAD = "lead"
    UPDATED = "updated"
    STATUS = "status"
    PROGRESS = "progress"
    ACTUAL = "actual"
    TARGET = "target"
    GROUP = "group"
    FIXED = "fixed"
    START = "start"
    NEW_END = "new_end"
    END = "end"


_NOUN = (
    "action|activity|activities|project|saving|proposal|scheme|measure|indicator|commitment|recommendation|deliverable|"
    "initiative|task|milestone|risk|item|objective|workstream"
)
_OF_ITEMS = "key|priority|main|planned|proposed|improvement|performance|savings?|audit"
_ITEM = rf"(?:(?:{_OF_ITEMS}) )?(?:{_NOUN}|kpi|programme|plan)s?"
_GROUP = (
    "(?:lead )?(?:directorate|department|division|service|team|portfolio|priority|theme|outcome|category|type|ward|"
    "area|locality|pillar|workstream|strategy|goal|aim|ambition|board|committee|member|councillor|sector|phase|group)s?"
)
_END = (
    "end|due|target date|completion|implementation|completed? by|deadline|finish|by when|when|timescales?|delivery date"
)
_FORECAST = "revised|new|forecast|expected|anticipated|estimated|projected|latest"
RANKED: dict[Meaning, tuple[str, ...]] = {
    Meaning.REF: (
        r"(?:\w+ ){0,2}(?:ref|reference)(?: no| number| code| id)?",
        rf"(?:{_ITEM} |unique |serial |line )?(?:no|number|id|code|nr)|#",
    ),
    Meaning.TITLE: (
        rf"(?:{_ITEM} )?(?:title|name)|(?:title|name) of .*",
        rf"(?:(?:{_OF_ITEMS}) )?(?:{_NOUN})(?: description)?",
        r"description(?: of .*)?|what(?: .*)?",
        rf"{_ITEM}|{_ITEM} .*",
    ),
    Meaning.LEAD: (
        r".*\blead\b.*",
        r".*\bowner\b.*",
        r".*\b(?:responsible|responsibility|accountable|assigned|allocated|led by)\b.*",
        r"(?:.* )?(?:officer|manager|who|contact|sro)",
    ),
}
"""Patterns of whole headers (as `plain` gives them), the surest first, of what a sheet has one column for."""
_SAID: dict[Meaning, str] = {
    Meaning.UPDATED: (
        r"\b(?:last|date) (?:of )?(?:last )?(?:update|review|amend)|\b(?:updated|reviewed|amended) (?:on|by)\b|"
        r"\bupdate date\b"
    ),
    Meaning.STATUS: r"\b(?:b?ragg?|status|rating|traffic light|delivery confidence|on track)\b",
    Meaning.PROGRESS: r"\b(?:progress|updates?|comments?|commentary|narrative|notes?|position|summary|highlights?)\b",
    Meaning.ACTUAL: (
        r"\b(?:actual|current|achieved|delivered|to date|complete|result|outturn|performance|score|latest|likelihood|"
        r"impact)\b"
    ),
    Meaning.TARGET: r"\b(?:target|baseline|budget(?:ed)?|planned|plan|original|previous|prior|last year)\b",
    Meaning.GROUP: rf"^{_GROUP}$|^(?:strategic|corporate|council|service|cabinet|lead|plan) {_GROUP}\b|\b{_GROUP}$",
    Meaning.FIXED: (
        r"^(?:.* )?(?:causes?|consequences?|descriptions?|background|rationale|source|scope|agreed actions?)$"
    ),
    Meaning.START: r"\b(?:start|begin|began|begins|commence(?:s|d|ment)?)\b",
    Meaning.NEW_END: rf"\b(?:{_FORECAST})\b.*\b(?:{_END}|date)\b",
    Meaning.END: rf"\b(?:{_END})\b|^date$",
}
_NO_LEAD = (Meaning.GROUP, Meaning.STATUS, Meaning.PROGRESS, Meaning.UPDATED)
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
PERIOD = re.compile(
    rf"\b(?:(?:q|qtr|quarter|period|p|month|h) ?\d{{1,2}}|[1-4](?:st|nd|rd|th) (?:quarter|qtr)|(?:{_MONTHS})"
    r"|(?:fy ?)?(?:19|20)\d\d(?: ?[-/–] ?(?:\d{4}|\d\d)\b)?|year end|end of year|ytd)(?![^\W_])",
    re.IGNORECASE,
)
"""What tells one column of a repeated question from the next: 'Q1 RAG', 'RAG June 2019', 'Comments 2019/20'."""


def rank(header: str, meaning: Meaning) -> int | None:
    """How surely a header means this, from nought for the surest; None where it does not."""
    words = plain(without_period(header) or header)
    if len(header) > LONGEST_HEADER or (meaning == Meaning.LEAD and any(_says(words, each) for each in _NO_LEAD)):
        return None
    return next((at for at, each in enumerate(RANKED[meaning]) if re.fullmatch(each, words)), None)


def means(header: str, meaning: Meaning) -> bool:
    return len(header) <= LONGEST_HEADER and _says(plain(without_period(header) or header), meaning)


def meaning_of(header: str) -> Meaning | None:
    """The first thing that a header may mean; None for a text that heads nothing we know."""
    ranked = (each for each in RANKED if rank(header, each) is not None)
    return next(ranked, next((each for each in _SAID if means(header, each)), None))


def item_noun(header: str) -> tuple[str, str]:
    """What one item is called and what several are, by the header of their titles; empty where it does not say."""
    found = re.search(rf"\b({_NOUN})s?\b", plain(header))
    if found is None:
        return "", ""
    one = "activity" if found[1] == "activities" else found[1]
    return one, "activities" if one == "activity" else f"{one}s"


def without_period(header: str) -> str:
    """The header without what names a period: 'RAG' of 'Q1 2019/20 RAG', and nothing of 'Q1'."""
    rest = " ".join(PERIOD.sub(" ", header).split())
    return re.sub(r"^[\W_]+|[\s:;,/–-]+$|\(\s*\)", "", rest).strip() if rest != " ".join(header.split()) else rest


def _says(words: str, meaning: Meaning) -> bool:
    return re.search(_SAID[meaning], words) is not None
