"""An answer in the person's own words: read, played back, and kept as a draft until they send it.

How an item stands is never taken from last time: it is said, or pressed. What may be no answer is asked about, and
nothing is done with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import (
    answerable,
    answerable_refs,
    choose_return,
    not_stored_message,
    nothing_wanted_message,
    ref_of,
    running_returns,
    thread_returns,
)
from remembrancer.bot.language.acts import Act as Requested
from remembrancer.bot.language.dates import DAY, WEEKDAY, to_date
from remembrancer.bot.language.reader import read
from remembrancer.bot.language.requests import ADMIN_ACTS, find_request, says_no_change, says_order
from remembrancer.bot.language.situation import ItemReading, Reading
from remembrancer.bot.language.small_talk import AGREED, INTERJECTION
from remembrancer.bot.returns.answer import initial_answers, must_be_open, open_return, store_no_change
from remembrancer.bot.returns.message_reading import meant_without_name, merged, newest_draft, role_of, situation
from remembrancer.cards.answer_card import return_buttons
from remembrancer.cards.answer_preview import draft_message, evaluation_context
from remembrancer.cards.prompts.outstanding_papers import wanted_papers
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Draft, Return
from remembrancer.models.message import Button, Message, Part
from remembrancer.queries.returns import GIVEN, last_answers
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.programmes.answers import complete, is_asked, prefilled, standing_date
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.returns import draft_of, keep_draft
from remembrancer.wording import day as in_full
from remembrancer.wording import phrase, render

LONGEST_IN_BUTTON = 1500
"""Characters of a text that a button carries; Slack takes 2,000 (docs.slack.dev, button element)."""
MOST_OFFERED = 5
"""Items of which a person is asked whether a text is about them; Slack shows five buttons well beside a text."""


def answer_in_words(context: Context, incoming: Incoming, reading: Reading) -> Reply:
    """Keep what was read of each item as a draft, and play it back."""
    if not context.facts.windows:
        return Reply(messages=(nothing_wanted_message(context, "nothing_wanted_not_stored"),))
    no_change = _unchanged_refs(context, incoming, reading)
    messages = [_keep_reading(context, incoming, said, said.ref in no_change) for said in reading.items]
    said_of = {said.ref for said in reading.items}
    form = None
    for ref in no_change:
        if ref not in said_of:
            ret = _which(context, incoming, ref)
            if isinstance(ret, Return) and reading.act and not says_no_change(reading.act):
                messages.append(_keep_reading(context, incoming, ItemReading(ref_of(context, ret)), is_unchanged=True))
                continue
            reply = Reply(messages=(ret,)) if isinstance(ret, Message) else store_no_change(context, ret)
            messages += reply.messages
            form = form or reply.form
    return Reply(messages=tuple(messages), form=form)


def _unchanged_refs(context: Context, incoming: Incoming, reading: Reading) -> list[str | None]:
    """The refs of which it is said that nothing changed; [None] where it is said of what is asked, unnamed."""
    if reading.act is None or reading.act.do != "no_change":
        return []
    named = reading.act.get("ref")
    if named is None and len(reading.items) == 1:
        return [reading.items[0].ref]
    return list(named) if isinstance(named, list) else [named]


def _which(context: Context, incoming: Incoming, ref: str | None) -> Return | Message:
    about = thread_returns(context, incoming)
    among = answerable(context) if ref else meant_without_name(context, incoming)
    if not among or (ref and ref.lower() not in [each.lower() for each in answerable_refs(context)]):
        return not_stored_message(context, ref)
    here = [ret for ret in about if ref and ref_of(context, ret).lower() == ref.lower()]
    wanted = [ret for ret in own_returns(context) if ref and ref_of(context, ret).lower() == ref.lower()]
    drafts = [ret for ret in among if draft_of(context.session, ret, stored_id(context.person.id))]
    named = [ret for ret in drafts if ref is None or ref_of(context, ret).lower() == ref.lower()]
    for narrower in (here, wanted, named):
        if len(narrower) == 1:
            return narrower[0]
    return choose_return(context, ref, among)


def _keep_reading(context: Context, incoming: Incoming, said: ItemReading, is_unchanged: bool) -> Message:
    """The draft with what was said of one item, played back."""
    ret = _which(context, incoming, said.ref)
    if isinstance(ret, Message):
        return ret
    must_be_open(context, ret)
    programme = context.programme(context.window(ret))
    progress, status = programme.form.progress, programme.status.key
    before = _begun(context, ret, is_unchanged)
    last_status = evaluation_context(context, ret, {}).last.get(status)
    answers = merged(programme, before, said.values)
    text = said.text
    for field in said.values:
        question = programme.question(field.partition(".")[0])
        judged = evaluation_context(context, ret, answers)
        stands = question.kind.spoken == "day" and said.values[field] == standing_date(question, judged)
        if (stands or not is_asked(programme, question, judged)) and said.words.get(field):
            # A question that is not put has no answer, nor one whose date stands: the words are part of the account.
            text = f"{text}\n{said.words[field]}".strip("\n")
            answers = merged(programme, answers, {field: None})
    if text:
        answers[progress] = _added(context, ret, str(before.get(progress) or ""), text)
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    still_offered = (draft.offered if draft else {}).items()
    offered = {**{field: value for field, value in still_offered if field not in said.values}, **said.offered}
    return _keep(context, ret, answers, {status: last_status, **before}, incoming.text.strip(), offered)


def _added(context: Context, ret: Return, before: str, text: str) -> str:
    """The new words after those that were written before in this draft; last time's words give way."""
    text = text[:1].upper() + text[1:]
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    progress = context.programme(context.window(ret)).form.progress
    last = evaluation_context(context, ret, {}).last.get(progress)
    is_new = (draft is not None or ret.versions) and before and before != last
    if not is_new or text in before:
        return before if is_new else text
    if "\n" in before + text:
        return f"{before}\n{text}"
    return f"{before}{'' if before.rstrip()[-1:] in '.!?:;' else '.'} {text}"


