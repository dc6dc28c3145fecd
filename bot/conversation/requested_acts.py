"""What the product does when it is asked in plain words: each act that a message may ask for, and its handler."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.core.target_returns import (
    answerable,
    choose_return,
    nothing_wanted_message,
    own_answered,
    ref_of,
    returns_with_draft,
)
from remembrancer.bot.digests import draft_review
from remembrancer.bot.language.requests import Act as Requested
from remembrancer.bot.people import leave, leave_delegate, posts
from remembrancer.bot.people.leave_delegate import find_people, name_error
from remembrancer.bot.returns import bulk_review, history, readers, review, snooze
from remembrancer.bot.returns.answer import open_form, press_confirm, press_discard
from remembrancer.bot.returns.delegate import press_take_back, text_delegate_return
from remembrancer.bot.returns.disown import press_not_mine
from remembrancer.bot.returns.free_text_answer import take_away
from remembrancer.bot.returns.message_reading import answered_last, meant_without_name, newest_draft
from remembrancer.bot.sending import pause
from remembrancer.bot.windows import commands as window_commands
from remembrancer.cards.answer_preview import draft_message, find_errors
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Return
from remembrancer.models.message import Message, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.chase import RUNNING, WANTED
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.returns import draft_of
from remembrancer.wording import phrase, render

ActHandler = Callable[[Context, Incoming, Requested], Reply]
SOMEONE_ELSE = re.compile(r"(?:someone|somebody|anyone) else", re.IGNORECASE)


def _chosen(context: Context, ref: str | None, among: Sequence[Return], then: Callable[[Return], Reply]) -> Reply:
    """What is to be done with the one return that is meant, or the question which one it is."""
    ret = choose_return(context, ref, among)
    return Reply(messages=(ret,)) if isinstance(ret, Message) else then(ret)


def _pressed(press: Handler, among: Callable[[Context], Sequence[Return]]) -> ActHandler:
    """A handler for which the words are a press of the button of the return that they name, `among` these."""

    def handle(context: Context, incoming: Incoming, act: Requested) -> Reply:
        ref, found = act.get("ref"), among(context)
        return _chosen(context, ref, found, lambda ret: press(context, replace(incoming, value=str(ret.id))))

    return handle


def _delegated(context: Context) -> list[Return]:
    """The returns that are delegated to somebody else, and that the person may take back."""
    return [ret for ret in answerable(context, Act.HAND_ON) if ret.delegate_id not in (None, context.person.id)]


def _delegate(context: Context, incoming: Incoming, act: Requested) -> Reply:
    among = own_returns(context) or answerable(context, Act.HAND_ON)
    ref, to = act.get("ref"), act.get("to")

    def then(ret: Return) -> Reply:
        name = None if to is None or SOMEONE_ELSE.fullmatch(to) or to.lower().startswith(("my ", "our ")) else to
        return text_delegate_return(context, incoming, {"ref": ref_of(context, ret), "name": name})

    return _chosen(context, ref, among, then)


def _snooze(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Until a day, until later, or a form that asks until when."""
    words = act.words.lower()
    said = {"ref": act.get("ref"), "day": act.get("until")}
    if said["day"]:
        return snooze.text_day(context, incoming, said)
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
    return _chosen(context, act.get("ref"), among, lambda ret: open_form(context, ret))


