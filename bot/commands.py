"""What people can type: commands, a few words each; anything else is an answer in their own words."""

import difflib
import re
from collections.abc import Callable, Sequence

from bot import admin, digests, in_charge, paper_words, phrases, previews, secretary, sending, worded
from bot import people as posts_and_people
from bot.answering import open_form
from bot.asked import showing
from bot.asked_rows import load_asked
from bot.bodies import also_yours, say_below
from bot.calendars import calendar
from bot.cards import card
from bot.context import Context, reply_key
from bot.incoming import Incoming, Reply
from bot.meant import answerable, choose, mine, refs
from bot.message import Message, message
from bot.papers_wanted import leads_papers, papers_card
from bot.plan import kept_boards, names_a_board, plan
from bot.restating import restate_command
from bot.understanding import leading_ref
from bot.words import answer_in_words
from models import OutgoingMessage, Prompt, Return
from rules import people
from rules.facts import known
from rules.permissions import Act, is_admin
from wording import render

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
    for hear in (worded.heard, phrases.heard, paper_words.heard):
        reply = hear(context, incoming)
        if reply is not None:
            return reply
    meant = _meant(context, words, name) or worded.meant(context, incoming.text)
    if meant:
        return Reply(messages=(context.says("did_you_mean", word=words[0], meant=meant),))
    return answer_in_words(context, incoming)


def _meant(context: Context, words: Sequence[str], name: str) -> str | None:
    """The command, or the phrase, behind a slip of the pen in a single word."""
    if len(words) != 1 or leading_ref(words[0], refs(context))[0]:
        return None
    meant = difflib.get_close_matches(name, [*_offered(context), *worded.names(context)], n=1)
    meant = meant or difflib.get_close_matches(name, phrases.WORDS, n=1, cutoff=ALIKE)
    return next(iter(meant), None)


def _asked(text: str) -> str | None:
    """The command that a question means: 'what do you want from me?'."""
    return next((name for pattern, name in QUESTIONS if pattern.fullmatch(phrases.plain(text))), None)


def chase(context: Context, _words: Sequence[str]) -> Reply:
    """'chase', 'chase now': who is missing, each with the button that has them asked now."""
    return secretary.status(context, only_missing=True)


def _takes(context: Context, name: str) -> int:
    return TAKES.get(name, ADMIN_TAKES.get(name, 0) if is_admin(context.person) else 0)


def _offered(context: Context) -> list[str]:
    return [name for name in COMMANDS if name not in ADMIN_TAKES or is_admin(context.person)]


def help_(context: Context, _words: Sequence[str]) -> Reply:
    text = render(
        "messages/help.md",
        secretary=secretary.is_secretary(context),
        keeper=bool(kept_boards(context)),
        admin=is_admin(context.person),
        papers=leads_papers(context),
        monitored=bool(context.facts.items),
    )
    return Reply(messages=(message(text),))


def my(context: Context, _words: Sequence[str]) -> Reply:
    """All that the person is asked for now, on a card that is kept up to date like any other."""
    wanted, also = mine(context), also_yours(context)
    papers = papers_card(context, "papers" if wanted else "card")
    if not wanted and papers is not None:
        return Reply(messages=(papers,))
    if not wanted:
        return Reply(messages=(context.says("nothing_wanted"), *((also,) if also else ())))
    content = _card(context, wanted)
    if also:
        say_below(context, also)
    return Reply(messages=(content,))


def _card(context: Context, wanted: Sequence[Return]) -> Message:
    """A card with its prompts written down, so that its buttons never lie."""
    row = OutgoingMessage(
        key=reply_key(known(context.person.id), context.event, "card"),
        kind="reply",
        person_id=known(context.person.id),
        body={},
        because="reply",
        created_at=context.now,
        not_before=context.now,
        immediate=True,
    )
    context.session.add(row)
    context.session.flush()
    prompts = requested(context, wanted, known(row.id))
    context.session.add_all(prompts)
    context.session.flush()
    asked = load_asked(context.session, prompts, context.now)
    content = card(context.person, asked)
    row.body, row.showing = content.model_dump(mode="json"), showing(asked)
    return content


def requested(context: Context, wanted: Sequence[Return], message_id: int) -> list[Prompt]:
    """The prompts of returns that the person asked to see, not stored yet; they are asked for each of them."""
    revisions = {window.id: window.revision for window in context.facts.windows}
    because = {ret.id: people.lead(context.facts, ret, context.now)[0][1] for ret in wanted}
    return [
        Prompt(
            return_id=known(ret.id),
            step=f"requested_{context.event}",
            person_id=known(context.person.id),
            revision=revisions[ret.window_id],
            to="lead",
            because=because[ret.id],
            message_id=message_id,
        )
        for ret in wanted
    ]


def answer(context: Context, words: Sequence[str]) -> Reply:
    """'answer 52': the form, at once."""
    ret = choose(context, words[0] if words else None, mine(context) if not words else answerable(context))
    if isinstance(ret, Message):
        return Reply(messages=(ret,))
    return open_form(context, ret)


def see(context: Context, words: Sequence[str]) -> Reply:
    ret = choose(context, words[0] if words else None, answerable(context, Act.SEE), "no_such_ref_to_see")
    return Reply(messages=(ret if isinstance(ret, Message) else secretary.answer_message(context, ret),))


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
    "status": lambda context, _words: secretary.status(context),
    "chase": chase,
    "accept all": in_charge.accept_all,
    "missing": lambda context, _words: secretary.status(context, only_missing=True),
    "restate": restate_command,
    "plan": plan,
    "calendar": calendar,
    "digests": lambda context, _words: digests.digests(context),
    "windows": lambda context, _words: admin.windows(context),
    "pause": sending.pause,
    "resume": sending.resume,
    "pilot": sending.pilot,
    "preview": previews.preview,
    "withheld": previews.show_withheld,
    "people": lambda context, _words: posts_and_people.people_now(context),
}
