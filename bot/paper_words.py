"""Words in reply to a card about papers: 'yes', 'not yet, finance has the figures', 'next meeting', 'withdrawn'."""

import re
from collections.abc import Callable
from dataclasses import replace

from sqlmodel import col, select

from acts.papers import papers_at
from bot import papers as said
from bot.context import Context
from bot.incoming import Incoming, Reply
from bot.paper_cards import is_wanted, named
from models import OutgoingMessage, PaperPrompt
from rules.papers import Paper, Stage

SO = r"(?:coming|in|cleared|published|ready|done)"
YES = rf"(?:yes|yep|(?:it(?:['’]s| is)(?: all)? )?{SO})"
NOT_YET = r"(?:no|not yet|not (?:quite )?ready|not (?:yet )?(?:in|cleared|published))(?P<why>\b.*)?"
MOVE = r"(?:move(?: it)?|(?:to )?(?:the )?next (?:meeting|one|time)|postpone(?: it)?|put it back)\b.*"
WITHDRAW = r"(?:withdraw(?:n)?(?: it)?|not coming|it(?:['’]s| is) not coming)\b.*"

Act = Callable[[Context, Incoming], Reply]

ELSEWHERE: tuple[tuple[str, Act], ...] = ((WITHDRAW, said.press_withdraw), (MOVE, said.press_move))
"""What can be said of a paper at its last board alone."""


def heard(context: Context, incoming: Incoming) -> Reply | None:
    """What the words do, where they reply to a card about papers; None elsewhere."""
    wanted = _wanted(context, incoming)
    if wanted is None:
        return None
    if len(wanted) != 1:
        return Reply(messages=(context.says("paper_which" if wanted else "paper_none"),))
    [(paper, stage)] = wanted
    text = " ".join(incoming.text.split()).rstrip(" .!")
    act = Incoming(incoming.person_id, incoming.event, "press", value=named(paper, stage))
    not_yet = re.fullmatch(NOT_YET, text, re.IGNORECASE | re.DOTALL)
    for pattern, do in ((YES, said.press_yes), *(() if paper.onto else ELSEWHERE)):
        if re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL):
            return do(context, act)
    if not_yet:
        return _not_yet(context, act, (not_yet["why"] or "").strip(" ,;:-–—."))
    unread = "paper_unread_on_the_way" if paper.onto else "paper_unread"
    return Reply(messages=(context.says(unread, title=paper.item.title),))


def _not_yet(context: Context, act: Incoming, why: str) -> Reply:
    """With the reason it is kept at once; without, the form asks for it."""
    if not why:
        return said.press_not_yet(context, act)
    return said.submit_not_yet(context, replace(act, fields={"reason": why}))


def _wanted(context: Context, incoming: Incoming) -> list[tuple[Paper, Stage]] | None:
    """What is still to be said of the papers on the card that is replied to; None where it is no such card."""
    if incoming.about is None:
        return None
    query = (
        select(PaperPrompt)
        .join(OutgoingMessage, col(OutgoingMessage.id) == PaperPrompt.message_id)
        .where(OutgoingMessage.remote_id == incoming.about, PaperPrompt.person_id == context.person.id)
    )
    found = context.session.exec(query.order_by(col(PaperPrompt.id)))
    prompts = {(prompt.placing_id, prompt.meeting_id): prompt for prompt in found}
    if not prompts:
        return None
    return [
        (paper, Stage(prompts[at].stage))
        for at, paper in papers_at(context.session, context.now, prompts).items()
        if is_wanted(paper, prompts[at], context.now)
    ]
