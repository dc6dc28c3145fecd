"""'Thanks', 'ok', 'good morning': what people say to be polite is no answer, and is answered in a few words."""

import re

from bot.context import Context
from bot.incoming import Incoming, Reply
from bot.meant import mine


def say_thanks(context: Context, _incoming: Incoming, _said: re.Match[str]) -> Reply:
    """How much is still wanted from them, and how to see it."""
    wanted = len(mine(context))
    return Reply(messages=(context.says("polite_wanted" if wanted else "polite", count=wanted),))
