"""What the product does when it is asked in plain words: each act that a message may ask for, and its handler."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from remembrancer.bot.conversation.act_handlers import ActHandler, on_chosen, pressed_in_words
from remembrancer.bot.conversation.requested_orders import ORDER_HANDLERS
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import find_windows
from remembrancer.bot.core.target_returns import (
    answerable,
    nothing_wanted_message,
    own_answered,
    ref_of,
    returns_with_draft,
)
from remembrancer.bot.language.acts import Act as Requested
from remembrancer.bot.people import leave, leave_delegate
from remembrancer.bot.returns import history, readers, snooze
from remembrancer.bot.returns.answer import open_form, press_confirm, press_discard
from remembrancer.bot.returns.delegate import press_take_back, text_delegate_return
from remembrancer.bot.returns.disown import press_not_mine
from remembrancer.bot.returns.free_text_answer import take_away
from remembrancer.bot.returns.message_reading import answered_last, meant_without_name, newest_draft, role_of
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards.answer_preview import draft_message, find_errors
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import AuditEvent, Return, ReturnState, Window
from remembrancer.models.message import Message, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.returns import draft_of
from remembrancer.wording import phrase, render

SOMEONE_ELSE = re.compile(r"(?:someone|somebody|anyone) else", re.IGNORECASE)


def _delegated(context: Context) -> list[Return]:
    """The returns that are delegated to somebody else, and that the person may take back."""
    return [ret for ret in answerable(context, Act.HAND_ON) if ret.delegate_id not in (None, context.person.id)]


def _delegate(context: Context, incoming: Incoming, act: Requested) -> Reply:
    among = own_returns(context) or answerable(context, Act.HAND_ON)
    ref, to = act.get("ref"), act.get("to")

    def then(ret: Return) -> Reply:
        name = None if to is None or SOMEONE_ELSE.fullmatch(to) or to.lower().startswith(("my ", "our ")) else to
        return text_delegate_return(context, incoming, {"ref": ref_of(context, ret), "name": name})

    return on_chosen(context, ref, among, then)


def _snooze(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Until a day, until later, or a form that asks until when."""
    words = act.words.lower()
    said = {"ref": act.get("ref"), "day": act.get("until")}
    if said["day"]:
        hour = re.search(r"\bat (\d{1,2}(?:[.:]\d\d)?(?: ?[ap]\.?m)?)(?!\d)", words)
        return snooze.text_day(context, incoming, {**said, "hour": hour[1] if hour else None})
    if re.search(r"\b(?:later|today|not now)\b", words):
        return snooze.text_later(context, incoming, {**said, "only_today": "today" in words})
    if re.search(r"\b(?:snooze|park|postpone)\b", words):
        return snooze.text_snooze(context, incoming, said)
    return snooze.text_unreadable_day(context, incoming, said)


def _absence(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """A leave with its days, where both are plain, or with the words that say when."""
    first, last, delegate = act.get("from"), act.get("to"), act.get("delegate")
    is_plain = all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day or "") for day in (first, last))
    period = f"{first} to {last}" if is_plain else act.words
    if delegate and not delegate.lower().startswith(("my ", "our ", "the ")):
        return leave_delegate.text_delegate_leave(context, incoming, {"name": delegate, "period": period})
    return leave.text_away(context, incoming, {"period": period})


