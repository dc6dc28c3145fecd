"""Phrases that are neither a command nor an answer: 'remind me tomorrow', 'I am away until 12 September'.

A pattern must match the whole text; a text with more in it is an answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose_return, own_answered
from remembrancer.bot.language.dates import RELATIVE_DAY
from remembrancer.bot.language.leave_periods import PERIOD_WORDS, UNTIL
from remembrancer.bot.language.normalise import I_AM, NAME, REF, normalise
from remembrancer.bot.language.small_talk import match_small_talk
from remembrancer.bot.people import leave, leave_delegate
from remembrancer.bot.returns import history, readers, snooze
from remembrancer.bot.returns.answer import press_answer
from remembrancer.bot.returns.delegate import press_delegate, press_take_back
from remembrancer.bot.returns.disown import press_not_mine
from remembrancer.bot.returns.free_text_answer import reply_to_small_talk
from remembrancer.cards.prompts.return_prompts import own_returns
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


def _as_press(press: Handler, among: Callable[[Context], Sequence[Return]]) -> PhraseHandler:
    """A handler for which the text is a press of the button of the return that it names, `among` these."""

    def handle(context: Context, incoming: Incoming, match: re.Match[str]) -> Reply:
        ret = choose_return(context, match["ref"], among(context))
        if isinstance(ret, Message):
            return Reply(messages=(ret,))
        return press(context, replace(incoming, value=str(ret.id)))

    return handle


def _delegated(context: Context) -> list[Return]:
    """The returns that are delegated to somebody else, and that the person may take back."""
    return [ret for ret in answerable(context, Act.HAND_ON) if ret.delegate_id not in (None, context.person.id)]


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
    (rf"(?:this is |that['’]?s |it['’]?s )?not mine{REF}", _as_press(press_not_mine, own_returns)),
    (rf"ask (?:someone|somebody) else{REF}", _as_press(press_delegate, own_returns)),
    (rf"(?:ask me again|take (?:it|that|this) back){REF}", _as_press(press_take_back, _delegated)),
    (rf"change (?:(?:my|the|that) )?answer{REF}", _as_press(press_answer, own_answered)),
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
    text = normalise(incoming.text)
    for pattern, handler in PHRASES:
        match = pattern.fullmatch(text)
        if match:
            return handler(context, incoming, match)
    small_talk_match = match_small_talk(incoming.text)
    return reply_to_small_talk(context, small_talk_match) if small_talk_match else None
