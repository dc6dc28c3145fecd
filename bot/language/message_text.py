"""Takes from a message what is not the person's answer: markup, pictures, greetings, signatures and quoted mail."""

import re

from remembrancer.bot.language.dates import DAY

STRAIGHT = str.maketrans("‘’“”′\u00a0\u2009\u202f", "''\"\"'   ")
"""Typographic quotes and spaces to plain ones, one for one, so that places in both texts are the same."""
CIRCLES = {"🟢": "green", "🟡": "amber", "🟠": "amber", "🔴": "red", "🔵": "blue"}
"""The circles that stand for a colour of a scale."""
_SHORTCODE_CIRCLES = {"large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_orange_circle": "🟠"}
_SHORTCODE_CIRCLES |= {"red_circle": "🔴", "large_blue_circle": "🔵", "green_circle": "🟢", "yellow_circle": "🟡"}
_SHORTCODE = re.compile(r"(?<![\w:]):([a-z+-][\w+'-]*):(?!\w)")
EMOJI = rf"(?![{''.join(CIRCLES)}])[\u2600-\u27bf\u2b1b-\u2b55\ufe0f\u200d\U0001f000-\U0001faff\U0001f3fb-\U0001f3ff]"
_OUTER_EMOJI = re.compile(
    rf"(?m)^(?:{EMOJI}[ \t]*)+|(?:[ \t]*{EMOJI})+(?=[ \t]*(?:[.,;:!?()]|$))|(?<=[.,;:!?(])(?:[ \t]*{EMOJI})+"
)
"""Pictures that begin or end a line or a clause; one between two words parts them, and stays."""
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_STRUCK = re.compile(r"(?<![\w~])(~{1,2})(?=[^\s~])([^~\n]*?)(?<=[^\s~])\1(?![\w~])")
_MARKED = re.compile(r"(?<![\w*_`])(\*{1,2}|_{1,2}|`{1,3})(?=[^\s*_`])([^\n]*?)(?<=[^\s*_`])\1(?![\w*_`])")
_QUOTED_WHOLE = re.compile(r'\A\s*"([^"\n]*)"\s*\Z')

