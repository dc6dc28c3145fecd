"""What is said where no update is wanted from somebody: that nothing is, or that answers about papers are."""

from bot.context import Context
from bot.message import Message
from bot.papers_wanted import wanted_papers


def nothing_wanted(context: Context, name: str = "nothing_wanted") -> Message:
    """That no update is wanted; `name` is the sentence where no answer about a paper is wanted either."""
    papers = len(wanted_papers(context))
    return context.says(f"{name}_but_papers", count=papers) if papers else context.says(name)
