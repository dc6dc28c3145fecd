"""What people can type: commands, a few words each; anything else is an answer in their own words."""

import difflib
import re
from collections.abc import Callable, Sequence

from remembrancer.bot.conversation import commands_with_arguments, phrases
from remembrancer.bot.conversation.calendar_link import calendar
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import answerable, choose, refs
from remembrancer.bot.digests import draft_review
from remembrancer.bot.forward_plan import free_text_answer
from remembrancer.bot.forward_plan.view import kept_boards, names_a_board, plan
from remembrancer.bot.language import normalise
from remembrancer.bot.language.answers import leading_ref
from remembrancer.bot.people import posts
from remembrancer.bot.returns import bulk_review, review
from remembrancer.bot.returns.answer import open_form
from remembrancer.bot.returns.free_text_answer import answer_in_words
from remembrancer.bot.returns.restate import restate_command
from remembrancer.bot.returns.shared_posts import also_yours, say_below
from remembrancer.bot.sending import pause, preview
from remembrancer.bot.windows import overview
from remembrancer.cards import answer_card
from remembrancer.cards.outstanding_papers import leads_papers
from remembrancer.cards.prompt_kinds import cards, wanted
from remembrancer.cards.return_prompts import mine
from remembrancer.models import OutgoingMessage, Prompt
from remembrancer.models.message import Message, message
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act, is_admin
from remembrancer.services.context import Context, reply_key
from remembrancer.wording import render

ALIKE = 0.8  # of 1: as much as a word must be like a phrase to be taken for a slip of the pen


def said(context: Context, incoming: Incoming) -> Reply:
    """Text: a command, a phrase, else an answer in words."""
    words = incoming.text.strip().split()
    if not words:
        return Reply()
    name = _asked(incoming.text) or words[0].lower().lstrip("/")
    words = [name] if _asked(incoming.text) else words
    of_board = name in ("plan", "calendar") and names_a_board(context, words[1:])
    if name in COMMANDS and (of_board or len(words) <= 1 + _takes(context, name)):
        return COMMANDS[name](context, words[1:])
    for hear in (commands_with_arguments.heard, phrases.heard, free_text_answer.heard):
        reply = hear(context, incoming)
        if reply is not None:
            return reply
    meant = _meant(context, words, name) or commands_with_arguments.meant(context, incoming.text)
    if meant:
        return Reply(messages=(context.says("did_you_mean", word=words[0], meant=meant),))
    return answer_in_words(context, incoming)


def _meant(context: Context, words: Sequence[str], name: str) -> str | None:
    """The command, or the phrase, behind a slip of the pen in a single word."""
    if len(words) != 1 or leading_ref(words[0], refs(context))[0]:
        return None
    meant = difflib.get_close_matches(name, [*_offered(context), *commands_with_arguments.names(context)], n=1)
    meant = meant or difflib.get_close_matches(name, phrases.WORDS, n=1, cutoff=ALIKE)
    return next(iter(meant), None)


def _asked(text: str) -> str | None:
    """The command that a question means: 'what do you want from me?'."""
    return next((name for pattern, name in QUESTIONS if pattern.fullmatch(normalise.plain(text))), None)


def chase(context: Context, _words: Sequence[str]) -> Reply:
    """'chase', 'chase now': who is missing, each with the button that has them asked now."""
    return review.status(context, only_missing=True)


def _takes(context: Context, name: str) -> int:
    return TAKES.get(name, ADMIN_TAKES.get(name, 0) if is_admin(context.person) else 0)


def _offered(context: Context) -> list[str]:
    return [name for name in COMMANDS if name not in ADMIN_TAKES or is_admin(context.person)]


def help_(context: Context, _words: Sequence[str]) -> Reply:
    text = render(
        "messages/help.md",
        secretary=review.is_secretary(context),
        keeper=bool(kept_boards(context)),
        admin=is_admin(context.person),
        papers=leads_papers(context),
        monitored=bool(context.facts.items),
    )
    return Reply(messages=(message(text),))


