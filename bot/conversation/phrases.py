"""What people say that is neither a command nor an answer: 'remind me tomorrow', 'I am away until 12 September'.

Only a text that is such a phrase from its first word to its last is taken for one. Anything more is an answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose, given
from remembrancer.bot.language.dates import SAID_DAY
from remembrancer.bot.language.leave_periods import PERIOD_WORDS, UNTIL
from remembrancer.bot.language.normalise import I_AM, NAME, REF, plain
from remembrancer.bot.language.small_talk import small_talk
from remembrancer.bot.people import leave, leave_delegate
from remembrancer.bot.returns import history, readers, small_talk_reply, snooze
from remembrancer.bot.returns.answer import press_answer
from remembrancer.bot.returns.delegate import press_delegate, press_take_back
from remembrancer.bot.returns.disown import press_not_mine
from remembrancer.cards.return_prompts import mine
from remembrancer.models import Return
from remembrancer.models.message import Message
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context

PhraseHandler = Callable[[Context, Incoming, re.Match[str]], Reply]
UNWELL = r"(?:off )?(?:sick|ill|unwell)"
AWAY = rf"(?:(?:{I_AM} )?(?:away|on (?:annual |sick )?leave|on holiday|out of (?:the )?office|{UNWELL})|{I_AM} off)"
SOME_WORDS = rf"(?:from|to|{UNTIL})(?: (?!(?:and|but|so|or)\b)[\w'’]+){{1,4}}"
"""An end of leave that cannot be read: 'until the cows come home'. A word that joins on more makes it an answer."""
WHILE_AWAY = r"(?:while|when|whilst) i(?:['’]?m| am) (?:away|on leave|on holiday|out)"


Press = Callable[[Context, Incoming], Reply]


def say_not_mine(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    return _pressed(context, incoming, said, mine(context), press_not_mine)


def say_ask_another(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    return _pressed(context, incoming, said, mine(context), press_delegate)


def say_take_back(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    """Of what is handed on to somebody else."""
    theirs = [ret for ret in answerable(context, Act.HAND_ON) if ret.delegate_id not in (None, context.person.id)]
    return _pressed(context, incoming, said, theirs, press_take_back)


def say_change(context: Context, incoming: Incoming, said: re.Match[str]) -> Reply:
    return _pressed(context, incoming, said, given(context), press_answer)


def _pressed(context: Context, incoming: Incoming, said: re.Match[str], among: Sequence[Return], press: Press) -> Reply:
    """As if the button of the one that is meant were pressed."""
    ret = choose(context, said["ref"], among)
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    return press(context, replace(incoming, value=str(ret.id)))


_PHRASES: tuple[tuple[str, PhraseHandler], ...] = (
    (rf"(?:(?:remind me |ask me )?later(?: on)?(?: today)?|(?:remind|ask) me today|not now){REF}", snooze.say_later),
    (rf"(?:(?:remind|ask) me (?:again )?)?(?P<day>tomorrow)(?: morning)?{REF}", snooze.say_day),
    (rf"(?:remind|ask) me (?:again )?(?:on )?(?P<day>{SAID_DAY}){REF}", snooze.say_day),
    (r"remind me(?: [\w'’#./-]+){0,5}", snooze.say_unread),
    (rf"{AWAY}(?: (?P<period>{PERIOD_WORDS}))?", leave.say_away),
    (rf"{I_AM} (?:away|on (?:annual |sick )?leave|on holiday|off|{UNWELL}) (?P<period>{SOME_WORDS})", leave.say_away),
    (rf"(?:this is |that['’]?s |it['’]?s )?not mine{REF}", say_not_mine),
    (rf"ask (?:someone|somebody) else{REF}", say_ask_another),
    (rf"(?:ask me again|take (?:it|that|this) back){REF}", say_take_back),
    (rf"change (?:(?:my|the|that) )?answer{REF}", say_change),
    (rf"(?:{I_AM} )?back(?: (?:at work|in the office|now|today|again))?", leave.say_back),
    (rf"my delegate is {NAME}(?: {WHILE_AWAY})?", leave_delegate.say_delegate),
    (rf"ask {NAME}(?: instead)?(?: of me)? {WHILE_AWAY}", leave_delegate.say_delegate),
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
    return small_talk_reply.say(context, incoming, polite) if polite else None
