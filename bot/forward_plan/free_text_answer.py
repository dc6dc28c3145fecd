"""Free text about papers: 'yes', 'not yet, finance has the figures', 'the draft of the budget is in', 'withdrawn'.

A reply to a card is about that card's papers; any other text about the papers that the person is asked for.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import thread_returns
from remembrancer.bot.forward_plan import paper_answer
from remembrancer.bot.language.paper_answers import Meaning, PaperText, parse_paper_text
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.cards.prompts.paper_card import button_value, paper_buttons, take_back_button
from remembrancer.cards.prompts.paper_prompts import PaperPrompts
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import OutgoingMessage, Prompt, Return
from remembrancer.models.message import Message, Part
from remembrancer.rules.forward_plan.paper_prompts import KIND, paper_ids
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.rules.forward_plan.stages import Stage
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.services.context import Context
from remembrancer.wording import render

Question = tuple[Paper, Stage]
"""A paper, and the stage that is asked about."""
MIN_NAME_LETTERS = 4  # shorter words of a title do not tell it from others


def handle_paper_text(context: Context, incoming: Incoming) -> Reply | None:
    """Handle the text as an answer about a paper; None where it is about no paper."""
    on_card = _on_card(context, incoming)
    if on_card is None:
        wanted = [(paper, stage) for paper, stage, _ in wanted_papers(context)]
        return _among_other_things(context, incoming, wanted, own_returns(context))
    if returns := thread_returns(context, incoming):
        return _among_other_things(context, incoming, on_card, [ret for ret in returns if ret.state in WANTED])
    if not on_card:
        return Reply(messages=(context.says("paper_none"),))
    found, text = _target_papers(on_card, incoming.text)
    if len(found) != 1:
        return Reply(messages=(_ask_which(context, on_card),))
    paper, stage = found[0]
    unreadable = "paper_unread_on_the_way" if paper.final_paper else "paper_unread"
    reply = _apply(context, incoming, paper, stage, text)
    return reply or Reply(messages=(context.says(unreadable, title=paper.item.title),))


def _among_other_things(
    context: Context, incoming: Incoming, wanted: Sequence[Question], returns: Sequence[Return]
) -> Reply | None:
    """Handle a text that may be about an update too: it must name a paper, or no return is wanted.

    `wanted` and `returns` are what is still asked, of the person or on the card that the text replies to.
    """
    asked = wanted or _of_prompts(context, col(Prompt.to) == "lead")
    found, text = _target_papers(asked, incoming.text)
    parsed = [each for paper, stage in found if (each := parse_paper_text(text, stage, paper.board_stages))]
    if (returns and text == incoming.text) or not parsed:
        return None
    if not wanted and all(each.meaning == Meaning.CONFIRM for each in parsed):
        return None
    return (
        _apply(context, incoming, *found[0], text) if len(found) == 1 else Reply(messages=(_ask_which(context, found),))
    )


def _target_papers(among: Sequence[Question], text: str) -> tuple[list[Question], str]:
    """The papers that the text can mean, and the text without the paper's name."""
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    scores = [len(words & _names(paper)) for paper, _ in among]
    best = max(scores, default=0)
    found = [each for each, score in zip(among, scores, strict=True) if score == best]
    return found, _without(found[0][0], text) if best else text


def _names(paper: Paper) -> set[str]:
    """The words of a paper's title that tell it from other papers."""
    words = re.findall(r"\w+", f"{paper.item.title} {paper.item.decision_no}")
    return {word.casefold() for word in words if len(word) >= MIN_NAME_LETTERS or word.isupper()} - QUESTION_WORDS


QUESTION_WORDS = {"paper", "report", "draft", "final", "notice"}
"""Words of the questions, which name no paper."""


def _without(paper: Paper, text: str) -> str:
    """The text without the paper's title, or without the words of its title."""
    whole = re.compile(re.escape(paper.item.title), re.IGNORECASE)
    if whole.search(text):
        return whole.sub(" ", text).strip(" :,;–—-")
    return re.sub(r"\w+", lambda word: "" if word[0].casefold() in _names(paper) else word[0], text).strip(" :,;–—-")