def _begun(context: Context, ret: Return, is_unchanged: bool) -> dict[str, Any]:
    """What the words are added to: a draft, the answer that is in, or last time's without how it stood."""
    begun = initial_answers(context, ret)
    if ret.versions or draft_of(context.session, ret, stored_id(context.person.id)):
        return begun
    window = context.window(ret)
    programme = context.programme(window)
    if is_unchanged:
        return prefilled(programme, last_answers(context.session, ret.item_id, window))
    return {key: value for key, value in begun.items() if key != programme.status.key}


def _keep(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    said: str = "",
    offered: dict[str, Any] | None = None,
) -> Message:
    """Keep the draft, and play it back. Words whose question is not asked any more are part of the progress."""
    programme = context.programme(context.window(ret))
    judged = evaluation_context(context, ret, answers)
    kept = {key: value for key, value in complete(programme, judged).items() if value or value == 0}
    progress = programme.form.progress
    for question in programme.form.questions:
        words = answers.get(question.key)
        idle = question.kind.is_prose and question.key not in kept and words != judged.last.get(question.key)
        if words and idle and not question.kind.is_nothing(words):
            kept[progress] = f"{kept[progress]} {words}" if kept.get(progress) else words
    old = {key: value for key, value in (before or {}).items() if value and value != kept.get(key)}
    person = stored_id(context.person.id)
    draft = keep_draft(context.session, ret, person, kept, context.now, said=said, replaced=old, offered=offered)
    return draft_message(context, ret, draft)


def take_away(context: Context, ret: Return, field: str, option: str | None) -> Message:
    """The draft or the stored answer without a value, or without one option of a list, played back."""
    programme = context.programme(context.window(ret))
    answers = initial_answers(context, ret)
    chosen = answers.get(field)
    left = [each for each in chosen if each != option] if option and isinstance(chosen, list) else None
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    offered = {key: value for key, value in draft.offered.items() if key != field} if draft else None
    return _keep(context, ret, merged(programme, answers, {field: left}), answers, offered=offered)