def _undo(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Throw the draft away; give back what was handed on; or open the answer that was stored."""
    if newest_draft(context, incoming):
        return _discard(context, incoming, act)
    delegated = _delegated(context)
    if delegated and not own_answered(context):
        return _pressed(press_take_back, _delegated)(context, incoming, act)
    if not own_answered(context):
        raise NotPossibleError("nothing_of_yours")
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
        if draft is not None and draft.not_taken:
            messages.append(context.says("not_taken", words=draft.not_taken))
            messages.append(draft_message(context, ret, draft.answers, draft.replaced))
            draft.not_taken = ""
            continue
        if draft is not None and draft.version == ret.versions and find_errors(context, ret, draft.answers):
            messages.append(draft_message(context, ret, draft.answers, draft.replaced))
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
        because = [
            reason
            for person, reason in recipients.lead(context.facts, ret, context.now)
            if person.id == context.person.id
        ]
        post = context.facts.posts[context.item(ret).lead_post_id].name
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


def _accept(context: Context, incoming: Incoming, act: Requested) -> Reply:
    refs = act.get("ref")
    if refs == "all":
        return bulk_review.accept_all(context)
    submitted = answerable(context, Act.ACCEPT)
    named = refs if isinstance(refs, list) else [refs]
    replies = [
        _chosen(context, ref, submitted, lambda ret: review.press_accept(context, replace(incoming, value=str(ret.id))))
        for ref in named
    ]
    return Reply(messages=tuple(each for reply in replies for each in reply.messages))


def _send_back(context: Context, incoming: Incoming, act: Requested) -> Reply:
    reason = act.get("reason")

    def then(ret: Return) -> Reply:
        pressed = replace(incoming, value=str(ret.id))
        if reason is None:
            return review.press_return(context, pressed)
        return review.submit_return(context, replace(pressed, fields={"reason": reason}))

    return _chosen(context, act.get("ref"), answerable(context, Act.RETURN), then)


def _chase(context: Context, incoming: Incoming, act: Requested) -> Reply:
    """Chase one person for all that is missing from them; without a name, show who is missing, with the buttons."""
    who = act.get("who")
    missing = [ret for ret in answerable(context, Act.CHASE) if ret.state in WANTED]
    if who in (None, "all"):
        return review.status(context, only_missing=True)
    of_ref = [ret for ret in missing if ref_of(context, ret).lower() == who.lower()]
    if not of_ref:
        found = find_people(context, who)
        error = name_error(who, found)
        if error:
            return Reply(messages=(message(error),))
        asked = [(ret, recipients.lead(context.facts, ret, context.now)) for ret in missing]
        of_ref = [ret for ret, people in asked if people and people[0][0].id == found[0].id]
        if not of_ref:
            raise NotPossibleError("nothing_missing_from", name=found[0].name)
    return bulk_review.press_chase(context, replace(incoming, value=str(of_ref[0].id)))


def _window(name: str) -> ActHandler:
    """A change of a window, as its command does it: a preview first."""

    def handle(context: Context, incoming: Incoming, act: Requested) -> Reply:
        reply = window_commands.text_change(context, incoming, {"act": name, "named": act.get("window")})
        return reply or Reply(messages=(context.says("no_such_window_here", named=act.get("window")),))

    return handle


def _when_due(context: Context, incoming: Incoming, _act: Requested) -> Reply:
    rets = meant_without_name(context, incoming)
    windows = {stored_id(context.window(ret).id): context.window(ret) for ret in rets}
    running = windows or {stored_id(window.id): window for window in context.facts.windows if window.state in RUNNING}
    if not running:
        return Reply(messages=(context.says("nothing_running"),))
    text = render(
        "messages/when_due.md", windows=list(running.values()), zone=context.person.time_zone, now=context.now
    )
    return Reply(messages=(message(text),))


def _digest(context: Context, _incoming: Incoming, _act: Requested) -> Reply:
    """The drafts with their buttons: which board's is meant, and what it says, is seen before it is held or posted."""
    return draft_review.digests(context)


def _to_match(handler: Callable[[Context, Incoming, Mapping[str, Any]], Reply]) -> ActHandler:
    return lambda context, incoming, act: handler(context, incoming, {"ref": None, "name": act.get("to"), **act.said})


ACTS: Mapping[str, ActHandler] = {
    "send": _send,
    "discard": _discard,
    "remove": _remove,
    "undo": _undo,
    "change": _change,
    "delegate": _delegate,
    "take_back": _pressed(press_take_back, _delegated),
    "not_mine": _pressed(press_not_mine, own_returns),
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
    "accept": _accept,
    "send_back": _send_back,
    "chase": _chase,
    "status": lambda context, _incoming, act: review.status(context, only_missing=act.get("only") == "missing"),
    "hold_digest": _digest,
    "post_digest": _digest,
    "move_window": _window("move"),
    "extend_window": _window("extend"),
    "close_window": _window("close"),
    "reopen_window": _window("reopen"),
    "leave": lambda context, _incoming, _act: posts.people_now(context),
    "hand_over": lambda context, _incoming, _act: posts.people_now(context),
    "pause": lambda context, _incoming, _act: pause.pause(context),
    "resume": lambda context, _incoming, _act: pause.resume(context),
}
"""Every act but 'my' and 'help', which are commands, and 'no_change', which is an answer."""