_MAIL = re.compile(
    r"^(?:-{2,} ?(?:original|forwarded) message ?-{2,}.*"
    r"|from:[^\n]*\n(?:[^\n]*\n){0,3}?(?:sent|to|date|subject):.*"
    r"|on (?:[^\n.]|\.(?!\s)){6,120}\bwrote:\s*$.*)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SUBJECT = re.compile(r"^(?:subject: .*|(?:fw|fwd|re): .*)$\n?", re.IGNORECASE | re.MULTILINE)
_QUOTED_LINES = re.compile(r"^[ \t]*>.*$\n?", re.MULTILINE)
_DEVICE = re.compile(
    r"^(?:sent from my \w+.*|sent from outlook.*|get outlook for .*)$\n?", re.IGNORECASE | re.MULTILINE
)
_SIGN_OFF = re.compile(
    r"(?<=\n)[ \t]*(?:(?:many |kind |best |warm )?(?:thanks|regards|wishes)(?: again)?|cheers|all the best|best"
    r"|thank you|diolch(?: yn fawr)?|yours (?:sincerely|faithfully|truly))[ \t]*[,.!]?[ \t]*(?:\n.*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_SIGNATURE = 8  # lines
_LONGEST_LINE = 9  # words of a line of a signature
_GOES_ON = re.compile(rf"^\s*(?:ps\b|p\.s|also\b|and\b)|{DAY}", re.IGNORECASE)
"""A line that tells something, and is no part of a signature."""
_THANKS_AND_NAME = re.compile(
    r"([.!?\n]|^)[ \t]*(?:many )?(?:thanks|cheers|regards|kind regards),[ \t]*[A-Z][\w'-]+[ \t.]*\Z"
)
_NO_NAME = (
    r"(?:(?:on|off|at|in|to|for|no|not|yes|we|i|it|its|it's|is|are|was|the|this|that|my|our|still|now|same|nothing|none"
    r"|done|complete|green|amber|red|blue|delayed|late|behind|ahead|all (?!\W*(?:[,!.:\n-]|\Z)))\b|\d)"
)
"""What may follow a greeting, and is nobody's name."""
_GREETING = re.compile(
    r"\A\s*(?:(?:hi|hiya|hello|hey|dear|(?:good )?(?:morning|afternoon|evening)|bore da)\b"
    rf"(?:[ \t]+(?!{_NO_NAME})[\w'.-]+){{0,2}}[ \t]*[,!.:…\n–—-]+\s*|(?:hi|hiya|hello|hey)[ \t]+(?={_NO_NAME}))+",
    re.IGNORECASE,
)
_THANKED_FOR = (
    r"(?:(?:the|your|this|that|these|my|a|sending|kind|gentle|quick|prompt|latest|timely|further|another|all|help|patience"
    r"|reminders?|nudges?|prompts?|chasers?|messages?|e-?mails?|notes?|requests?|updates?|chasing|asking|reminding"
    r"|checking(?: in)?|getting in touch|letting|know|me|us|yesterday|today|again|last week|on this)\b ?)+"
)
_LATE = (
    r"(?:(?:the|my|our|any|a|this|it|that|is|being|very|bit|so|late|lateness|delay(?:ed)?|slow(?:ness)?|tardy|wait|reply"
    r"|replies|response|return|responding|replying|answer|getting|coming|back|to you|in|with|not|earlier|sooner"
    r"|inconvenience|confusion)\b ?)+"
)
_WELL = (
    r"(?:(?:that|you(?:'re|r)?|this|all|everyone|everything|is|are|finds?|have|had|has|doing|keeping|going|a|an|good|great"
    r"|nice|lovely|well|ok|okay|fine|better|with|and|your|the|team|weekend|break|summer|holidays?|week|day|easter"
    r"|christmas|bank|e-?mail|message|restful|relaxing|there)\b ?)+"
)
_PERIOD = r"(?: for (?:(?:the|this|last|quarter|month|period|year|window|q\d|\d{4}(?:[/-]\d{2,4})?|[1-4])\b ?)+)?"
_COURTESY = re.compile(
    rf"(?:(?:i )?hope {_WELL}"
    rf"|(?:please )?(?:find|see) (?:(?:attached|below|here|my|our|the|latest|quarterly)\b ?)*"
    rf"(?:return|update|response|submission)s?{_PERIOD}(?: ?(?:below|as follows|follows|attached))?"
    rf"|(?:here(?:'s| is| are)|this is) (?:my|our|the) (?:update|return|response|answer)s?{_PERIOD}"
    r"|(?:our|my) (?:update|return|response|answer) (?:is )?(?:as follows|below)"
    r"|(?:as|per) (?:you )?(?:requested|asked)(?: here)?"
    r"|(?:as|per) (?:you )?(?:discussed|promised|agreed)(?: here)?(?=[ \t]*[.!:])"
    rf"|(?:apologies|sorry)(?: (?:that|for|about|if))? {_LATE}"
    r"|update(?:s)? as follows|diolch(?: yn fawr)?"
    r"|(?:many )?thanks?(?: you)?(?: (?:so|very) much| a lot)?(?: [A-Z][\w'-]+(?=[ \t]*(?:[.!\n]|\Z)))?"
    rf"(?: (?:for|so much for) {_THANKED_FOR})?"
    r"|cheers)"
    r"[ \t]*(?:[.!:,;…–—]+|-(?=\s)|(?=\n)|\Z)\s*",
    re.IGNORECASE,
)
"""What is said before an answer, word by word: a courtesy that goes on to tell something is the person's account."""


_HOPE = re.compile(
    r"(?<=\w)[,.!]?\s*(?:[–—-]\s+)?(?:i )?hope (?:that'?s|that is|this is|it'?s|that helps|this helps|all)"
    r"(?: (?:ok|okay|alright|all right|fine|enough|good|useful|helpful|clear))?(?: (?:for now|for you))?\s*[?.!]*\Z",
    re.IGNORECASE,
)
"""What ends a message, and asks for nothing: 'hope that's ok?'."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text that lists them."""
    return frozenset(words.split())


def clean(text: str) -> str:
    """The person's own words, with their line breaks; the circles of a scale stay, other pictures go."""
    text = _INVISIBLE.sub("", re.sub(r"\r\n?", "\n", text))
    text = _SHORTCODE.sub(lambda found: _SHORTCODE_CIRCLES.get(found[1], ""), text)
    text = _STRUCK.sub("", _OUTER_EMOJI.sub("", text))
    text = _MARKED.sub(r"\2", _MARKED.sub(r"\2", text))
    text = _without_mail(text)
    text = re.sub(r"\Asubject: .*\n", "", text, flags=re.IGNORECASE)
    text = _DEVICE.sub("", _QUOTED_LINES.sub("", text))
    text = re.sub(r"[ \t]+(?=\n|\Z)", "", re.sub(r"(?<=\S) {2,}(?=\S)", " ", text)).strip("\n ")
    text = _without_signature(text)
    if whole := _QUOTED_WHOLE.fullmatch(text.translate(STRAIGHT)):
        text = text.strip()[1:-1] if whole[1] else ""
    return _without_openings(_HOPE.sub("", text)).strip()


def holds_mail(text: str) -> bool:
    """Whether the message quotes or forwards a mail."""
    return _MAIL.search(text) is not None


def _without_mail(text: str) -> str:
    """Without a mail that is quoted below; of one that is quoted above, the lines under it are the person's own."""
    found = _MAIL.search(text)
    if found is None:
        return text
    before = text[: found.start()]
    below = found[0].split("\n", 1)[1] if "\n" in found[0] else ""
    is_above = not before.strip() and re.search(r"^[ \t]*>", below, re.MULTILINE)
    return _QUOTED_LINES.sub("", below) if is_above else _SUBJECT.sub("", before)


def _without_signature(text: str) -> str:
    """Without a sign-off and the short lines after it; words after it that go on are the person's own."""
    text = _THANKS_AND_NAME.sub(r"\1", text)
    found = _SIGN_OFF.search(text)
    if found is None or not text[: found.start()].strip():
        return text
    lines = found[0].strip().split("\n")[1:]
    goes_on = any(len(line.split()) > _LONGEST_LINE or _GOES_ON.search(line) for line in lines)
    return text if goes_on or len(lines) >= _LONGEST_SIGNATURE else text[: found.start()].rstrip()


def _without_openings(text: str) -> str:
    """Without a greeting and the courtesies after it."""
    left, before = text, ""
    while left != before:
        before = left
        found = _GREETING.match(left.translate(STRAIGHT)) or _COURTESY.match(left.translate(STRAIGHT))
        left = left[found.end() :] if found else left
    return left.strip("\n ")
