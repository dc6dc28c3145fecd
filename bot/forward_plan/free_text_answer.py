"""Words about papers: 'yes', 'not yet, finance has the figures', 'the draft of the budget is in', 'withdrawn'.

In reply to a card they are about its papers; elsewhere, about those of which something is wanted from whoever writes.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.forward_plan import paper_answer
from remembrancer.bot.language.paper_answers import Meaning, PaperText, parse_paper_text
from remembrancer.cards.outstanding_papers import wanted_papers
from remembrancer.cards.paper_card import named, paper_buttons, way_back
from remembrancer.cards.paper_prompts import PaperPrompts
from remembrancer.cards.return_prompts import mine
from remembrancer.models import OutgoingMessage, Prompt
from remembrancer.models.message import Message, Part
from remembrancer.rules.forward_plan.paper_prompts import KIND, paper_at
from remembrancer.rules.forward_plan.papers import ON_THE_WAY, Paper, Stage
from remembrancer.services.context import Context
from remembrancer.wording import render

Question = tuple[Paper, Stage]
"""A paper, and what is asked of it."""
LONG = 4  # letters: words of a title as long as this tell it from others


def heard(context: Context, incoming: Incoming) -> Reply | None:
    """What the words do; None where they are about no paper."""
    on_card = _on_card(context, incoming)
    if on_card is None:
        return _unprompted(context, incoming)
    if not on_card:
        return Reply(messages=(context.says("paper_none"),))
    meant, text = _meant(on_card, incoming.text)
    if len(meant) != 1:
        return Reply(messages=(_which(context, on_card),))
    return _do(context, incoming, *meant[0], text) or Reply(messages=(_unread(context, meant[0][0]),))


def _unprompted(context: Context, incoming: Incoming) -> Reply | None:
    """In reply to nothing: where they name a paper, or where papers are all that is asked about."""
    wanted = [(paper, stage) for paper, stage, *_ in wanted_papers(context)]
    asked = wanted or _of_prompts(context, col(Prompt.to) == "lead")
    meant, text = _meant(asked, incoming.text)
    said = [found for _, stage in meant if (found := parse_paper_text(text, stage))]
    if (mine(context) and text == incoming.text) or not said:
        return None
    if not wanted and all(each.meaning == Meaning.SO for each in said):
        return None
    return _do(context, incoming, *meant[0], text) if len(meant) == 1 else Reply(messages=(_which(context, meant),))


def _meant(among: Sequence[Question], text: str) -> tuple[list[Question], str]:
    """Those that the text can mean, and the text without the name by which it says so."""
    said = {word.casefold() for word in re.findall(r"\w+", text)}
    scores = [len(said & _names(paper)) for paper, _ in among]
    best = max(scores, default=0)
    meant = [each for each, score in zip(among, scores, strict=True) if score == best]
    return meant, _without(meant[0][0], text) if best else text


def _names(paper: Paper) -> set[str]:
    """The words by which a paper can be told from others."""
    words = re.findall(r"\w+", f"{paper.item.title} {paper.item.decision_no}")
    return {word.casefold() for word in words if len(word) >= LONG or word.isupper()} - NO_NAMES


NO_NAMES = {"paper", "report", "draft", "final", "notice"}
"""Words of a question, whatever a paper is called."""


def _without(paper: Paper, text: str) -> str:
    whole = re.compile(re.escape(paper.item.title), re.IGNORECASE)
    if whole.search(text):
        return whole.sub(" ", text).strip(" :,;–—-")
    return re.sub(r"\w+", lambda word: "" if word[0].casefold() in _names(paper) else word[0], text).strip(" :,;–—-")


def _do(context: Context, incoming: Incoming, paper: Paper, asked: Stage, text: str) -> Reply | None:
    """What the words say of this paper; None where that is not plain."""
    said = parse_paper_text(text, asked)
    if said is None:
        return None
    stage = _stage(said, paper, asked)
    if stage is None or (paper.onto and (said.meaning in AT_LAST_BOARD or stage not in ON_THE_WAY)):
        return None
    why = said.why or (incoming.text.strip() if said.meaning == Meaning.TAKE_BACK else "")
    act = Incoming(incoming.person_id, incoming.event, "press", value=named(paper, stage), fields={"reason": why})
    return _ACTS[said.meaning](context, act)


def _stage(said: PaperText, paper: Paper, asked: Stage) -> Stage | None:
    """At which stage it is said: the one that is named, the one that is asked, the last one that was passed."""
    if said.stage is not None:
        asked_at_all = said.stage != Stage.NOTICE or any(each == Stage.NOTICE for each, _ in paper.stages)
        return said.stage if asked_at_all else None
    if said.meaning == Meaning.TAKE_BACK or (said.meaning == Meaning.NOT_YET and paper.is_so(asked)):
        return paper.last_so
    return asked


def _not_yet(context: Context, act: Incoming) -> Reply:
    """With the reason it is kept at once; without, the form asks for it."""
    return (paper_answer.submit_not_yet if act.fields["reason"] else paper_answer.press_not_yet)(context, act)


AT_LAST_BOARD = (Meaning.MOVE, Meaning.WITHDRAW)
_ACTS: Mapping[Meaning, Callable[[Context, Incoming], Reply]] = {
    Meaning.SO: paper_answer.press_yes,
    Meaning.NOT_YET: _not_yet,
    Meaning.MOVE: paper_answer.press_move,
    Meaning.WITHDRAW: paper_answer.press_withdraw,
    Meaning.TAKE_BACK: paper_answer.submit_not_yet,
}


def _unread(context: Context, paper: Paper) -> Message:
    return context.says("paper_unread_on_the_way" if paper.onto else "paper_unread", title=paper.item.title)


def _which(context: Context, among: Sequence[Question]) -> Message:
    """What can be said of each, so that one tap says it."""
    head = Part(text=render("messages/which_paper.md"))
    return Message(parts=(head, *(_choice(context, *each) for each in among)))


def _choice(context: Context, paper: Paper, stage: Stage) -> Part:
    wanted = not paper.is_so(stage)
    text = render("messages/which_paper_row.md", paper=paper, stage=stage, wanted=wanted, person=context.person)
    return Part(
        text=text, buttons=tuple(paper_buttons(paper, stage) if wanted else way_back(paper, stage, context.now))
    )


def _on_card(context: Context, incoming: Incoming) -> list[Question] | None:
    """The papers on the card that is replied to; None where the text is in reply to no such card."""
    if incoming.about is None:
        return None
    of_card = col(Prompt.message_id).in_(select(OutgoingMessage.id).where(OutgoingMessage.remote_id == incoming.about))
    about_papers = select(Prompt.id).where(of_card, _own(context), Prompt.subject_kind == KIND)
    if context.session.exec(about_papers).first() is None:
        return None
    return _of_prompts(context, of_card)


def _own(context: Context) -> ColumnElement[bool]:
    return col(Prompt.person_id) == context.person.id


def _of_prompts(context: Context, which: ColumnElement[bool]) -> list[Question]:
    """The papers of the person's own prompts: those that are still asked about, or else those not yet over."""
    query = select(Prompt).where(which, _own(context), Prompt.subject_kind == KIND).order_by(col(Prompt.id))
    newest = {paper_at(prompt): prompt for prompt in context.session.exec(query)}
    views = PaperPrompts().load(context.session, list(newest.values()), context.now)
    there = [view for view in views if view.paper.on and context.now < view.paper.meeting.starts_at]
    return [(view.paper, view.stage) for view in [v for v in there if v.still_asks(context.now)] or there]
