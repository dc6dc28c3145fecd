"""Free text that is no command: an answer to what is asked, read back with a button to send it - or no answer at all.

How an item stands is never taken from last time: it is said, or pressed. What is plainly no answer is not kept as one.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import (
    answerable,
    answerable_refs,
    choose_return,
    not_stored_message,
    nothing_wanted_message,
    previously_asked,
    previously_asked_permitted,
    ref_of,
    returns_with_draft,
    thread_returns,
)
from remembrancer.bot.language.answers import Understood, by_item, understand_asked
from remembrancer.bot.language.normalise import normalise
from remembrancer.bot.language.small_talk import match_small_talk
from remembrancer.bot.returns.answer import initial_answers, must_be_open, open_return, store_no_change
from remembrancer.cards.answer_preview import draft_message, evaluation_context
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Return
from remembrancer.models.message import Message
from remembrancer.rules.facts import stored_id
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
        return Reply(messages=(nothing_wanted_message(context, "nothing_wanted_not_stored"),))
    about = thread_returns(context, incoming)
    programmes: dict[str, list[Programme]] = {}
    for each in (*answerable(context), *previously_asked(context)):
        programmes.setdefault(ref_of(context, each), []).append(context.programme(context.window(each)))
    pieces = by_item(incoming.text, programmes)
    if len(pieces) == 1 and SAME_AGAIN.fullmatch(normalise(pieces[0][1])):
        ret = _which(context, pieces[0][0], about)
        return Reply(messages=(ret,)) if isinstance(ret, Message) else store_no_change(context, ret)
    polite = [match_small_talk(text) for _, text in pieces]
    if polite[0] and all(polite):
        return reply_to_small_talk(context, polite[0])
    return Reply(messages=tuple(_read_one(context, ref, text, about) for ref, text in pieces))


def reply_to_small_talk(context: Context, match: re.Match[str]) -> Reply:
    """Reply politely to 'thanks', 'ok' or 'good morning', with how many answers are still wanted from the person."""
    name = "thanks" if match["thanks"] else "hello" if match["hello"] else "noted"
    wanted = len(own_returns(context)) + len(wanted_papers(context))
    return Reply(messages=(context.says(f"{name}_wanted" if wanted else name, count=wanted),))


def _which(context: Context, ref: str | None, about: Sequence[Return]) -> Return | Message:
    among = (
        answerable(context)
        if ref
        else (about or own_returns(context) or returns_with_draft(context) or previously_asked_permitted(context))
    )
    if not among or (ref and ref.lower() not in [each.lower() for each in answerable_refs(context)]):
        return not_stored_message(context, ref)
    here = [ret for ret in about if ref and ref_of(context, ret).lower() == ref.lower()]
    return choose_return(context, ref, here if len(here) == 1 else among)


def _read_one(context: Context, ref: str | None, text: str, about: Sequence[Return]) -> Message:
    ret = _which(context, ref, about)
    if isinstance(ret, Message):
        return ret
    must_be_open(context, ret)
    programme = context.programme(context.window(ret))
    begun = _begun(context, programme, ret)

    def asked(question: Question, said: Mapping[str, Any]) -> bool:
        return is_asked(programme, question, evaluation_context(context, ret, _merged(programme, begun, said)))

    understood = understand_asked(programme, text, context.today, asked)
    lacking = _lacking(context, ret, programme, understood)
    is_none = lacking is not None and lacking.kind.is_nothing(normalise(text))
    if _is_no_answer(programme, text, understood) and not is_none:
        return context.says("not_understood", ref=ref_of(context, ret))
    if lacking is not None:
        understood.answers[lacking.key] = understood.answers.pop(programme.form.progress)
    answers = _merged(programme, begun, understood.answers)
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is not None:
        last = evaluation_context(context, ret, answers).last
        for question in programme.form.questions:
            before, now = draft.answers.get(question.key), understood.answers.get(question.key)
            # What is said to a draft is added to what was said before, and does not wipe it.
            if question.kind.is_prose and before != last.get(question.key) and before and now and now not in before:
                answers[question.key] = f"{before} {now}"
    return _keep(context, ret, answers)


def _lacking(context: Context, ret: Return, programme: Programme, understood: Understood) -> Question | None:
    """The one text that a draft was said to lack, and still lacks: words that say nothing else are its answer."""
    draft, progress = draft_of(context.session, ret, stored_id(context.person.id)), programme.form.progress
    if draft is None or progress not in understood.answers:
        return None
    before = evaluation_context(context, ret, draft.answers)
    after = evaluation_context(context, ret, _merged(programme, draft.answers, understood.answers))
    said = {wrong.question.key for wrong in wrongs(programme, before)}
    lacking = [wrong for wrong in wrongs(programme, after) if wrong.question.key in said]
    if progress in said or len(lacking) != 1 or lacking[0].why not in MISSING:
        return None
    return lacking[0].question if lacking[0].question.kind.is_prose else None


def _keep(context: Context, ret: Return, answers: Mapping[str, Any]) -> Message:
    """Keep the draft, and play it back. Words whose question is not asked any more are part of the progress."""
    programme = context.programme(context.window(ret))
    judged = evaluation_context(context, ret, answers)
    kept = {key: value for key, value in complete(programme, judged).items() if value}
    progress = programme.form.progress
    for question in programme.form.questions:
        words = answers.get(question.key)
        idle = question.kind.is_prose and question.key not in kept and words != judged.last.get(question.key)
        if words and idle and not question.kind.is_nothing(words):
            kept[progress] = f"{kept[progress]} {words}" if kept.get(progress) else words
    keep_draft(context.session, ret, stored_id(context.person.id), kept, context.now)
    return draft_message(context, ret, kept)


def _is_no_answer(programme: Programme, text: str, understood: Understood) -> bool:
    """A question, a word or two of which none is understood, or what people say when they do not answer."""
    if set(understood.answers) - {programme.form.progress}:
        return False
    said = normalise(text)
    return (
        text.strip().endswith("?")
        or len(said.split()) < FEW
        or NO_ANSWER.fullmatch(said) is not None
        or match_small_talk(text) is not None
    )


def _begun(context: Context, programme: Programme, ret: Return) -> dict[str, Any]:
    """What the words are added to: a draft, the answer that is in, or last time's without how it stood."""
    begun = initial_answers(context, ret)
    if ret.versions or draft_of(context.session, ret, stored_id(context.person.id)):
        return begun
    return {key: value for key, value in begun.items() if key != programme.status.key}


def press_status(context: Context, incoming: Incoming) -> Reply:
    """How it stands, pressed under what was read: the rest of the draft stays."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    programme = context.programme(context.window(ret))
    option = programme.status.option(incoming.value.partition(".")[2])
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is None or option is None:
        raise NotPossibleError("no_draft")
    return Reply(messages=(_keep(context, ret, {**draft.answers, programme.status.key: option.key}),))


def _merged(programme: Programme, before: Mapping[str, Any], said_now: Mapping[str, Any]) -> dict[str, Any]:
    """What was said now over what was there."""
    said = {key: programme.question(key).kind.replaced(before.get(key), value) for key, value in said_now.items()}
    return {**before, **said}
