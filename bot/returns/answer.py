"""Answering a return: the form, drafts, 'No change', and storing the answer."""

from collections.abc import Mapping
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.returns.answer_form import answer_form, read_fields, slips_key
from remembrancer.bot.returns.answered_meanwhile import (
    answered_meanwhile,
    tell_who_has_it_open,
    tell_whose_answer_was_replaced,
)
from remembrancer.cards.answer_preview import (
    answer_rows,
    draft_message,
    evaluation_context,
    find_errors,
    slip_sentences,
)
from remembrancer.cards.stored_answer import since_stored
from remembrancer.models import Return, WindowState
from remembrancer.models.message import Message, Part
from remembrancer.queries.returns import GIVEN, SET_ASIDE, current, history, last_answers
from remembrancer.reports.answer_text import in_words
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.programmes.answers import complete, may_say_no_change, prefilled, unchanged_run
from remembrancer.rules.programmes.slips import find_slips
from remembrancer.services.context import Context, NotPossibleError, as_version
from remembrancer.services.outbox import tell_secretaries
from remembrancer.services.returns import draft_of, drop_draft, keep_draft, store_answer
from remembrancer.wording import phrase, render


def initial_answers(context: Context, ret: Return) -> dict[str, Any]:
    """The answers that the form opens with: the person's draft, the current answer, or last time's."""
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is not None:
        return dict(draft.answers)
    version = current(context.session, ret)
    if version is not None:
        return dict(version.answers)
    window = context.window(ret)
    return prefilled(context.programme(window), last_answers(context.session, ret.item_id, window))


def must_be_open(context: Context, ret: Return) -> None:
    """Raises NotPossibleError if the window is locked, or the return withdrawn or suspended."""
    window = context.window(ret)
    if window.state == WindowState.LOCKED:
        raise NotPossibleError("locked", window=window.title)
    if ret.state in SET_ASIDE:
        raise NotPossibleError("set_aside", ref=context.item(ret).ref, state=phrase(f"states.{ret.state}"))


def open_return(context: Context, value: str, act: Act) -> Return:
    """The return that a button or a form names, if it may be changed. Raises NotPossibleError otherwise."""
    ret = context.ret(value, act)
    must_be_open(context, ret)
    return ret


def unanswered_return(context: Context, value: str, act: Act, closed: str = "") -> Return:
    """The same, if nobody has answered; `closed` is the refusal where the window must still be open."""
    ret = open_return(context, value, act)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    if closed and context.window(ret).state != WindowState.OPEN:
        raise NotPossibleError(closed)
    return ret


def press_answer(context: Context, incoming: Incoming) -> Reply:
    return open_form(context, context.ret(incoming.value, Act.ANSWER))


def open_form(context: Context, ret: Return) -> Reply:
    """Open the form; it says if a draft was kept, and if the answer has changed since the draft was begun."""
    must_be_open(context, ret)
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    notice = phrase("forms.draft_kept") if draft else ""
    if draft is not None and draft.version != ret.versions:
        notice = answered_meanwhile(context, ret, draft.answers)
    return Reply(form=answer_form(context, ret, initial_answers(context, ret), notice=notice))


def change_answer(context: Context, incoming: Incoming) -> Reply:
    """Show the open form again with the questions that follow from what was chosen so far."""
    ret = context.ret(incoming.value, Act.ANSWER)
    answers, errors = read_fields(context.programme(context.window(ret)), incoming.fields, context.today)
    answers = {**initial_answers(context, ret), **answers}
    begun_from = as_version(incoming.value)
    notice = answered_meanwhile(context, ret, answers) if begun_from not in (None, ret.versions) else ""
    return Reply(
        form=answer_form(context, ret, answers, errors, notice=notice, typed=incoming.fields, begun_from=begun_from)
    )


def submit_answer(context: Context, incoming: Incoming) -> Reply:
    """Store the answer, or show the form again with its errors; the draft was stored before."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    programme, version = context.programme(context.window(ret)), current(context.session, ret)
    answers, unreadable = read_fields(programme, incoming.fields, context.today)
    is_same = version and version.answers == complete(programme, evaluation_context(context, ret, answers))
    if as_version(incoming.value) not in (None, ret.versions) and not is_same:
        notice = answered_meanwhile(context, ret, answers)
        return Reply(form=answer_form(context, ret, answers, errors=unreadable, notice=notice, typed=incoming.fields))
    errors = {**find_errors(context, ret, answers), **unreadable}
    if errors:
        return Reply(form=answer_form(context, ret, answers, errors=errors, typed=incoming.fields))
    slips = find_slips(programme, evaluation_context(context, ret, answers), context.today)
    if slips and not incoming.value.endswith(slips_key(slips)):
        asks = phrase("forms.please_check", slips=" ".join(slip_sentences(slips)))
        return Reply(form=answer_form(context, ret, answers, notice=asks, typed=incoming.fields, asked_about=slips))
    return Reply(messages=(store(context, ret, answers, "form"),))


def keep_typed(context: Context, incoming: Incoming) -> None:
    """Store what was typed as a draft, before anything else can fail."""
    ret = context.ret(incoming.value, Act.ANSWER)
    answers, _ = read_fields(context.programme(context.window(ret)), incoming.fields, context.today)
    if current(context.session, ret) is None or answers != initial_answers(context, ret):
        base = as_version(incoming.value)
        keep_draft(context.session, ret, stored_id(context.person.id), answers, context.now, base)


def press_no_change(context: Context, incoming: Incoming) -> Reply:
    """Store last time's answer again; the form opens for whatever it requires that last time lacks."""
    return store_no_change(context, context.ret(incoming.value, Act.ANSWER))


