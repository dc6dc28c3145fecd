"""Restating a value of a window that is locked: with a reason, and with what was told kept as it was told."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from acts.lookups import SET_ASIDE, current
from acts.returns import draft_of, keep_draft, restate, was_sent_back
from bot.answer_form import answer_form, read_fields
from bot.context import Context, NotPossibleError
from bot.incoming import Incoming, Reply
from bot.message import Button, Form, FormField, Message, Part, message
from models import Item, Return, Window, WindowState
from rules.facts import known
from rules.permissions import Act, may
from wording import render, say

REASON = "restated_reason"


def restate_command(context: Context, words: Sequence[str]) -> Reply:
    """'restate 52': in which window; 'restate 52 2019-20-q1': the form."""
    ref = words[0].lstrip("#") if words else ""
    found = [
        (ret, item, window)
        for ret, item, window in _locked(context, ref)
        if len(words) < 2 or window.key.lower() == words[1].lower()
    ]
    if len(found) == 1 and len(words) > 1:
        return Reply(form=_form(context, found[0][0], _start(context, found[0][0])))
    if not found:
        return Reply(messages=(context.says("nothing_to_restate", ref=ref),))
    head = Part(text=render("messages/restate_which.md"))
    return Reply(messages=(Message(parts=(head, *(_choice(*each) for each in found))),))


def _locked(context: Context, ref: str) -> list[tuple[Return, Item, Window]]:
    """The returns of locked windows for this ref that are this secretary's to restate, newest first."""
    query = (
        select(Return, Item, Window)
        .join(Item, col(Item.id) == Return.item_id)
        .join(Window, col(Window.id) == Return.window_id)
        .where(col(Item.ref).ilike(ref, escape="\\"), Window.state == WindowState.LOCKED)
        .order_by(col(Window.opens_at).desc())
    )
    rows = context.session.exec(query)
    return [row for row in rows if may(context.facts, context.person, Act.RESTATE, row[0], context.now)]


def _choice(ret: Return, item: Item, window: Window) -> Part:
    about = f"{item.ref} {item.title}, {window.title}"
    button = Button(action="restate", value=str(ret.id), label=say("buttons.restate"), about=about)
    return Part(text=render("messages/which_item_row.md", item=item, window=window), buttons=(button,))


def _to_restate(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.RESTATE)
    if context.window(ret).state != WindowState.LOCKED:
        raise NotPossibleError("not_locked")
    if ret.state in SET_ASIDE:
        raise NotPossibleError("set_aside_already", ref=context.item(ret).ref, state=say(f"states.{ret.state}"))
    return ret


def _start(context: Context, ret: Return) -> dict[str, Any]:
    """What the form starts from: what was being typed, or the answer as it is."""
    draft, version = draft_of(context.session, ret, known(context.person.id)), current(context.session, ret)
    return dict(draft.answers if draft else version.answers if version else {})


def press_restate(context: Context, incoming: Incoming) -> Reply:
    ret = _to_restate(context, incoming)
    return Reply(form=_form(context, ret, _start(context, ret)))


def change_restate(context: Context, incoming: Incoming) -> Reply:
    ret = _to_restate(context, incoming)
    typed, unread = read_fields(context.programme(context.window(ret)), incoming.fields)
    answers = {**_start(context, ret), **typed, REASON: _reason(incoming)}
    return Reply(form=_form(context, ret, answers, unread, incoming.fields))


def keep_typed(context: Context, incoming: Incoming) -> None:
    """Keep what was typed as a draft, before anything else can go wrong with it."""
    ret = context.ret(incoming.value, Act.RESTATE)
    typed, _ = read_fields(context.programme(context.window(ret)), incoming.fields)
    keep_draft(context.session, ret, known(context.person.id), {**typed, REASON: _reason(incoming)}, context.now)


def submit_restate(context: Context, incoming: Incoming) -> Reply:
    """Store the value as a new version; what was not touched stays, and what was not recorded stays so."""
    ret = _to_restate(context, incoming)
    typed, errors = read_fields(context.programme(context.window(ret)), incoming.fields)
    version = current(context.session, ret)
    before = version.answers if version else {}
    changed = {key: value for key, value in typed.items() if (value or None) != (before.get(key) or None)}
    if not _reason(incoming):
        errors[REASON] = say("errors.reason_to_board")
    if errors:
        return Reply(form=_form(context, ret, {**before, **typed, REASON: _reason(incoming)}, errors, incoming.fields))
    if not changed and not (version and was_sent_back(ret, version)):
        raise NotPossibleError("nothing_restated", ref=context.item(ret).ref)
    restate(context.session, ret, {**before, **changed}, _reason(incoming), context.now, known(context.person.id))
    text = render("messages/restated.md", item=context.item(ret), window=context.window(ret))
    return Reply(messages=(message(text),))


def _reason(incoming: Incoming) -> str:
    return str(incoming.fields.get(REASON) or "").strip()


def _form(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Form:
    """The answer's own form, and why. Nothing else is required: a record may be bare, and stays as bare as it was."""
    form, item, window = answer_form(context, ret, answers, errors, typed=typed), context.item(ret), context.window(ret)
    ask = say("fields.restated_reason")
    reason = FormField(
        key=REASON,
        label=ask,
        ask=ask,
        type="text",
        required=True,
        value=answers.get(REASON, ""),
        error=(errors or {}).get(REASON, ""),
    )
    return form.model_copy(
        update={
            "action": "restate",
            "title": say("forms.restate_title", ref=item.ref, window=window.title),
            "intro": say("forms.restate_intro"),
            "fields": (reason, *(field.model_copy(update={"required": False}) for field in form.fields)),
            "submit": say("buttons.restate"),
        }
    )
