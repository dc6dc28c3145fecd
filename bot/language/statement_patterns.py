"""The regular expressions of statements: what stands before a value, around it and after it."""

import re
from functools import lru_cache
from typing import Any

from remembrancer.bot.language.vocabulary import NUMBER, UNIT, Field
from remembrancer.rules.programmes.spec import Question

PREFIX = (
    r"(?:(?:go(?:ing)? with|call it|put (?:it|this|us) (?:down )?(?:as|at)|mark (?:it|this) as|ok|okay|well|right|sorry"
    r"|sadly|unfortunately|i'?m afraid|i'?d(?= (?:put|call) it)|it'?s gone|gone|it'?s|it|this|that'?s|we'?re|we"
    r"|at|back(?: to)?"
    r"|all|both|the|our|is|are|still|now|currently|remains?|overall|status|delivery"
    r"|rag(?: rating| status)?|rated|yes|yep|so|but|and|although|though)\b[ \t]*[:=]?[ \t]*)*"
)
"""What may stand before a value or a label and tells nothing."""
_CHANGED = r"(?:moved|moves|slipped|slips|changed|gone|went|delayed|pushed back|put back|brought forward|revised)"
_FROM = rf"(?:(?:{_CHANGED}|up|down)\s+)*from\s+(?:the\s+)?"
_WAS = r"(?:was|were|previously|formerly)"
_NOW = r"(?:(?:is|are|it'?s|we'?re|will|now|be|currently)\s+)"
_ARROW = r"\s*(?:->|-->|→|=>)\s*"
_CONNECT = (
    r"(?:\s*[:=]\s*|\s+[-–—]\s+|\s+(?:dates?|which (?:is|has)|is|was|are|has|been|now|still|on|will|be|set for|due"
    r"|taken|done|held|completed?|made|given|signed off|approved|opened|launched|began|moved|slipped|raised|reduced"
    r"|down to|up to|pushed back|put back|brought forward|delayed|revised to|to"
    r"|starts?|started|starting|begins?|planned for|scheduled for|confirmed for|confirmed as|agreed for)\b)"
)
PLAIN_JOINT = re.compile(
    r"(?:[\s:=–—-]|->|→|=>|\b(?:is|now|still|on|date|will be|was|from|to)\b|\d[\d/. -]*|the)*", re.IGNORECASE
)
"""What may stand between a label and its value and tells nothing more."""
_PAST = re.compile(
    r"\b(?:was|were|taken|done|held|completed|made|given|signed off|approved|started|opened|launched|began|went"
    r"|gone)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:taken|done|held|completed|went|signed off)\b", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|now|is|are|be)\b", re.IGNORECASE)
