"""'Thanks', 'ok', 'good morning': what people say to be polite is no answer, and is answered in a few words."""

import re

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.cards.outstanding_papers import wanted_papers
from remembrancer.cards.return_prompts import mine
from remembrancer.services.context import Context


def say(context: Context, _incoming: Incoming, said: re.Match[str]) -> Reply:
    """As politely as it was said; how much is still wanted from them, and how to see it."""
    name = "thanks" if said["thanks"] else "hello" if said["hello"] else "noted"
    wanted = len(mine(context)) + len(wanted_papers(context))
    return Reply(messages=(context.says(f"{name}_wanted" if wanted else name, count=wanted),))