def store_no_change(context: Context, ret: Return) -> Reply:
    """Store last time's answer again for a return that the person may answer, or open the form for what is missing."""
    must_be_open(context, ret)
    if ret.state in GIVEN:
        raise NotPossibleError("already_answered")
    window, item = context.window(ret), context.item(ret)
    programme, last = context.programme(window), last_answers(context.session, stored_id(item.id), window)
    if not may_say_no_change(programme, last, item.facts):
        statuses = "; ".join(programme.no_change_statuses)
        raise NotPossibleError("no_change_not_at_status" if statuses else "no_change_not_enough", statuses=statuses)
    answers = prefilled(programme, last)
    errors = find_errors(context, ret, answers)
    if errors:
        return Reply(form=answer_form(context, ret, answers, errors=errors, notice=phrase("forms.no_change_lacks")))
    return Reply(messages=(store(context, ret, answers, "no_change"),))


def store(context: Context, ret: Return, answers: Mapping[str, Any], came_from: str) -> Message:
    """Store a complete answer, and reply with what follows from it."""
    programme, lead_post_id = context.programme(context.window(ret)), context.item(ret).lead_post_id
    given = evaluation_context(context, ret, answers)
    complete_answers = complete(programme, given)
    lead_holders = recipients.holders(context.facts, lead_post_id, context.now)
    is_lead = any(person.id == context.person.id for person in lead_holders)
    on_behalf = None if is_lead or not lead_holders else stored_id(lead_holders[0].id)
    replaced = current(context.session, ret)
    store_answer(
        context.session, ret, complete_answers, context.now, stored_id(context.person.id), came_from, on_behalf
    )
    context.session.flush()
    tell_if_unchanged(context, ret, complete_answers)
    if replaced is not None:
        tell_whose_answer_was_replaced(context, ret, replaced, complete_answers)
    tell_who_has_it_open(context, ret, replaced)
    status = programme.status
    text = render(
        "messages/stored.md",
        item=context.item(ret),
        status=in_words(status, complete_answers[status.key]),
        on_behalf=context.facts.posts[lead_post_id].name if on_behalf else "",
        rows=[row for row in answer_rows(programme, given) if row.label != status.label],
    )
    parts = (Part(text=text), *since_stored(context, ret, ret.versions))
    return Message(parts=parts, follows=f"stored {ret.id}.{ret.versions}")


def tell_if_unchanged(context: Context, ret: Return, answers: Mapping[str, Any]) -> None:
    """Tell the secretaries of an answer that has been the same too many times running."""
    window, item = context.window(ret), context.item(ret)
    programme = context.programme(window)
    run = unchanged_run(programme, [*history(context.session, stored_id(item.id), window), answers])
    if run >= programme.form.unchanged_warning:
        text = render("messages/unchanged.md", item=item, run=run, programme=programme, window=window)
        tell_secretaries(
            context.session,
            window,
            key=f"unchanged-{ret.id}-{window.revision}",
            kind="unchanged",
            text=lambda _zone: text,
            now=context.now,
            ret=ret,
        )


def press_confirm(context: Context, incoming: Incoming) -> Reply:
    """Store the draft that was read back; where the answer has changed since, open the form instead."""
    ret = open_return(context, incoming.value, Act.ANSWER)
    draft = draft_of(context.session, ret, stored_id(context.person.id))
    if draft is None:
        raise NotPossibleError("no_draft")
    if draft.version != ret.versions:
        return open_form(context, ret)
    if draft.not_taken:
        words, draft.not_taken = draft.not_taken, ""
        return Reply(messages=(context.says("not_taken", words=words), draft_message(context, ret, draft)))
    errors = find_errors(context, ret, draft.answers)
    if errors:
        return Reply(form=answer_form(context, ret, draft.answers, errors=errors))
    return Reply(messages=(store(context, ret, draft.answers, "words"),))


def press_discard(context: Context, incoming: Incoming) -> Reply:
    """Delete the draft."""
    ret = context.ret(incoming.value, Act.ANSWER)
    drop_draft(context.session, ret, stored_id(context.person.id))
    return Reply(messages=(context.says("discarded", ref=context.item(ret).ref),))