def _apply(context: Context, incoming: Incoming, paper: Paper, asked: Stage, text: str) -> Reply | None:
    """Do what the text says of this paper; None where that is not plain."""
    parsed = parse_paper_text(text, asked, paper.board_stages)
    if parsed is None:
        return None
    stage = _stage(parsed, paper, asked)
    if stage is None or (paper.final_paper and (parsed.meaning in AT_LAST_BOARD or not stage.on_pathway)):
        return None
    reason = parsed.reason or (incoming.text.strip() if parsed.meaning == Meaning.TAKE_BACK else "")
    act = Incoming(
        incoming.person_id, incoming.event, "press", value=button_value(paper, stage), fields={"reason": reason}
    )
    return _ACTS[parsed.meaning](context, act)


def _stage(parsed: PaperText, paper: Paper, asked: Stage) -> Stage | None:
    """The stage that the text is about: the one it names, else the last one reached, else the one that is asked."""
    if parsed.stage is not None:
        is_asked = parsed.stage.is_ordered or paper.deadline_of(parsed.stage) is not None
        return parsed.stage if is_asked else None
    if parsed.meaning == Meaning.TAKE_BACK or (parsed.meaning == Meaning.NOT_YET and paper.is_so(asked)):
        return paper.stage_to_take_back(asked)
    return asked


def _not_yet(context: Context, act: Incoming) -> Reply:
    """Record 'not yet' if the text gives a reason; else open the form that asks for it."""
    return (paper_answer.submit_not_yet if act.fields["reason"] else paper_answer.press_not_yet)(context, act)


AT_LAST_BOARD = (Meaning.MOVE, Meaning.WITHDRAW)
_ACTS: Mapping[Meaning, Callable[[Context, Incoming], Reply]] = {
    Meaning.CONFIRM: paper_answer.press_yes,
    Meaning.NOT_YET: _not_yet,
    Meaning.MOVE: paper_answer.press_move,
    Meaning.WITHDRAW: paper_answer.press_withdraw,
    Meaning.TAKE_BACK: paper_answer.submit_not_yet,
}


def _ask_which(context: Context, among: Sequence[Question]) -> Message:
    """Ask which paper is meant, with the buttons of each."""
    head = Part(text=render("messages/which_paper.md"))
    return Message(parts=(head, *(_choice(context, *each) for each in among)))


def _choice(context: Context, paper: Paper, stage: Stage) -> Part:
    wanted = not paper.is_so(stage)
    text = render("messages/which_paper_row.md", paper=paper, stage=stage, wanted=wanted, person=context.person)
    return Part(
        text=text, buttons=tuple(paper_buttons(paper, stage) if wanted else take_back_button(paper, stage, context.now))
    )


def _on_card(context: Context, incoming: Incoming) -> list[Question] | None:
    """The papers on the card that the text replies to; None where it replies to no such card."""
    if incoming.about is None:
        return None
    of_card = col(Prompt.message_id).in_(select(OutgoingMessage.id).where(OutgoingMessage.remote_id == incoming.about))
    about_papers = select(Prompt.id).where(of_card, _is_own(context), Prompt.subject_kind == KIND)
    if context.session.exec(about_papers).first() is None:
        return None
    return _of_prompts(context, of_card)


def _is_own(context: Context) -> ColumnElement[bool]:
    return col(Prompt.person_id) == context.person.id


def _of_prompts(context: Context, which: ColumnElement[bool]) -> list[Question]:
    """The papers of the person's own prompts: those still to be answered, or else those before their meeting."""
    query = select(Prompt).where(which, _is_own(context), Prompt.subject_kind == KIND).order_by(col(Prompt.id))
    newest = {paper_ids(prompt): prompt for prompt in context.session.exec(query)}
    views = PaperPrompts().load(context.session, list(newest.values()), context.now)
    before_meeting = [view for view in views if view.paper.is_placed and context.now < view.paper.meeting.starts_at]
    return [
        (view.paper, view.stage) for view in [v for v in before_meeting if v.still_asks(context.now)] or before_meeting
    ]
