"""What the buttons of a request say, said in words: 'not mine', 'ask someone else', 'change answer'."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering import press_answer
from bot.context import Context
from bot.handing import press_delegate, press_take_back
from bot.incoming import Incoming, Reply
from bot.meant import answerable, choose, given, mine
from bot.message import Message
from bot.not_mine import press_not_mine
from models import Return
from rules.permissions import Act

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
