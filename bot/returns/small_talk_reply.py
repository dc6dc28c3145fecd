"""Replies to small talk: 'thanks', 'ok', 'good morning'."""

import re

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.cards.prompts.return_prompts import mine
from remembrancer.services.context import Context


def say(context: Context, _incoming: Incoming, match: re.Match[str]) -> Reply:
    """Reply politely, with how many answers are still wanted from the person."""
    name = "thanks" if match["thanks"] else "hello" if match["hello"] else "noted"
    wanted = len(mine(context)) + len(wanted_papers(context))
    return Reply(messages=(context.says(f"{name}_wanted" if wanted else name, count=wanted),))
