"""Typed text: one-word commands and their table; other text goes to the longer commands, the phrases and free text."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import select

from remembrancer.bot.conversation import commands_with_arguments
from remembrancer.bot.conversation.calendar_link import calendar
from remembrancer.bot.conversation.requested_acts import ACTS
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.replies import enqueue_reply
from remembrancer.bot.core.target_returns import (
    answerable,
    answerable_refs,
    choose_return,
    own_answered,
    ref_of,
    shared_returns_message,
)
from remembrancer.bot.digests import draft_review
from remembrancer.bot.forward_plan import free_text_answer
from remembrancer.bot.forward_plan.view import is_board_named, kept_boards, plan
from remembrancer.bot.language.acts import Act as Requested
from remembrancer.bot.language.asked_for import says_none
from remembrancer.bot.language.corrections import draft_act
from remembrancer.bot.language.requests import Role
from remembrancer.bot.people import own_hours, posts
from remembrancer.bot.returns import bulk_review, review
from remembrancer.bot.returns.answer import open_form
from remembrancer.bot.returns.free_text_answer import (
    answer_in_words,
    ask_about,
    ask_which_is_meant,
    reply_to_small_talk,
)
from remembrancer.bot.returns.message_reading import newest_draft, read_message, role_of
from remembrancer.bot.returns.restate import restate_command
from remembrancer.bot.sending import pause, preview
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards import answer_card
from remembrancer.cards.answer_preview import find_errors
from remembrancer.cards.prompts.kinds import build_cards, wanted
from remembrancer.cards.prompts.outstanding_papers import leads_papers
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import OutgoingMessage, Prompt
from remembrancer.models.message import Message, message
from remembrancer.rules.errors import RefusalError
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import Act, is_admin
from remembrancer.services.context import Context, refusal_text, reply_key
from remembrancer.services.returns import take_back_words
from remembrancer.wording import render

ONE_WORD_REQUESTS = ("tomorrow", "away", "history")
"""Requests of one word that are suggested for a mistyped word."""
ORDER_VERBS: Mapping[Role, Sequence[str]] = {
    "lead": (),
    "secretary": ("accept", "chase"),
    "admin": ("accept", "chase", "close", "move", "extend", "reopen", "pause", "resume"),
}
"""The verbs that orders begin with, by who may give them; a mistyped one is suggested."""
SHORTEST_VERB = 4
MIN_SIMILARITY = 0.8  # least difflib ratio (0 to 1) at which a mistyped word is taken for a phrase


def handle_text(context: Context, incoming: Incoming) -> Reply:
    """Handle a typed text: as a command, a request or an answer; an edited one amends the draft that it made."""
    if incoming.edits is not None:
        return _handle_edit(context, incoming)
    if incoming.has_file:
        done = handle_text(context, replace(incoming, has_file=False))
        return replace(done, messages=(*done.messages, context.says("file_not_taken")))
    words = incoming.text.strip().split()
    if not words:
        return Reply()
    name = words[0].lower().lstrip("/")
    is_of_board = name in ("plan", "calendar") and is_board_named(context, words[1:])
    max_words = MAX_WORDS.get(name, ADMIN_MAX_WORDS.get(name, 0) if is_admin(context.person) else 0)
    if name in COMMANDS and (is_of_board or len(words) <= 1 + max_words):
        return COMMANDS[name](context, words[1:])
    reply = commands_with_arguments.handle_command(context, incoming)
    return reply or _handle_message(context, incoming, words)


def _handle_message(context: Context, incoming: Incoming, words: Sequence[str]) -> Reply:
    """Handle words that are no command: a request, an answer about a paper, an update, or what must be asked about."""
    reading = read_message(context, incoming)
    act = reading.act if not reading.ask or reading.unsure else None
    if act is not None and not reading.items and act.do != "no_change":
        done = _do(context, incoming, act)
        return replace(done, messages=(*done.messages, *ask_about(context, incoming, [reading.beside])))
    about_paper = free_text_answer.handle_paper_text(context, incoming)
    if about_paper is not None:
        return about_paper
    name = words[0].lower().lstrip("/")
    if reading.is_empty:
        return _handle_nothing(context, incoming)
    suggestion = (
        _suggestion(context, words, name)
        or commands_with_arguments.suggestion(context, incoming.text)
        or _suggested_order(context, incoming, words)
    )
    if suggestion and not any(said.values for said in reading.items):
        return Reply(messages=(context.says("did_you_mean", word=words[0], meant=suggestion),))
    if reading.ask and not reading.unsure:
        return ask_which_is_meant(context, incoming, reading)
    answered = answer_in_words(context, incoming, reading)
    answered = replace(answered, messages=(*answered.messages, *ask_about(context, incoming, reading.unsure)))
    if act is None or act.do == "no_change":
        return answered
    try:
        done = _do(context, incoming, act)
    except RefusalError as refusal:  # what was answered stays
        done = Reply(messages=(message(refusal_text(refusal)),))
    return Reply(messages=(*answered.messages, *done.messages), form=done.form or answered.form)


def _handle_edit(context: Context, incoming: Incoming) -> Reply:
    """Read edited words in place of those before, where these have not been acted upon."""
    earlier = (incoming.edits or "").strip()
    is_open = take_back_words(context.session, stored_id(context.person.id), earlier)
    reading = read_message(context, replace(incoming, text=earlier, edits=None))
    did_nothing = reading.is_empty or (reading.act is not None and reading.act.do in SHOWING)
    if is_open or reading.ask or (did_nothing and not reading.items):
        return handle_text(context, replace(incoming, edits=None))
    return Reply(messages=(context.says("edit_too_late"),))


SHOWING = ("who_reads", "when_due", "why_me", "what_asked", "my", "help", "history", "status")
"""Acts that only show something, so that other words in their place are not too late."""


def _do(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Do what was asked for."""
    if act.do in ACTS:
        return ACTS[act.do](context, incoming, act)
    return COMMANDS[act.do](context, ())


