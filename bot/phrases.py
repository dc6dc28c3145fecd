"""What people say that is neither a command nor an answer: 'remind me tomorrow', 'I am away until 12 September'.

Only a text that is such a phrase from its first word to its last is taken for one. Anything more is an answer.
"""

import re
from collections.abc import Callable

from bot import away, delegates, history, labels_said, later, pleasantries, readers
from bot.away_said import PERIOD_WORDS, UNTIL
from bot.context import Context
from bot.dates_said import SAID_DAY
from bot.incoming import Incoming, Reply
from bot.small_talk import small_talk

Act = Callable[[Context, Incoming, re.Match[str]], Reply]

LONGEST = 120  # characters of any phrase
REF = r"(?: (?:(?:about|for) )?#?(?P<ref>[\w./-]*\d[\w./-]*))?"
I_AM = r"(?:i am|i['’]?m|i will be|i['’]ll be)"
UNWELL = r"(?:off )?(?:sick|ill|unwell)"
AWAY = rf"(?:(?:{I_AM} )?(?:away|on (?:annual |sick )?leave|on holiday|out of (?:the )?office|{UNWELL})|{I_AM} off)"
SOME_WORDS = rf"(?:from|to|{UNTIL})(?: (?!(?:and|but|so|or)\b)[\w'’]+){{1,4}}"
"""An end of leave that cannot be read: 'until the cows come home'. A word that joins on more makes it an answer."""
WHILE_AWAY = r"(?:while|when|whilst) i(?:['’]?m| am) (?:away|on leave|on holiday|out)"
NAME = r"(?P<name>[^\s,;:!?]+(?: [^\s,;:!?]+){0,3}?)"

_PHRASES: tuple[tuple[str, Act], ...] = (
    (rf"(?:(?:remind me |ask me )?later(?: on)?(?: today)?|(?:remind|ask) me today|not now){REF}", later.say_later),
    (rf"(?:(?:remind|ask) me (?:again )?)?(?P<day>tomorrow)(?: morning)?{REF}", later.say_day),
    (rf"(?:remind|ask) me (?:again )?(?:on )?(?P<day>{SAID_DAY}){REF}", later.say_day),
    (r"remind me(?: [\w'’#./-]+){0,5}", later.say_unread),
    (rf"{AWAY}(?: (?P<period>{PERIOD_WORDS}))?", away.say_away),
    (rf"{I_AM} (?:away|on (?:annual |sick )?leave|on holiday|off|{UNWELL}) (?P<period>{SOME_WORDS})", away.say_away),
    (rf"(?:this is |that['’]?s |it['’]?s )?not mine{REF}", labels_said.say_not_mine),
    (rf"ask (?:someone|somebody) else{REF}", labels_said.say_ask_another),
    (rf"(?:ask me again|take (?:it|that|this) back){REF}", labels_said.say_take_back),
    (rf"change (?:(?:my|the|that) )?answer{REF}", labels_said.say_change),
    (rf"(?:{I_AM} )?back(?: (?:at work|in the office|now|today|again))?", away.say_back),
    (rf"my delegate is {NAME}(?: {WHILE_AWAY})?", delegates.say_delegate),
    (rf"ask {NAME}(?: instead)?(?: of me)? {WHILE_AWAY}", delegates.say_delegate),
    (r"(?:what (?:have i|did i|was) (?:said?|say) (?:before|last time)|history)" + REF, history.say_history),
    (
        r"who(?: else)? (?:reads|will read|sees|will see)(?: (?:this|it|that|them|(?:my|the) answers?(?: to)?|item))?"
        + REF,
        readers.say_readers,
    ),
)
PHRASES = tuple((re.compile(pattern, re.IGNORECASE), act) for pattern, act in _PHRASES)
WORDS = ("tomorrow", "away", "history")
"""Phrases of one word that are worth finding behind a slip of the pen."""


def heard(context: Context, incoming: Incoming) -> Reply | None:
    """What a phrase or small talk does; None for a text that is neither."""
    text = plain(incoming.text)
    for pattern, act in PHRASES:
        said = pattern.fullmatch(text)
        if said:
            return act(context, incoming, said)
    polite = small_talk(incoming.text)
    return pleasantries.say(context, incoming, polite) if polite else None


def plain(text: str) -> str:
    """The text as the phrases are written: on one line, without its last full stop; nothing of a longer one."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text:
        return ""
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"(?:,? please)?[ .!?]*$", "", text, flags=re.IGNORECASE)