def my(context: Context, _words: Sequence[str]) -> Reply:
    """All that the person is asked for now, on a card that is kept up to date like any other."""
    asked, also = wanted(context), also_yours(context)
    if not asked:
        return Reply(messages=(context.says("nothing_wanted"), *((also,) if also else ())))
    content = _card(context, asked)
    if also:
        say_below(context, also)
    return Reply(messages=(content,))


def _card(context: Context, prompts: Sequence[Prompt]) -> Message:
    """A card with its prompts stored, so that its buttons never lie."""
    [(content, showing)] = cards(context.session, [(context.person, prompts)], context.now)
    row = OutgoingMessage(
        key=reply_key(known(context.person.id), context.event, "card"),
        kind="reply",
        person_id=known(context.person.id),
        body=content.model_dump(mode="json"),
        because="reply",
        created_at=context.now,
        not_before=context.now,
        immediate=True,
        showing=showing,
    )
    context.session.add(row)
    context.session.flush()
    for prompt in prompts:
        prompt.message_id = known(row.id)
    context.session.add_all(prompts)
    context.session.flush()
    return content


def answer(context: Context, words: Sequence[str]) -> Reply:
    """'answer 52': the form, at once."""
    ret = choose(context, words[0] if words else None, mine(context) if not words else answerable(context))
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    return open_form(context, ret)


def see(context: Context, words: Sequence[str]) -> Reply:
    ret = choose(context, words[0] if words else None, answerable(context, Act.SEE), "no_such_ref_to_see")
    return Reply(messages=(ret if isinstance(ret, Message) else answer_card.answer_message(context, ret),))


TAKES = {"answer": 1, "see": 1, "restate": 2, "plan": 1, "calendar": 1}
"""How many words a command takes after its own; with more, it is no command but somebody's own words."""
WANTED_FROM_ME = r"(?:from me|of me)?(?: now| today)?"
QUESTIONS = (
    (re.compile(rf"what (?:do you want|do you need|is wanted|is due|else) ?{WANTED_FROM_ME}", re.IGNORECASE), "my"),
    (re.compile(r"what (?:do|must) i (?:have to |need to )?(?:do|answer)(?: now| next)?", re.IGNORECASE), "my"),
    (
        re.compile(r"(?:who|what) are you|what is this|are you an? (?:bot|person|human)|stop|menu", re.IGNORECASE),
        "help",
    ),
    (re.compile(r"when (?:is|are) (?:it|this|that|they|these|my updates?) due", re.IGNORECASE), "my"),
    (re.compile(r"who (?:is|are|['’]s) (?:still )?(?:missing|late)", re.IGNORECASE), "missing"),
    (re.compile(r"accept (?:them )?(?:all|everything)(?: (?:answers|of them))?", re.IGNORECASE), "accept all"),
    (re.compile(r"chase (?:now|everybody|everyone|all|them)", re.IGNORECASE), "chase"),
)
ADMIN_TAKES = {"pause": 2, "resume": 2, "pilot": 0, "preview": 12, "withheld": 0}
"""The commands about sending: from anybody but an admin, words after them are somebody's own, as in 'preview held'."""
COMMANDS: dict[str, Callable[[Context, Sequence[str]], Reply]] = {
    "help": help_,
    "my": my,
    "answer": answer,
    "see": see,
    "status": lambda context, _words: review.status(context),
    "chase": chase,
    "accept all": bulk_review.accept_all,
    "missing": lambda context, _words: review.status(context, only_missing=True),
    "restate": restate_command,
    "plan": plan,
    "calendar": calendar,
    "digests": lambda context, _words: draft_review.digests(context),
    "windows": lambda context, _words: overview.windows(context),
    "pause": pause.pause,
    "resume": pause.resume,
    "pilot": pause.pilot,
    "preview": preview.preview,
    "withheld": preview.show_withheld,
    "people": lambda context, _words: posts.people_now(context),
}