def _handle_nothing(context: Context, incoming: Incoming) -> Reply:
    """Reply to words that say and ask for nothing: thanks, a promise, a picture, 'don't send it yet'."""
    draft = newest_draft(context, incoming)
    if draft is not None:
        ret = context.ret(str(draft.return_id), Act.ANSWER)
        can_be_sent = not find_errors(context, ret, draft.answers)
        return Reply(messages=(context.says("draft_waits" if can_be_sent else "draft_not_complete"),))
    named = incoming.text.strip(" #.!:")
    if named.lower() in [ref.lower() for ref in answerable_refs(context)]:
        return answer(context, [named])
    decided = draft_act(incoming.text)
    if decided is not None and decided.act is not None:
        return Reply(messages=(context.says("nothing_to_confirm"),))
    return reply_to_small_talk(context, incoming.text)


def _suggested_order(context: Context, incoming: Incoming, words: Sequence[str]) -> str | None:
    """The text with its mistyped first word corrected, where that is an order which this person may give."""
    close = difflib.get_close_matches(words[0].lower(), ORDER_VERBS[role_of(context)], n=1, cutoff=0.75)
    if len(words[0]) < SHORTEST_VERB or not close or words[0].lower() == close[0]:
        return None
    corrected = " ".join([close[0], *words[1:]])
    reading = read_message(context, replace(incoming, text=corrected))
    return corrected if reading.act and not reading.ask and not reading.items else None


def _suggestion(context: Context, words: Sequence[str], name: str) -> str | None:
    """The command or phrase that a single mistyped word is close to; None where there is none."""
    if says_none(name):
        return None
    if len(words) != 1 or words[0].strip("#:,").lower() in [ref.lower() for ref in answerable_refs(context)]:
        return None
    offered = [command for command in COMMANDS if command not in ADMIN_MAX_WORDS or is_admin(context.person)]
    close = difflib.get_close_matches(name, [*offered, *commands_with_arguments.command_words(context)], n=1)
    close = close or difflib.get_close_matches(name, ONE_WORD_REQUESTS, n=1, cutoff=MIN_SIMILARITY)
    return next(iter(close), None)