POLITE_TAIL = (
    r"(?:[\s,]*\b(?:thanks|thank you|many thanks|cheers|ta|please|pls|sorry|now|then|overall|again|still|really|tbh"
    r"|today|thx|tx|btw|anyway|tbf"
    r"|currently|at the moment|at present)\b)*"
)
_POLITE_TAIL = re.compile(POLITE_TAIL, re.IGNORECASE)
STATUS_FOLLOWED = re.compile(
    r"\s*(?:(?:because|with|for|pending|as|since|due|while|following|but|so|although|though|despite|except|apart from"
    r"|i'?m afraid|at last|already|finally|at the moment|at present|for now|again|still|overall|today|at this stage"
    r"|on (?:this|it|that|both|all|#?\w*\d\w*)|this (?:quarter|month|time|week|year)"
    r"|we|we're|we've|i|i'm|it|it's|they|they're|he|she|there|there's|our|my|after|awaiting|waiting"
    r"|(?:un)?till? (?!.*\b(?:went|was|were|had|lost|failed|left|\w{3,}ed)\b))\b|\()",
    re.IGNORECASE,
)
"""What may follow a status within its clause: 'amber because ...', not 'green spaces'."""
OF_A_PART = (
    r"\s+for (?:those|these|them|that one|which|(?:an? |the )?<status>"
    r"|(?:the )?(?:first|second|main|initial|early|other|rest|most|some|part|phase|stage|tranche|lot|wave|half)\b)"
    r"|\s+(?:for|on|with) (?!(?:now|this|it|the moment|us)\b).+?\s(?:but|while|whilst|whereas|though)\s"
)
"""What follows a status that is said of a part alone: 'on track for phase 1', 'for the EQIA but not the rest'."""
_NOT_SURE = (
    r"hopefully|probably|possibly|maybe|perhaps|touch wood|fingers crossed|in theory|on paper|in principle"
    r"|(?:as|so) far as (?:i|we)|to (?:the best of )?my knowledge|(?:i|we) (?:think|believe|guess|hope|reckon|assume"
    r"|imagine)|i'?m (?:told|guessing|not sure|unsure)"
)
STATUS_DENIED = re.compile(
    r"[\s(]*(?:if|unless|provided|providing|subject|assuming|as long as|with (?:the|one|an?) exception|other than"
    rf"|{_NOT_SURE})\b",
    re.IGNORECASE,
)
NOT_SURE = re.compile(rf"\s*(?:or so )?(?:{_NOT_SURE})(?: (?:so|know|can (?:tell|see)|am aware))?\s*", re.IGNORECASE)
"""A clause that says that one is not sure: 'green, I think'."""
CLAUSE_FOLLOWS = re.compile(r"(?:.*\s)?(?:un)?(?:likely|certain|sure|clear)\Z", re.IGNORECASE)
"""A word that a clause may follow: 'unlikely we will need more time' tells nothing of how it stands."""
PRONOUN = re.compile(
    r"\s+(?:that|we|we'\w+|i|i'\w+|it|it'\w+|they|they'\w+|there|there'\w+|he|she|this|anyone|anything)\b",
    re.IGNORECASE,
)

CONDITION = re.compile(
    r"\s*(?:but only |only )?"
    r"(?:if|unless|provided|providing|subject to|assuming|as long as|hopefully|once|whether|in case)\b",
    re.IGNORECASE,
)
NOT_SO = re.compile(
    r"[\s,–—-]*(?:(?:but|and|it|has|was|is|been)\s+)*"
    r"(?:not (?:yet|done|happened|held|met|taken|started|complete|completed|achieved|going|confirmed|agreed|now)"
    r"|(?:did|has|was|is|could|had)n'?t|did not|has not|never|cancell?ed|postponed|deferred|abandoned|missed|scrapped"
    r"|withdrawn|pulled|yet to)\b",
    re.IGNORECASE,
)
"""What follows a date on which the thing did not or will not happen: 'was 14 August, not done yet'."""
OTHER_VALUE = re.compile(
    r"\s*(?:(?:or|to|until|till|at the (?:earliest|latest)|hopefully|tbc|no longer|if|unless|provided|subject to"
    r"|assuming|ish)\b|[/–-]\s*\w|\?)",
    re.IGNORECASE,
)
"""What follows a value that is not the only one, or not sure."""
UNDATED = re.compile(
    r"(?: meeting)?[\s,(–-]+(?:dates? )?(?:tbc|tba|to be (?:confirmed|agreed|set|announced))\b\)?", re.IGNORECASE
)
"""What says of a board that its date is not known yet."""
AND_ALSO = re.compile(r"\s*(?:,|&|\band\b|,\s*and\b)\s*(?:to )?(?:the )?", re.IGNORECASE)
NUMBER_FOLLOWED = re.compile(
    r"\s*(?:(?:because|against|as|since|with|due|after|following|but|and|so|now|this|for now|again|still|,)\b|[(,])",
    re.IGNORECASE,
)
AGAINST = re.compile(rf"(?:\s+against (?:a |the |our )?target (?:of )?(?:{NUMBER}){UNIT})", re.IGNORECASE)
SAME_AGAIN = re.compile(
    r"(?:\s+is|\s*:)?\s+"
    r"(?:(?:the )?same as (?:last(?: time| quarter| month| year)?|before)|unchanged|no change)(?!\w)",
    re.IGNORECASE,
)
PART_OF_WHOLE = re.compile(rf"(?P<n>{NUMBER})\s+(?:out of|of|/)\s+(?P<d>{NUMBER})", re.IGNORECASE)
LETTERS = {"R": "red", "A": "amber", "G": "green", "B": "blue"}


