"""Free text that is no command: an answer to what is asked, read back with a button to send it - or no answer at all.

How an item stands is never taken from last time: it is said, or pressed. What is plainly no answer is not kept as one.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import (
    answerable,
    asked_before,
    choose,
    drafted,
    may_still,
    not_stored,
    nothing_wanted,
    of_thread,
    ref_of,
    refs,
)
from remembrancer.bot.language.answers import Understood, by_item, understand_asked
from remembrancer.bot.language.normalise import plain
from remembrancer.bot.language.small_talk import small_talk
from remembrancer.bot.returns.answer import must_be_open, no_change, start
from remembrancer.bot.returns.small_talk_reply import say as say_politely
from remembrancer.cards.answer_preview import circumstances, play_back
from remembrancer.cards.prompts.return_prompts import mine
from remembrancer.models import Return
from remembrancer.models.message import Message
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.programmes.answers import complete, is_asked, wrongs
from remembrancer.rules.programmes.spec import Programme, Question
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.returns import draft_of, keep_draft

SAME_AGAIN = re.compile(
    r"(?:no|nothing) (?:changes?|changed|new)(?: here| to report)?|unchanged|as it was|(?:all )?as (?:before|last time)"
    r"|(?:the )?same (?:as|again)(?: last time| before)?",
    re.IGNORECASE,
)
NO_ANSWER = re.compile(
    r"(?:i (?:do not|don['’]?t) know|not sure|no idea|i(?:['’]ll| will) (?:do|answer|look at) (?:it|this|that|them)"
    r"|i(?:['’]?m| am) (?:off )?(?:sick|ill|unwell|away|on leave|on holiday))\b.*",
    re.IGNORECASE,
)
MISSING = ("required", "say_none")
"""How a question is wrong that has no answer: see rules.answers."""
FEW = 3  # fewer words than this, of which none is understood, are no account of what has happened


def answer_in_words(context: Context, incoming: Incoming) -> Reply:
    """Read an answer to each item that the text speaks of, play it back, and keep it as a draft until confirmed."""
    if not context.facts.windows:
        return Reply(messages=(nothing_wanted(context, "nothing_wanted_not_stored"),))
    about = of_thread(context, incoming)
    pieces = by_item(incoming.text, _programmes_by_ref(context))
    if len(pieces) == 1 and SAME_AGAIN.fullmatch(plain(pieces[0][1])):
        return _same_again(context, pieces[0][0], about)
    polite = [small_talk(text) for _, text in pieces]
    if polite[0] and all(polite):
        return say_politely(context, incoming, polite[0])
    return Reply(messages=tuple(_read_one(context, ref, text, about) for ref, text in pieces))


def _programmes_by_ref(context: Context) -> dict[str, list[Programme]]:
    """The programmes that have an item of each ref which the person may name."""
    found: dict[str, list[Programme]] = {}
    for ret in (*answerable(context), *asked_before(context)):
        found.setdefault(ref_of(context, ret), []).append(context.programme(context.window(ret)))
    return found


def _same_again(context: Context, ref: str | None, about: Sequence[Return]) -> Reply:
    """'No change' in words does what its button does."""
    ret = _which(context, ref, about)
    return Reply(messages=(ret,)) if isinstance(ret, Message) else no_change(context, ret)


def _which(context: Context, ref: str | None, about: Sequence[Return]) -> Return | Message:
    among = answerable(context) if ref else (about or mine(context) or drafted(context) or may_still(context))
    if not among or (ref and ref.lower() not in [each.lower() for each in refs(context)]):
        return not_stored(context, ref)
    here = [ret for ret in about if ref and ref_of(context, ret).lower() == ref.lower()]
    return choose(context, ref, here if len(here) == 1 else among)


def _read_one(context: Context, ref: str | None, text: str, about: Sequence[Return]) -> Message:
    ret = _which(context, ref, about)
    if isinstance(ret, Message):
        return ret
    must_be_open(context, ret)
    programme = context.programme(context.window(ret))
    understood = _understood(context, ret, programme, text)
    lacking = _lacking(context, ret, programme, understood)
    is_none = lacking is not None and lacking.kind.is_nothing(plain(text))
    if _is_no_answer(programme, text, understood) and not is_none:
        return context.says("not_understood", ref=ref_of(context, ret))
    if lacking is not None:
        understood.answers[lacking.key] = understood.answers.pop(programme.form.progress)
    answers = _merged(programme, _begun(context, programme, ret), understood.answers)
    draft = draft_of(context.session, ret, known(context.person.id))
    if draft is not None:
        last = circumstances(context, ret, answers).last
        for question in programme.form.questions:
            if question.kind.is_prose and draft.answers.get(question.key) != last.get(question.key):
                _add_words(question.key, answers, draft.answers, understood.answers)
    return _keep(context, ret, answers)


def _understood(context: Context, ret: Return, programme: Programme, text: str) -> Understood:
    begun = _begun(context, programme, ret)

    def asked(question: Question, said: Mapping[str, Any]) -> bool:
        return is_asked(programme, question, circumstances(context, ret, _merged(programme, begun, said)))

    return understand_asked(programme, text, context.today, asked)


def _lacking(context: Context, ret: Return, programme: Programme, understood: Understood) -> Question | None:
    """The one text that a draft was said to lack, and still lacks: words that say nothing else are its answer."""
    draft, progress = draft_of(context.session, ret, known(context.person.id)), programme.form.progress
    if draft is None or progress not in understood.answers:
        return None
    before = circumstances(context, ret, draft.answers)
    after = circumstances(context, ret, _merged(programme, draft.answers, understood.answers))
    said = {wrong.question.key for wrong in wrongs(programme, before)}
    lacking = [wrong for wrong in wrongs(programme, after) if wrong.question.key in said]
    if progress in said or len(lacking) != 1 or lacking[0].why not in MISSING:
        return None
    return lacking[0].question if lacking[0].question.kind.is_prose else None


def _keep(context: Context, ret: Return, answers: Mapping[str, Any]) -> Message:
    """Keep the draft, and play it back. Words whose question is not asked any more are part of the progress."""
    programme = context.programme(context.window(ret))
    judged = circumstances(context, ret, answers)
    kept = {key: value for key, value in complete(programme, judged).items() if value}
    progress = programme.form.progress
    for question in programme.form.questions:
        words = answers.get(question.key)
        idle = question.kind.is_prose and question.key not in kept and words != judged.last.get(question.key)
        if words and idle and not question.kind.is_nothing(words):
            kept[progress] = f"{kept[progress]} {words}" if kept.get(progress) else words
    keep_draft(context.session, ret, known(context.person.id), kept, context.now)
    return play_back(context, ret, kept)


def _is_no_answer(programme: Programme, text: str, understood: Understood) -> bool:
    """A question, a word or two of which none is understood, or what people say when they do not answer."""
    if set(understood.answers) - {programme.form.progress}:
        return False
    said = plain(text)
    return (
        text.strip().endswith("?")
        or len(said.split()) < FEW
        or NO_ANSWER.fullmatch(said) is not None
        or small_talk(text) is not None
    )


def _begun(context: Context, programme: Programme, ret: Return) -> dict[str, Any]:
    """What the words are added to: a draft, the answer that is in, or last time's without how it stood."""
    begun = start(context, ret)
    if ret.versions or draft_of(context.session, ret, known(context.person.id)):
        return begun
    return {key: value for key, value in begun.items() if key != programme.status.key}


def press_status(context: Context, incoming: Incoming) -> Reply:
    """How it stands, pressed under what was read: the rest of the draft stays."""
    ret = context.ret(incoming.value, Act.ANSWER)
    must_be_open(context, ret)
    programme = context.programme(context.window(ret))
    option = programme.status.option(incoming.value.partition(".")[2])
    draft = draft_of(context.session, ret, known(context.person.id))
    if draft is None or option is None:
        raise NotPossibleError("no_draft")
    return Reply(messages=(_keep(context, ret, {**draft.answers, programme.status.key: option.key}),))


def _add_words(key: str, answers: dict[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """What is said to a draft is added to what was said before, and does not wipe it."""
    if before.get(key) and now.get(key) and now[key] not in before[key]:
        answers[key] = f"{before[key]} {now[key]}"


def _merged(programme: Programme, before: Mapping[str, Any], said_now: Mapping[str, Any]) -> dict[str, Any]:
    """What was said now over what was there."""
    said = {key: programme.question(key).kind.replaced(before.get(key), value) for key, value in said_now.items()}
    return {**before, **said}