def press_status(context: Context, incoming: Incoming) -> Reply:
    """How it stands, pressed under what was read: the rest of the draft stays."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    programme = context.programme(context.window(ret))
    option = programme.status.option(incoming.value.partition(".")[2])
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is None or option is None:
        raise NotPossibleError("no_draft")
    answers = {**draft.answers, programme.status.key: option.key}
    return Reply(messages=(_keep(context, ret, answers, draft.answers, offered=draft.offered),))


def press_take_offer(context: Context, incoming: Incoming) -> Reply:
    """Set one value that the draft's words mention."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    field = incoming.value.partition(".")[2]
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is None or field not in draft.offered:
        raise NotPossibleError("no_draft")
    answers = merged(context.programme(context.window(ret)), draft.answers, {field: draft.offered[field]})
    left = {key: value for key, value in draft.offered.items() if key != field}
    return Reply(messages=(_keep(context, ret, answers, draft.answers, offered=left),))


def ask_which_is_meant(context: Context, incoming: Incoming, reading: Reading) -> Reply:
    """Ask whether the words are an update, and of which item, or a request; nothing is done with them before."""
    refs = [said.ref for said in reading.items if said.ref]
    rets = [ret for ret in meant_without_name(context, incoming) if not refs or ref_of(context, ret) in refs]
    role = role_of(context)
    if not rets and role != "lead":
        said = [word.lower() for word in re.findall(r"[\w./-]*\w", incoming.text)]
        rets = [ret for ret in answerable(context, Act.SEE) if ref_of(context, ret).lower() in said]
    if not rets and not refs and role == "lead":
        return Reply(messages=(not_stored_message(context, None),))
    words = incoming.text.strip()
    if role == "secretary" and _is_admins_order(context, words):
        raise NotPossibleError("admins_only")
    others = _named_of_others(context, words)
    is_order = role != "lead" and says_order(words)
    if is_order and not (len(rets) == 1 and rets[0].state in GIVEN):
        rets = []
    draft = newest_draft(context, incoming)
    says_nothing = INTERJECTION.fullmatch(words) or AGREED.fullmatch(words.strip(" ?.!"))
    if draft is not None and reading.items and not says_nothing:
        _remember_not_taken(draft, words)
    act = reading.act
    is_update = act is None and len(rets) > 1 and any(said.ref is None and said.values for said in reading.items)
    text = render(
        "messages/which_is_meant.md",
        words=words,
        refs=[ref_of(context, ret) for ret in rets],
        is_update=is_update,
        role=role,
        others=others,
        no_days=list(_days_that_are_none(context, words)),
        review=is_order and bool(rets),
    )
    if len(rets) == 1:
        buttons = [
            *_review_buttons(context, rets[0]),
            *(() if is_order else _update_button(context, rets[0], words)),
            *_delegate_button(context, rets[0], act),
        ]
        return Reply(messages=(Message(parts=(Part(text=text, buttons=tuple(buttons)),)),))
    rows = (_row(context, ret, _update_button(context, ret, words)) for ret in rets[:MOST_OFFERED])
    return Reply(messages=(Message(parts=(Part(text=text), *rows)),))


def _remember_not_taken(draft: Draft, words: str) -> None:
    """Words that are in no answer are named before it is sent, whatever else is said meanwhile."""
    if words not in draft.not_taken.split("\n"):
        draft.not_taken = f"{draft.not_taken}\n{words}".strip("\n")


def ask_about(context: Context, incoming: Incoming, sentences: Sequence[str]) -> tuple[Message, ...]:
    """Ask of sentences beside an answer or a request whether they are part of the update; they are not in it yet."""
    words = "\n".join(each for each in sentences if each)
    rets = meant_without_name(context, incoming)
    if not words or not rets:
        return ()
    draft = newest_draft(context, incoming)
    if draft is not None:
        _remember_not_taken(draft, words)
        rets = [ret for ret in rets if ret.id == draft.return_id] or rets
    buttons = _update_button(context, rets[0], words) if len(rets) == 1 else ()
    text = render("messages/also_wrote.md", words=words, ref=ref_of(context, rets[0]) if buttons else "")
    return (Message(parts=(Part(text=text, buttons=buttons),)),)