def polite_end(text: str, place: int) -> int:
    """Where the polite words that follow a place end."""
    tail = _POLITE_TAIL.match(text, place)
    return tail.end() if tail else place


def tells_past(verbs: str, joint: str) -> bool:
    """Whether a date after these verbs is over: `joint` are those that follow the label."""
    return bool(_DONE.search(verbs) or (_PAST.search(verbs) and not _TO_COME.search(joint)))


def value_of(match: re.Match[str], field: Field, is_past: bool = False) -> Any:
    """The value of the expression that was matched: the new one of old and new."""
    name = "denied" if match.lastgroup in ("denied", "rest") else match.lastgroup or "plain"
    return field.parse(match[name], is_past)


@lru_cache(maxsize=512)
def expression(value: str, is_status: bool = False) -> re.Pattern[str]:
    """A value, or an old and a new one, of which the new one is in the group that matched last."""
    bare_to = rf"|{value}\s+to\s+(?P<to>{value})" if is_status else ""
    return re.compile(
        rf"(?:{_FROM}{value}(?:\s+(?:to|until)\s+|{_ARROW})(?P<moved>{value})"
        rf"|{_WAS}\s+{value}\s*[,;(–—-]*\s*(?:but\s+|and\s+)?{_NOW}+(?P<now>{value})"
        rf"|(?:no longer|not)\s+{value}(?:\s+any\s?more|\s+any longer|\s+now)?\s*[.,;:–—-]*\s*(?:but\s+)?"
        rf"{_NOW}*(?P<instead>{value})(?:\s+now)?"
        rf"|{value}(?:{_ARROW}{value})*{_ARROW}(?P<arrow>{value}){bare_to}"
        rf"|(?P<first>{value})\s*[,(–—-]?\s*(?:{_WAS}|instead of|rather than|(?:up |down )?from)\s+(?:the\s+)?"
        rf"{value}\s*\)?"
        rf"|(?P<denied>{value}),?\s+not\s+(?P<rest>[^\n.,;:!?]+)"
        rf"|(?P<plain>{value}))",
        re.IGNORECASE,
    )


@lru_cache(maxsize=512)
def labelled_expression(value: str, is_number: bool) -> re.Pattern[str]:
    """What stands between a label and its expression, and the expression; 'impact on 4' gives no number."""
    connect = _CONNECT.replace("|on|", "|") if is_number else _CONNECT
    return re.compile(rf"{connect}*?\s*{expression(value).pattern}", re.IGNORECASE)


def tight_label(question: Question) -> re.Pattern[str]:
    """A label of one capital letter with its number right after: 'L4'."""
    letters = "".join(way for way in question.said_as if len(way) == 1)
    return re.compile(rf"(?<!\w)[{letters}](?=\d)" if letters else r"(?!)")


def introduction(field: Field) -> re.Pattern[str]:
    """What stands before the words of a text field; alone, words that end in a verb or a preposition do."""
    openings = [way for way in field.question.said_as if re.search(r"\b(?:is|are|by|to|of|that|says?)$", way)]
    alone = "|".join(r"\s+".join(map(re.escape, way.split())) for way in sorted(openings, key=len, reverse=True))
    return _introduction(field.label, f"(?:{alone})" if alone else "(?!)")


@lru_cache(maxsize=512)
def _introduction(label: str, opening: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:the|our|and)\s+)?(?:{opening}\s*:?\s+|{label}(?:\s*[:=]\s*|\s+[-–—]\s+|\s+(?:is|are|was)\s+))(?=\S)",
        re.IGNORECASE,
    )
