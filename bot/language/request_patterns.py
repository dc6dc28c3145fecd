"""Compiles the sentences of requests.yaml into patterns.

A sentence is words with `[ ]` for what may be left out, `( | )` for one of several, `<name>` for a definition, and
`...` for whatever else is said. Between any two words may stand spaces, commas and dashes.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from remembrancer.bot.language.dates import MONTHS, RELATIVE_DAY, WEEKDAY

TABLE = Path(__file__).parent / "requests.yaml"
_BETWEEN = r"[ ,;:–—-]*+"
_NO_NAME = (
    r"(?:me|us|them|you|it|its|this|that|everyone|everybody|all|people|the|a|an|my|our|his|her|him|later|again|not|no|i|we"
    r"|to|for|when|if|in|on|at|by|and|or|so|please|pls|someone|somebody|anyone|there|is|are|was|what|who|why|how|today"
    r"|tomorrow|tonight|now|next|this|but|except|after|before|unless|until|till?|because|who's|has|have|about"
    rf"|while|whilst|{WEEKDAY})\b"
)
_NAME = rf"(?!{_NO_NAME})[^\W\d_][\w'.@-]*(?: (?!{_NO_NAME})[^\W\d_][\w'.-]*){{0,3}}?(?![\w@])"
_NO_REASON = (
    r"(?:please|pls|if|unless|until|till|when|once|after|before|only|or|but|and|not (?:[\d§]+|yet|if|now)"
    r"|no,? (?:do not|don't)"
    r"|do not|don't|wait|hold|provided|providing|assuming|(?:as )?soon as|as long as|tomorrow|today|tonight|later|next"
    rf"|(?:on |this |by )?{WEEKDAY}|at \d+|to|then|instead|in (?:a|an|the|\d+))(?![\w'])"
)
"""What is a condition, another time or another order, and no reason: 'send 52 back if she can't give a date'."""
_DEPUTY = (
    r"(?:my|our|the) (?:deputy|manager|boss|colleague|team|team leader|assistant|pa|director|officer|head of service)"
)
_SOON = (
    r"(?:the )?(?:morning|afternoon|evening)|this (?:morning|afternoon|evening)|next week"
    r"|later(?: on)?(?: today| this week)?|soon|tonight|lunchtime|lunch|then"
    r"|(?:an?|a few|a couple of|half an|\d+|two|three|four) (?:hours?|days?|minutes?|mins|weeks?)"
)
_PERIOD = (
    r"(?=(?:until|till?|from|for|to|on|this|next|all|the|today|tomorrow|between|through|up to"
    rf"|{WEEKDAY}|{MONTHS}|\d)\b|\d)(?:(?! [-–—] (?!\d))[^,;])+?"
)
_WINDOW = (
    r"(?!(?:the|it|this|that|these|them|everyone|everything|to|for|close|closing|deadline|end)\b)"
    rf"[\w/-]+?(?: (?!(?:for|to|until|till?|on|by|from|at|early|window|today|tomorrow|now|two|three|{WEEKDAY})\b)"
    r"[\w/-]+){0,3}?"
)
_BUILT_IN: Mapping[str, str] = {
    "word": r"[\w'/-]+",
    "number": r"(?:\d+|two|three|four|five|a couple of|a few)",
    "somebody": rf"(?:(?P<name>{_NAME})|(?P<deputy>{_DEPUTY}))",
    "people": rf"(?P<people>{_NAME}(?:(?:, ?| and |, and | & ){_NAME})+)",
    "owners": rf"{_NAME}(?:'s|s'|s|')",
    "somebodys": rf"(?P<name>{_NAME})(?:'s|')",
    "cover": rf"(?P<cover>{_NAME})",
    "person": r"(?P<person>[^\W\d_][\w'-]+(?: [^\W\d_][\w'-]+){1,3}?)",
    "someone_else": r"(?:someone|somebody|anyone|a colleague)(?: else)?",
    "ref": r"(?P<ref>§\d+)",
    "reflist": r"(?P<refs>§\d+(?:(?:,? and |, ?| & | )§\d+)*+)",
    "by": (
        r"(?P<by>(?:\d+|one|two|three|five|ten)(?: more| extra| further| working)* days?"
        r"|(?:a|one|another|an extra|one more|two|two more) (?:week|weeks|fortnight))"
    ),
    "day": rf"(?P<when>{RELATIVE_DAY})",
    "until_day": rf"(?P<when>{RELATIVE_DAY})",
    "first": rf"(?P<first>{RELATIVE_DAY})",
    "when": rf"(?P<when>{RELATIVE_DAY}(?: (?:morning|afternoon|evening))?(?: at \S+)?|{_SOON})",
    "tomorrow": r"(?P<when>tomorrow)",
    "period": rf"(?P<period>{_PERIOD})",
    "window": rf"(?P<window>{_WINDOW})(?:'s)?",
    "post": r"(?P<post>(?![\d§])[^,;]+?)",
    "reason": rf"(?P<reason>(?!{_NO_REASON})\S.*)",
}
_TOKEN = re.compile(r"\.\.\.|<\w+>|[\[\]()|]|'\?s\?|[^\s\[\]()|<>]+")
_SIGNS: Mapping[str, str] = {
    "[": "(?:",
    "]": f"{_BETWEEN})?",
    "(": "(?:",
    ")": f"){_BETWEEN}",
    "|": "|",
    "...": r"(?:.*)",
    "'?s?": rf"'?s?{_BETWEEN}",
}


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The sentences: under each role by act, those that are unsure in a list, and one pattern of doubt by role."""
    found: Mapping[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return found


def with_refs_marked(sentence: str, refs: Sequence[str]) -> str:
    """The sentence with §0, §1 in place of these refs, as the patterns have them."""
    for number, ref in sorted(enumerate(refs), key=lambda each: -len(each[1])):
        sentence = re.sub(
            rf"(?<![\w./§-])#?{re.escape(ref)}(?![\w/-]|\.\d)", f"§{number}", sentence, flags=re.IGNORECASE
        )
    return sentence


def compiled(sentence: str) -> re.Pattern[str]:
    """The pattern of a sentence; a group that stands there again is numbered: name_2."""
    seen: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        seen[found[1]] = seen.get(found[1], 0) + 1
        return f"(?P<{found[1]}{'' if seen[found[1]] == 1 else f'_{seen[found[1]]}'}>"

    return re.compile(re.sub(r"\(\?P<(\w+)>", numbered, _pattern(sentence)), re.IGNORECASE)


def _pattern(sentence: str) -> str:
    """The pattern of a part of a sentence, with its definitions put in."""
    return "".join(_SIGNS.get(token) or _of_word(token) for token in _TOKEN.findall(sentence))


def _of_word(token: str) -> str:
    if not token.startswith("<"):
        return rf"(?<![\w'])(?:{re.escape(token)})(?![\w']){_BETWEEN}"
    name = token[1:-1]
    inner = _BUILT_IN.get(name) or _pattern(table()["definitions"][name])
    opening = "(?P<many>" if name == "everyone" else "(?:"
    return f"{opening}{inner}){_BETWEEN}"