def _named_of_others(context: Context, words: str) -> list[str]:
    """The refs that a sentence begins with and that are another's to answer: '46 on track'."""
    named = {ref.casefold() for ref in re.findall(r"(?:^|[.,;:\n]\s*)#?([\w./-]*\d[\w./-]*)(?=\s|:)", words)}
    own = {stored_id(ret.id) for ret in answerable(context)}
    others = (ref_of(context, ret) for ret in running_returns(context) if ret.id not in own)
    return list(dict.fromkeys(ref for ref in others if ref.casefold() in named))


def _update_button(context: Context, ret: Return, words: str) -> tuple[Button, ...]:
    """The button that takes the words for an update of this item; a button does not carry a long text."""
    if len(words) > LONGEST_IN_BUTTON:
        return ()
    label = phrase("buttons.words_are_update", ref=ref_of(context, ret))
    value = f"{ret.id}.{words}"
    return (Button(action="words_are_update", value=value, label=label, about=context.item(ret).title),)


def _review_buttons(context: Context, ret: Return) -> Iterator[Button]:
    """For whoever may accept the answer that is in, or send it back: 'that looks fine' may mean so."""
    buttons = return_buttons(context, context.window(ret), ret, context.item(ret))
    return (button for button in buttons if button.action in ("accept", "return"))


def _is_admins_order(context: Context, words: str) -> bool:
    """Whether it is what an admin may order, and a secretary may not."""
    request = find_request(words, (), "admin", context.today)
    return request is not None and request.act is not None and request.act.do in ADMIN_ACTS


def _days_that_are_none(context: Context, words: str) -> Iterator[str]:
    """A sentence for each day in the words that does not exist, or is another weekday than is said."""
    for day in re.findall(DAY, words, re.IGNORECASE):
        weekday = re.match(rf"{WEEKDAY},? (?:the )?", day, re.IGNORECASE)
        bare = to_date(day[weekday.end() :] if weekday else day, context.today)
        if bare is None:
            yield phrase("refusals.no_such_day_said", day=day)
        elif to_date(day, context.today) is None:
            yield phrase("refusals.other_weekday", day=in_full(bare), said=day)


def _delegate_button(context: Context, ret: Return, act: Requested | None) -> tuple[Button, ...]:
    if act is None or act.do != "delegate":
        return ()
    return (Button(action="delegate", value=str(ret.id), label=phrase("buttons.delegate"), about=ref_of(context, ret)),)


def _row(context: Context, ret: Return, buttons: tuple[Button, ...]) -> Part:
    text = render("messages/which_item_row.md", item=context.item(ret), window=context.window(ret))
    return Part(text=text, buttons=buttons)


def press_words_are_update(context: Context, incoming: Incoming) -> Reply:
    """Take the words that were asked about for an update of the item: what they state, or whole as its progress."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    words = incoming.value.partition(".")[2]
    reading = read(words, replace(situation(context, replace(incoming, text=words)), wanted=[ref_of(context, ret)]))
    said = next((each for each in reading.items if each.values), ItemReading(None, text=words))
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is not None:
        draft.not_taken = draft.not_taken.replace(words, "").strip("\n")
    return Reply(
        messages=(_keep_reading(context, incoming, replace(said, ref=ref_of(context, ret)), is_unchanged=False),)
    )


def reply_to_small_talk(context: Context, text: str) -> Reply:
    """Reply politely to 'thanks', 'ok' or 'good morning', with how many answers are still wanted from the person."""
    name = "thanks" if re.search(r"\b(?:thanks?|thx|cheers|ta)\b", text, re.IGNORECASE) else "noted"
    name = "hello" if name == "noted" and re.match(r"\W*(?:hello|hi|hey|good|morning)\b", text, re.IGNORECASE) else name
    wanted = len(own_returns(context)) + len(wanted_papers(context))
    return Reply(messages=(context.says(f"{name}_wanted" if wanted else name, count=wanted),))
