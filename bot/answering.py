"""Answering a return: the form, what is wrong with an answer, drafts, 'No change', and sending it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from acts.lookups import GIVEN, current, get, history, last_answers, organisation
from acts.returns import draft_of, drop_draft, give, keep_draft
from acts.tell import tell_secretaries
from bot.context import Context, NotPossibleError, as_version
from bot.incoming import Incoming, Reply
from bot.message import Button, Choice, Form, FormField, Message, message
from models import Person, Post, Return, WindowState
from rules import people
from rules.answers import (
    Circumstances,
    all_hold,
    complete,
    empty,
    is_asked,
    is_required,
    may_say_no_change,
    moved_dates,
    prefilled,
    unchanged_run,
    wrongs,
)
from rules.display import in_words
from rules.facts import known
from rules.permissions import Act
from rules.programme import Programme, Question
from wording import render, say, short_day


def circumstances(context: Context, ret: Return, answers: Mapping[str, Any]) -> Circumstances:
    """What an answer to this return is judged by."""
    item, window = context.item(ret), context.window(ret)
    return Circumstances(
        answers=answers,
        last=last_answers(context.session, known(item.id), window),
        facts=item.facts,
        year=window.year,
        year_start=organisation(context.session).year_start,
    )


def start(context: Context, ret: Return) -> dict[str, Any]:
    """What the form starts from: the person's draft, the answer that is in, or last time's."""
    draft = draft_of(context.session, ret, known(context.person.id))
    if draft is not None:
        return dict(draft.answers)
    version = current(context.session, ret)
    if version is not None:
        return dict(version.answers)
    window = context.window(ret)
    return prefilled(context.programme(window), last_answers(context.session, ret.item_id, window))


def must_be_open(context: Context, ret: Return) -> None:
    window = context.window(ret)
    if window.state == WindowState.LOCKED:
        raise NotPossibleError("locked", window=window.title)


def press_answer(context: Context, incoming: Incoming) -> Reply:
    return open_form(context, context.ret(incoming.value, Act.ANSWER))


def open_form(context: Context, ret: Return) -> Reply:
    """The form, with a draft where one was kept, and a word where the answer has changed since."""
    must_be_open(context, ret)
    draft = draft_of(context.session, ret, known(context.person.id))
    notice = say("forms.draft_kept") if draft else ""
    if draft is not None and draft.version != ret.versions:
        notice = answered_meanwhile(context, ret)
    return Reply(form=answer_form(context, ret, start(context, ret), notice=notice))


def answered_meanwhile(context: Context, ret: Return) -> str:
    """Who gave which answer since this one was begun."""
    version = current(context.session, ret)
    giver = context.session.get(Person, version.given_by_id) if version and version.given_by_id else None
    status = context.programme(context.window(ret)).status
    word = in_words(status, version.answers.get(status.key)) if version else ""
    return say("forms.answered_meanwhile", name=giver.name if giver else "", status=word)


def change_answer(context: Context, incoming: Incoming) -> Reply:
    """Somebody is still typing, and what they chose changes what is asked."""
    ret = context.ret(incoming.value, Act.ANSWER)
    answers, wrong = read_fields(context.programme(context.window(ret)), incoming.fields)
    answers = {**start(context, ret), **answers}
    return Reply(form=answer_form(context, ret, answers, errors=wrong, typed=incoming.fields))


def submit_answer(context: Context, incoming: Incoming) -> Reply:
    """Store the answer, or show the form again with what is missing. The draft was kept before this was called."""
    ret = context.ret(incoming.value, Act.ANSWER)
    must_be_open(context, ret)
    answers, unread = read_fields(context.programme(context.window(ret)), incoming.fields)
    if as_version(incoming.value) not in (None, ret.versions) and not _is_same(context, ret, answers):
        notice = answered_meanwhile(context, ret)
        return Reply(form=answer_form(context, ret, answers, errors=unread, notice=notice, typed=incoming.fields))
    errors = {**find_errors(context, ret, answers), **unread}
    if errors:
        return Reply(form=answer_form(context, ret, answers, errors=errors, typed=incoming.fields))
    return Reply(messages=(store(context, ret, answers, "form"),))


def _is_same(context: Context, ret: Return, answers: Mapping[str, Any]) -> bool:
    version = current(context.session, ret)
    programme = context.programme(context.window(ret))
    return version is not None and version.answers == complete(programme, circumstances(context, ret, answers))


def keep_typed(context: Context, incoming: Incoming) -> None:
    """Keep what was typed as a draft, before anything else can go wrong with it."""
    ret = context.ret(incoming.value, Act.ANSWER)
    answers, _ = read_fields(context.programme(context.window(ret)), incoming.fields)
    if current(context.session, ret) is None or answers != start(context, ret):
        base = as_version(incoming.value)
        keep_draft(context.session, ret, known(context.person.id), answers, context.now, base)


def press_no_change(context: Context, incoming: Incoming) -> Reply:
    """Last time's answer again, in one tap; what the form asks for and last time lacks is asked for."""
    ret = context.ret(incoming.value, Act.ANSWER)
    must_be_open(context, ret)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    window, item = context.window(ret), context.item(ret)
    programme, last = context.programme(window), last_answers(context.session, known(item.id), window)
    if not may_say_no_change(programme, last, item.facts):
        raise NotPossibleError("no_change_not_enough")
    answers = prefilled(programme, last)
    errors = find_errors(context, ret, answers)
    if errors:
        return Reply(form=answer_form(context, ret, answers, errors=errors, notice=say("forms.no_change_lacks")))
    return Reply(messages=(store(context, ret, answers, "no_change"),))


