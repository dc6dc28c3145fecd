"""Phrases that are neither a command nor an answer: 'remind me tomorrow', 'I am away until 12 September'.

A pattern must match the whole text; a text with more in it is an answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose, own_answered
from remembrancer.bot.language.dates import RELATIVE_DAY
from remembrancer.bot.language.leave_periods import PERIOD_WORDS, UNTIL
from remembrancer.bot.language.normalise import I_AM, NAME, REF, plain
from remembrancer.bot.language.small_talk import small_talk
from remembrancer.bot.people import leave, leave_delegate
from remembrancer.bot.returns import history, readers, small_talk_reply, snooze
from remembrancer.bot.returns.answer import press_answer
from remembrancer.bot.returns.delegate import press_delegate, press_take_back
from remembrancer.bot.returns.disown import press_not_mine
from remembrancer.cards.prompts.return_prompts import mine
from remembrancer.models import Return
from remembrancer.models.message import Message
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context

PhraseHandler = Callable[[Context, Incoming, re.Match[str]], Reply]
UNWELL = r"(?:off )?(?:sick|ill|unwell)"
AWAY = rf"(?:(?:{I_AM} )?(?:away|on (?:annual |sick )?leave|on holiday|out of (?:the )?office|{UNWELL})|{I_AM} off)"
UNREADABLE_PERIOD = rf"(?:from|to|{UNTIL})(?: (?!(?:and|but|so|or)\b)[\w'’]+){{1,4}}"
"""An end of leave that no date is read from: 'until the cows come home'; a conjunction makes the text an answer."""
WHILE_AWAY = r"(?:while|when|whilst) i(?:['’]?m| am) (?:away|on leave|on holiday|out)"


PressHandler = Callable[[Context, Incoming], Reply]


def text_not_mine(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'not mine'."""
    return _press_button(context, incoming, match, mine(context), press_not_mine)


def text_delegate(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'ask someone else'."""
    return _press_button(context, incoming, match, mine(context), press_delegate)


def text_take_back(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'take it back', for a return that is delegated to somebody else."""
    delegated = [ret for ret in answerable(context, Act.HAND_ON) if ret.delegate_id not in (None, context.person.id)]
    return _press_button(context, incoming, match, delegated, press_take_back)


def text_change_answer(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'change my answer'."""
    return _press_button(context, incoming, match, own_answered(context), press_answer)


def _press_button(
    context: Context, incoming: Incoming, match: re.Match[str], among: Sequence[Return], press: PressHandler
) -> Reply:
    """Handle the text as a press of the button of the return that it names."""
    ret = choose(context, match["ref"], among)
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    return press(context, replace(incoming, value=str(ret.id)))


_PHRASES: tuple[tuple[str, PhraseHandler], ...] = (
    (rf"(?:(?:remind me |ask me )?later(?: on)?(?: today)?|(?:remind|ask) me today|not now){REF}", snooze.text_later),
    (rf"(?:(?:remind|ask) me (?:again )?)?(?P<day>tomorrow)(?: morning)?{REF}", snooze.text_day),
    (rf"(?:remind|ask) me (?:again )?(?:on )?(?P<day>{RELATIVE_DAY}){REF}", snooze.text_day),
    (r"remind me(?: [\w'’#./-]+){0,5}", snooze.text_unreadable_day),
    (rf"{AWAY}(?: (?P<period>{PERIOD_WORDS}))?", leave.text_away),
    (
        rf"{I_AM} (?:away|on (?:annual |sick )?leave|on holiday|off|{UNWELL}) (?P<period>{UNREADABLE_PERIOD})",
        leave.text_away,
    ),
    (rf"(?:this is |that['’]?s |it['’]?s )?not mine{REF}", text_not_mine),
    (rf"ask (?:someone|somebody) else{REF}", text_delegate),
    (rf"(?:ask me again|take (?:it|that|this) back){REF}", text_take_back),
    (rf"change (?:(?:my|the|that) )?answer{REF}", text_change_answer),
    (rf"(?:{I_AM} )?back(?: (?:at work|in the office|now|today|again))?", leave.text_back),
    (rf"my delegate is {NAME}(?: {WHILE_AWAY})?", leave_delegate.text_delegate),
    (rf"ask {NAME}(?: instead)?(?: of me)? {WHILE_AWAY}", leave_delegate.text_delegate),
    (r"(?:what (?:have i|did i|was) (?:said?|say) (?:before|last time)|history)" + REF, history.text_history),
    (
        r"who(?: else)? (?:reads|will read|sees|will see)(?: (?:this|it|that|them|(?:my|the) answers?(?: to)?|item))?"
        + REF,
        readers.text_readers,
    ),
)
PHRASES = tuple((re.compile(pattern, re.IGNORECASE), handler) for pattern, handler in _PHRASES)
"""Each phrase's pattern and its handler."""
ONE_WORD_PHRASES = ("tomorrow", "away", "history")
"""One-word phrases that are suggested for a mistyped word."""


def handle_phrase(context: Context, incoming: Incoming) -> Reply | None:
    """Reply to a phrase or to small talk; None for a text that is neither."""
    text = plain(incoming.text)
    for pattern, handler in PHRASES:
        match = pattern.fullmatch(text)
        if match:
            return handler(context, incoming, match)
    small_talk_match = small_talk(incoming.text)
    return small_talk_reply.say(context, incoming, small_talk_match) if small_talk_match else None