def _change(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Open the answer that was stored; without a ref, the one that the person stored last."""
    newest = answered_last(context) if act.get("ref") is None else None
    among = [newest] if newest else answerable(context)
    return on_chosen(context, act.get("ref"), among, lambda ret: open_form(context, ret))


def _has_reviewed(context: Context) -> bool:
    """Whether the person has accepted an answer or sent one back."""
    by = AuditEvent.person_id == context.person.id
    query = select(AuditEvent.id).where(by, col(AuditEvent.act).in_(("accepted", "returned")))
    return context.session.exec(query.limit(1)).first() is not None


def _undo(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Throw the draft away; give back what was handed on; or open the answer that was stored."""
    if newest_draft(context, incoming):
        return _discard(context, incoming, act)
    delegated = _delegated(context)
    if delegated and not own_answered(context):
        return pressed_in_words(press_take_back, _delegated)(context, incoming, act)
    newest = answered_last(context)
    is_accepted = newest is not None and newest.state == ReturnState.ACCEPTED
    if (role_of(context) != "lead" and is_accepted) or (role_of(context) == "secretary" and not own_answered(context)):
        raise NotPossibleError("secretary_undo" if _has_reviewed(context) else "nothing_of_yours")
    if not own_answered(context):
        return window_commands.undo_last(context, incoming)
    return _change(context, incoming, act)


def _drafts(context: Context, incoming: Incoming, act: Requested) -> list[Return]:
    """The returns of the drafts that were read back last, all that one message made; or the one that is named."""
    if act.get("ref"):
        return [ret for ret in returns_with_draft(context) if ref_of(context, ret) == act.get("ref")]
    newest = newest_draft(context, incoming)
    drafts = [
        (ret, draft_of(context.session, ret, stored_id(context.person.id))) for ret in returns_with_draft(context)
    ]
    return [ret for ret, draft in drafts if newest and draft and draft.saved_at == newest.saved_at]


def _send(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Store what was read back; where something is missing, say what."""
    messages: list[Message] = []
    form = None
    for ret in _drafts(context, incoming, act):
        draft = draft_of(context.session, ret, stored_id(context.person.id))
        is_current = draft is not None and draft.version == ret.versions and not draft.not_taken
        if draft is not None and is_current and find_errors(context, ret, draft.answers):
            messages.append(draft_message(context, ret, draft))
            continue
        reply = press_confirm(context, replace(incoming, value=str(ret.id)))
        messages += reply.messages
        form = form or reply.form
    return Reply(messages=tuple(messages), form=form)


def _discard(context: Context, incoming: Incoming, act: Requested) -> Reply:
    replies = [press_discard(context, replace(incoming, value=str(ret.id))) for ret in _drafts(context, incoming, act)]
    return Reply(messages=tuple(each for reply in replies for each in reply.messages))


def _remove(context: Context, incoming: Incoming, act: Requested) -> Reply:
    draft = newest_draft(context, incoming)
    ret = context.session.get(Return, draft.return_id) if draft else answered_last(context)
    if ret is None:
        raise NotPossibleError("no_draft")
    return Reply(messages=(take_away(context, ret, act.get("field"), act.get("value")),))


def _extension(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Nobody's time is extended by asking; until when answers are taken, and who can give more."""
    rets = meant_without_name(context, incoming)
    if not rets:
        return Reply(messages=(nothing_wanted_message(context),))
    window = context.window(rets[0])
    secretaries = [person.name for person, _ in recipients.secretary(context.facts, rets[0], context.now)]
    text = render(
        "messages/extension.md", window=window, secretaries=secretaries, zone=context.person.time_zone, now=context.now
    )
    return Reply(messages=(message(text),))


def _why_me(context: Context, incoming: Incoming, _act: Requested) -> Reply:
    rows = []
    for ret in meant_without_name(context, incoming):
        post_id = context.item(ret).lead_post_id
        asked = recipients.lead(context.facts, ret, context.now)
        asked = recipients.with_sharers(context.facts, asked, post_id, context.now)
        because = [reason for person, reason in asked if person.id == context.person.id]
        post = context.facts.posts[post_id].name
        rows.append((context.item(ret), post, phrase(f"because.{because[0]}") if because else ""))
    if not rows:
        return Reply(messages=(nothing_wanted_message(context),))
    return Reply(messages=(message(render("messages/why_me.md", rows=rows)),))


def _what_asked(context: Context, incoming: Incoming, _act: Requested) -> Reply:
    """The questions of the form, with what each choice is called."""
    rets = meant_without_name(context, incoming)
    if not rets:
        return Reply(messages=(nothing_wanted_message(context),))
    programme = context.programme(context.window(rets[0]))
    text = render("messages/what_is_asked.md", item=context.item(rets[0]), questions=programme.form.questions)
    return Reply(messages=(message(text),))


def _stop(context: Context, _incoming: Incoming, _act: Requested) -> Reply:
    return Reply(messages=(context.says("stop_messages"),))


def _windows_named(every: Sequence[Window], words: str) -> list[Window]:
    """The windows that a sentence names: by the longest run of its words, with a figure in it, that is a name."""
    said = re.findall(r"[\w/-]+", words)
    runs = [" ".join(said[at : at + length]) for length in (4, 3, 2, 1) for at in range(len(said) - length + 1)]
    named = (find_windows(every, run) for run in runs if re.search(r"\d", run))
    return next((windows for windows in named if windows), [])


def _when_due(context: Context, incoming: Incoming, act: Requested) -> Reply:
    rets = meant_without_name(context, incoming)
    every = list(context.session.exec(select(Window).order_by(col(Window.opens_at))))
    windows = {stored_id(window.id): window for window in _windows_named(every, act.words)}
    windows = windows or {stored_id(context.window(ret).id): context.window(ret) for ret in rets}
    running = windows or {stored_id(window.id): window for window in context.facts.windows if window.state in RUNNING}
    if not running:
        return Reply(messages=(context.says("nothing_running"),))
    wanted = {
        key: [f"{context.item(ret).ref} – {context.item(ret).title}" for ret in rets if ret.window_id == key]
        for key in running
    }
    text = render(
        "messages/when_due.md",
        windows=list(running.values()),
        wanted=wanted,
        zone=context.person.time_zone,
        now=context.now,
    )
    return Reply(messages=(message(text),))


def _to_match(handler: Callable[[Context, Incoming, Mapping[str, Any]], Reply]) -> ActHandler:
    return lambda context, incoming, act: handler(context, incoming, {"ref": None, "name": act.get("to"), **act.said})


ACTS: Mapping[str, ActHandler] = {
    "send": _send,
    "discard": _discard,
    "remove": _remove,
    "undo": _undo,
    "change": _change,
    "delegate": _delegate,
    "take_back": pressed_in_words(press_take_back, _delegated),
    "not_mine": pressed_in_words(press_not_mine, own_returns),
    "snooze": _snooze,
    "absence": _absence,
    "back": _to_match(leave.text_back),
    "name_delegate": _to_match(leave_delegate.text_delegate),
    "extension": _extension,
    "who_reads": _to_match(readers.text_readers),
    "history": _to_match(history.text_history),
    "when_due": _when_due,
    "why_me": _why_me,
    "what_asked": _what_asked,
    "stop": _stop,
    **ORDER_HANDLERS,
}
"""Every act but 'my' and 'help', which are commands, and 'no_change', which is an answer."""