def help_(context: Context, _words: Sequence[str]) -> Reply:
    """Handle 'help': list the commands that are of use to this person."""
    text = render(
        "messages/help.md",
        secretary=review.is_secretary(context),
        keeper=bool(kept_boards(context)),
        admin=is_admin(context.person),
        papers=leads_papers(context),
        monitored=bool(context.facts.items),
        examples=_examples(context),
    )
    return Reply(messages=(message(text),))


def _examples(context: Context) -> list[str]:
    """Answers in people's own words: of the programme that asks this person, or else of any that has a window."""
    asked = [context.window(ret) for ret in own_returns(context)] or list(context.facts.windows)
    return context.programme(asked[0]).examples if asked else []


def my(context: Context, _words: Sequence[str]) -> Reply:
    """Handle 'my': show everything that the person is asked for now, on a card that is kept up to date."""
    prompts, shared = wanted(context), shared_returns_message(context)
    if not prompts:
        refs = [ref_of(context, ret) for ret in own_answered(context)]
        nothing = context.says("all_answered", refs=", ".join(refs), ref=refs[0]) if refs else None
        return Reply(messages=(nothing or context.says("nothing_wanted"), *((shared,) if shared else ())))
    content = _stored_card(context, prompts)
    if shared:
        enqueue_reply(context, shared, "also")
    return Reply(messages=(content,))


def _stored_card(context: Context, prompts: Sequence[Prompt]) -> Message:
    """Build the card and store its prompts and its message, so that later changes update the posted card."""
    [card] = build_cards(context.session, [(context.person, prompts)], context.now)
    enqueue_reply(context, card.content, "card", showing=card.showing, items=card.items)
    key = reply_key(stored_id(context.person.id), context.event, "card")
    row_id = context.session.exec(select(OutgoingMessage.id).where(OutgoingMessage.key == key)).one()
    for prompt in prompts:
        prompt.message_id = stored_id(row_id)
    context.session.add_all(prompts)
    context.session.flush()
    return card.content


def answer(context: Context, words: Sequence[str]) -> Reply:
    """Handle 'answer 52': open the form."""
    ref, among = (words[0], answerable(context)) if words else (None, own_returns(context))
    ret = choose_return(context, ref, among)
    return Reply(messages=(ret,)) if isinstance(ret, Message) else open_form(context, ret)


def see(context: Context, words: Sequence[str]) -> Reply:
    """Handle 'see 52': show the answer."""
    ret = choose_return(context, words[0] if words else None, answerable(context, Act.SEE), "no_such_ref_to_see")
    return Reply(messages=(ret if isinstance(ret, Message) else answer_card.answer_message(context, ret),))


MAX_WORDS = {"answer": 1, "see": 1, "restate": 2, "plan": 1, "calendar": 1}
"""How many words a command takes after its name; a text with more words is free text, not the command."""
ADMIN_MAX_WORDS = {"pause": 3, "resume": 3, "pilot": 0, "preview": 12, "withheld": 0}
"""The same for the commands about sending; anybody but an admin may add none, so 'preview held' is free text."""
COMMANDS: dict[str, Callable[[Context, Sequence[str]], Reply]] = {
    "help": help_,
    "my": my,
    "answer": answer,
    "see": see,
    "status": lambda context, _words: review.status(context),
    "chase": lambda context, _words: review.status(context, only_missing=True),
    "accept all": bulk_review.accept_all,
    "missing": lambda context, _words: review.status(context, only_missing=True),
    "restate": restate_command,
    "plan": plan,
    "calendar": calendar,
    "digests": lambda context, _words: draft_review.digests(context),
    "windows": lambda context, _words: window_commands.windows(context),
    "pause": pause.pause,
    "resume": pause.resume,
    "pilot": pause.pilot,
    "preview": preview.preview,
    "withheld": preview.show_withheld,
    "people": lambda context, _words: posts.people_now(context),
    "hours": lambda context, _words: own_hours.show(context),
}
