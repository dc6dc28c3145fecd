"""The answer to recording a notice: from which day it may be decided, and what is left where that is too late."""

from sqlmodel import col

from acts.notices import earliest_by_notice
from acts.papers import papers
from bot.context import Context
from bot.incoming import Reply
from bot.message import Message, Part
from bot.paper_cards import paper_buttons
from models import Placing
from reports.late_notice import late_notice_text
from rules.papers import Paper, Stage
from wording import Safe, day, say


def notice_recorded(context: Context, before: Paper) -> Reply:
    """`before` is the paper as it was before its notice was recorded."""
    context.session.flush()
    paper = papers(context.session, context.now, col(Placing.id) == before.placing.id)[0]
    earliest = earliest_by_notice(context.session, paper, context.now)
    said = context.says(
        "notice_published",
        title=paper.item.title,
        day=day(paper.item.notice_published_on or context.today),
        earliest=Safe(f" {say('notices.decide_from', day=day(earliest))}" if earliest else ""),
    )
    if paper.is_so(Stage.NOTICE):
        return Reply(messages=(said,))
    text = late_notice_text(context.session, paper, context.now)
    late = Message(parts=(Part(text=text, buttons=tuple(paper_buttons(paper, Stage.NOTICE))),))
    return Reply(messages=(said, late))