def find_errors(context: Context, ret: Return, answers: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for each question that is missing or wrong."""
    programme = context.programme(context.window(ret))
    found = wrongs(programme, circumstances(context, ret, answers))
    return {
        wrong.question.key: say(f"errors.{wrong.why}", label=wrong.question.label, none=wrong.question.none_word)
        for wrong in found
    }


def store(context: Context, ret: Return, answers: Mapping[str, Any], came_from: str) -> Message:
    """Store an answer that is complete; what is said back."""
    programme = context.programme(context.window(ret))
    whole = complete(programme, circumstances(context, ret, answers))
    held = people.holders(context.facts, context.item(ret).lead_post_id, context.now)
    own = any(person.id == context.person.id for person in held)
    on_behalf = None if own or not held else known(held[0].id)
    give(context.session, ret, whole, context.now, known(context.person.id), came_from, on_behalf)
    context.session.flush()
    tell_if_unchanged(context, ret, whole)
    status = programme.status
    return message(
        render(
            "messages/stored.md",
            item=context.item(ret),
            status=in_words(status, whole[status.key]),
            on_behalf=context.session.get_one(Post, context.item(ret).lead_post_id).name if on_behalf else "",
            until=context.window(ret).late_until,
            zone=context.person.time_zone,
        ),
        buttons=[Button(action="answer", value=str(ret.id), label=say("buttons.change"), about=context.item(ret).ref)],
    )


def tell_if_unchanged(context: Context, ret: Return, answers: Mapping[str, Any]) -> None:
    """Flag to the secretary an answer that has said just the same too many times running."""
    window, item = context.window(ret), context.item(ret)
    programme = context.programme(window)
    run = unchanged_run(programme, [*history(context.session, known(item.id), window), answers])
    if run >= programme.form.unchanged_warning:
        text = render("messages/unchanged.md", item=item, run=run, programme=programme, window=window)
        tell_secretaries(
            context.session,
            window,
            key=f"unchanged-{ret.id}-{window.revision}",
            kind="unchanged",
            text=lambda _zone: text,
            now=context.now,
        )


def read_fields(programme: Programme, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A form's fields as answers, and the sentence for each that cannot be read."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in programme.form.questions:
        if question.key in fields:
            value = _read(question, fields[question.key])
            if value is None:
                errors[question.key] = say("errors.unreadable", label=question.label)
            else:
                answers[question.key] = value
    return answers, errors


def _read(question: Question, value: Any) -> Any:
    """A value in its question's shape; None where it cannot be one."""
    if question.type == "text":
        return re.sub(r"\r\n?", "\n", str(value or "")).strip()
    if question.type == "date":
        return value or "" if _is_day(value or "") else None
    if question.type == "choice":
        return value or "" if not value or question.option(value) else None
    if question.type == "choices":
        return [key for key in value if question.option(key)] if isinstance(value, list) else None
    if not isinstance(value, Mapping) or not all(_is_day(day or "") for day in value.values()):
        return None
    return {key: day or "" for key, day in value.items() if question.option(key) and (day or question.date_optional)}


def _is_day(text: str) -> bool:
    if not text:
        return True
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def answer_form(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Form:
    """The form as it should be now: what is asked, prefilled, each error beside its field.

    `typed` is shown where it could not be read as an answer. The form's value names the version it starts from.
    """
    item, window = context.item(ret), context.window(ret)
    programme = context.programme(window)
    judged = circumstances(context, ret, answers)
    errors = errors or {}
    return Form(
        action="answer",
        value=f"{ret.id}.{ret.versions}",
        title=f"{item.ref} – {item.title}",
        intro=render(
            "messages/form_intro.md", programme=programme, window=window, ret=ret, zone=context.person.time_zone
        ),
        fields=tuple(
            _field(programme, question, judged, errors.get(question.key, ""), typed or {})
            for question in programme.form.questions
            if is_asked(programme, question, judged)
        ),
        submit=say("buttons.send"),
        notice=say("forms.look_again", count=len(errors)) if errors and not notice else notice,
    )


def _field(
    programme: Programme, question: Question, judged: Circumstances, error: str, typed: Mapping[str, Any]
) -> FormField:
    before = judged.last.get(question.key)
    moved = moved_dates(question, judged.answers, judged.last) if question.type == "dates" else {}
    return FormField(
        key=question.key,
        label=question.label,
        ask=question.ask,
        hint=question.hint,
        type=question.type,
        choices=tuple(Choice(key=o.key, word=o.word, symbol=o.symbol) for o in _offered(question, judged)),
        value=judged.answers.get(question.key) or (error and typed.get(question.key)) or empty(question),
        required=is_required(programme, question, judged),
        steers=question.key in steering(programme),
        date_optional=question.date_optional,
        error=error,
        was=in_words(question, before)
        if before and question.type != "dates" and _is_fresh(programme, question, judged)
        else "",
        was_dates={key: short_day(day) for key, day in moved.items()},
    )


def _offered(question: Question, judged: Circumstances) -> list[Any]:
    """The options, with those that are hidden only where they were chosen already."""
    chosen = judged.answers.get(question.key) or ()
    return [option for option in question.choices if not option.hidden or option.key in chosen]


def _is_fresh(programme: Programme, question: Question, judged: Circumstances) -> bool:
    """Whether last time's words are shown beside the field, because new ones are wanted."""
    unless = question.fresh_unless
    changed = judged.answers.get(question.key) != judged.last.get(question.key)
    return changed or (bool(unless) and not all_hold(programme, unless, judged))


def steering(programme: Programme) -> set[str]:
    """The questions whose answers decide what else is asked or required."""
    conditions = [
        condition
        for question in programme.form.questions
        for condition in (
            *question.asked_if,
            *question.asked_unless,
            *question.required_if,
            *question.required_unless,
        )
    ]
    return {condition.question for condition in conditions if condition.question}


def play_back(context: Context, ret: Return, answers: Mapping[str, Any]) -> Message:
    """What was understood, what is still missing, and the buttons to send it, finish it or throw it away."""
    programme = context.programme(context.window(ret))
    judged = circumstances(context, ret, answers)
    errors = find_errors(context, ret, answers)
    understood = [
        (question.label, in_words(question, answers[question.key]))
        for question in programme.form.questions
        if answers.get(question.key) and is_asked(programme, question, judged)
    ]
    about = context.item(ret).ref
    names = ["edit", "discard"] if errors else ["confirm", "edit", "discard"]
    actions = {"edit": "answer", "confirm": "confirm", "discard": "discard"}
    buttons = [
        Button(
            action=actions[name],
            value=str(ret.id),
            label=say(f"buttons.{name}"),
            about=about,
            style="primary" if name == names[0] else "",
        )
        for name in names
    ]
    text = render("messages/play_back.md", item=context.item(ret), understood=understood, missing=errors.values())
    return message(text, buttons=buttons)


def press_confirm(context: Context, incoming: Incoming) -> Reply:
    """Send the draft that was played back."""
    ret = context.ret(incoming.value, Act.ANSWER)
    must_be_open(context, ret)
    draft = draft_of(context.session, ret, known(context.person.id))
    if draft is None:
        raise NotPossibleError("no_draft")
    if draft.version != ret.versions:
        return open_form(context, ret)
    errors = find_errors(context, ret, draft.answers)
    if errors:
        return Reply(form=answer_form(context, ret, draft.answers, errors=errors))
    return Reply(messages=(store(context, ret, draft.answers, "words"),))


def press_discard(context: Context, incoming: Incoming) -> Reply:
    ret = context.ret(incoming.value, Act.ANSWER)
    drop_draft(context.session, ret, known(context.person.id))
    return Reply(messages=(context.says("discarded", ref=context.item(ret).ref),))


def lead_post(context: Context, ret: Return) -> str:
    post: Post = get(context.session, Post, context.item(ret).lead_post_id)
    return post.name
