"""Reads a person's message against what they are asked for, and turns what it sets into answers of the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming
from remembrancer.bot.core.target_returns import (
    answerable,
    own_answered,
    previously_asked,
    previously_asked_permitted,
    ref_of,
    returns_with_draft,
    thread_returns,
)
from remembrancer.bot.language.asked_for import says_none
from remembrancer.bot.language.reader import read
from remembrancer.bot.language.requests import Role
from remembrancer.bot.language.situation import AskedItem, OpenDraft, Reading, Situation
from remembrancer.bot.returns.review import is_secretary
from remembrancer.cards.answer_preview import evaluation_context
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Draft, Return, ReturnVersion
from remembrancer.queries.returns import current, last_answers
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import is_admin
from remembrancer.rules.programmes.answers import wrongs
from remembrancer.rules.programmes.spec import Programme
from remembrancer.rules.prompts.chase import WANTED
from remembrancer.services.context import Context

MISSING = ("required", "say_none")
"""How a question is wrong that has no answer: see rules.programmes.answers."""


def read_message(context: Context, incoming: Incoming) -> Reading:
    """What the message says and asks for."""
    return read(incoming.text, situation(context, incoming))


def meant_without_name(context: Context, incoming: Incoming) -> Sequence[Return]:
    """The returns that a message without a ref may mean: the thread's, those wanted, or those with a draft."""
    return (
        thread_returns(context, incoming)
        or own_returns(context)
        or returns_with_draft(context)
        or own_answered(context)
        or previously_asked_permitted(context)
    )


def situation(context: Context, incoming: Incoming) -> Situation:
    """What the message is read against."""
    items: dict[str, AskedItem] = {}
    for ret in (*own_returns(context), *answerable(context), *previously_asked(context)):
        items.setdefault(ref_of(context, ret), _item(context, ret))
    draft = newest_draft(context, incoming)
    drafted = context.session.get(Return, draft.return_id) if draft else None
    answered = answered_last(context)
    return Situation(
        context.today,
        list(items.values()),
        list(dict.fromkeys(ref_of(context, each) for each in meant_without_name(context, incoming))),
        ref_of(context, answered) if answered else None,
        role_of(context),
        _open_draft(context, drafted, draft) if drafted and draft else None,
        lacking(context, drafted, draft, incoming.text) if drafted and draft else None,
    )


def _item(context: Context, ret: Return) -> AskedItem:
    window, item = context.window(ret), context.item(ret)
    programme = context.programme(window)
    version = current(context.session, ret)
    answers = version.answers if version else last_answers(context.session, stored_id(item.id), window)
    return AskedItem(item.ref, item.title, programme, by_field(programme, answers), ret.state not in WANTED)


def newest_draft(context: Context, incoming: Incoming) -> Draft | None:
    """The person's draft of the thread, or the one that they wrote last."""
    about = [stored_id(ret.id) for ret in thread_returns(context, incoming)]
    returns = [stored_id(ret.id) for ret in returns_with_draft(context) if not about or ret.id in about]
    query = select(Draft).where(Draft.person_id == context.person.id, col(Draft.return_id).in_(returns))
    return context.session.exec(query.order_by(col(Draft.saved_at).desc(), col(Draft.id).desc())).first()


def _open_draft(context: Context, ret: Return, draft: Draft) -> OpenDraft:
    programme = context.programme(context.window(ret))
    answers = by_field(programme, draft.answers)
    return OpenDraft(ref_of(context, ret), answers, str(answers.get(programme.form.progress) or ""), draft.offered)


def lacking(context: Context, ret: Return, draft: Draft, words: str) -> str | None:
    """The one question that the draft was said to lack.

    Of several, 'none' answers the only one that takes it, and options alone the only list.
    """
    programme = context.programme(context.window(ret))
    missing = [
        wrong.question
        for wrong in wrongs(programme, evaluation_context(context, ret, draft.answers))
        if wrong.why in MISSING
    ]
    if says_none(words):
        missing = [question for question in missing if question.none_word]
    lists = [question for question in missing if question.kind.spoken == "options"]
    only = missing if len(missing) == 1 else lists
    return only[0].key if len(only) == 1 else None


def answered_last(context: Context) -> Return | None:
    """The return of which the person stored an answer last, where it may still be changed."""
    ids = {stored_id(ret.id): ret for ret in own_answered(context)}
    query = select(ReturnVersion.return_id).where(
        ReturnVersion.given_by_id == context.person.id, col(ReturnVersion.return_id).in_(ids)
    )
    newest = context.session.exec(query.order_by(col(ReturnVersion.id).desc())).first()
    return ids[newest] if newest else None


def role_of(context: Context) -> Role:
    """What the person may ask for: an admin also what a secretary may, and a secretary also what a lead may."""
    return "admin" if is_admin(context.person) else "secretary" if is_secretary(context) else "lead"


def by_field(programme: Programme, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by field: the date of each option is a field of its own, 'milestones.go_live'."""
    found: dict[str, Any] = {}
    for question in programme.form.questions:
        value = answers.get(question.key)
        if question.kind.dates_each_option:
            found |= {f"{question.key}.{option}": day for option, day in (value or {}).items()}
        elif value is not None:
            found[question.key] = value
    return found


def merged(programme: Programme, answers: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the values of these fields in place of what they held; None takes a value away."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in answers.items()}
    for field, value in values.items():
        key, _, option = field.partition(".")
        kind = programme.question(key).kind
        if not option:
            result[key] = kind.empty() if value is None else value
        elif value is None:
            result[key] = {name: day for name, day in (result.get(key) or {}).items() if name != option}
        else:
            result[key] = {**(result.get(key) or {}), option: value}
    return result
