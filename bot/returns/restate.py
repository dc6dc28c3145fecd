"""Restating a value of a locked window, with a reason; what boards were told stays on record as it was told."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from remembrancer.bot.core.forms import field
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.name_lookup import find_windows, must_have_opened, no_such_window
from remembrancer.bot.core.target_returns import window_choice
from remembrancer.bot.returns.answer_form import answer_form, read_fields
from remembrancer.models import Board, Item, Return, Window, WindowState
from remembrancer.models.message import Form, Message, Part, message
from remembrancer.queries.organisation import get
from remembrancer.queries.returns import SET_ASIDE, current, was_sent_back
from remembrancer.reports.digests.compose import last_told
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may, may_manage_digest
from remembrancer.rules.programmes.slices import Hearing
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.digests import AT_CLOSE, pending_draft
from remembrancer.services.returns import draft_of, keep_draft, restate
from remembrancer.wording import phrase, render

REASON = "restated_reason"


def restate_command(context: Context, words: Sequence[str]) -> Reply:
    """Handle 'restate 52' by listing the windows, and 'restate 52 2019-20-q1' by opening the form.

    Without a ref, ask for one, with one of the secretary's own items as an example.
    """
    ref = words[0].lstrip("#") if words else None
    found = [
        (ret, item, window)
        for ret, item, window in _restatable(context, ref)
        if len(words) < 2 or window.key.lower() == words[1].lower()
    ]
    if not found:
        return Reply(messages=(_why_nothing(context, ref, words[1] if len(words) > 1 else ""),))
    ret, item, window = found[0]
    if not words:
        return Reply(messages=(context.says("restate_which", ref=item.ref, window=window.key),))
    if len(found) == 1 and len(words) > 1:
        return Reply(form=_form(context, ret, _start(context, ret)))
    head = Part(text=render("messages/restate_which.md"))
    return Reply(messages=(Message(parts=(head, *(window_choice("restate", *each) for each in found))),))


def _why_nothing(context: Context, ref: str | None, named: str) -> Message:
    """Why there is nothing to restate. Raises NotPossibleError where the window that was named is not locked."""
    if ref is None:
        return context.says("nothing_locked")
    if named and _restatable(context, None):
        windows = context.session.exec(select(Window).order_by(col(Window.opens_at), col(Window.id))).all()
        meant = find_windows(windows, named)
        if not meant:
            return message(no_such_window(windows, named))
        must_have_opened(context, meant[0])
        if meant[0].state != WindowState.LOCKED:
            raise NotPossibleError("not_locked")
    return context.says("nothing_to_restate", ref=ref)


def _restatable(context: Context, ref: str | None) -> list[tuple[Return, Item, Window]]:
    """The returns of locked windows, with this ref or any, that this secretary may restate, newest first."""
    query = (
        select(Return, Item, Window)
        .join(Item, col(Item.id) == Return.item_id)
        .join(Window, col(Window.id) == Return.window_id)
        .where(Window.state == WindowState.LOCKED)
        .order_by(col(Window.opens_at).desc(), col(Item.position))
    )
    if ref is not None:
        query = query.where(col(Item.ref).ilike(ref, escape="\\"))
    rows = context.session.exec(query)
    return [row for row in rows if may(context.facts, context.person, Act.RESTATE, row[0], context.now)]


def _locked_return(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.RESTATE)
    if context.window(ret).state != WindowState.LOCKED:
        raise NotPossibleError("not_locked")
    if ret.state in SET_ASIDE:
        raise NotPossibleError("set_aside_already", ref=context.item(ret).ref, state=phrase(f"states.{ret.state}"))
    return ret


def _start(context: Context, ret: Return) -> dict[str, Any]:
    """The answers that the form opens with: the draft, or the current answer."""
    draft, version = draft_of(context.session, ret, stored_id(context.person.id)), current(context.session, ret)
    return dict(draft.answers if draft else version.answers if version else {})


def press_restate(context: Context, incoming: Incoming) -> Reply:
    ret = _locked_return(context, incoming)
    return Reply(form=_form(context, ret, _start(context, ret)))


def change_restate(context: Context, incoming: Incoming) -> Reply:
    ret = _locked_return(context, incoming)
    typed, errors = _read(context, ret, incoming)
    return Reply(form=_form(context, ret, {**_start(context, ret), **typed}, errors, incoming.fields))


def keep_typed(context: Context, incoming: Incoming) -> None:
    """Store what was typed as a draft, before anything else can fail."""
    ret = context.ret(incoming.value, Act.RESTATE)
    typed, _ = _read(context, ret, incoming)
    keep_draft(context.session, ret, stored_id(context.person.id), typed, context.now)


def _read(context: Context, ret: Return, incoming: Incoming) -> tuple[dict[str, Any], dict[str, str]]:
    """The form's answers with the reason, and the sentence for each that cannot be read."""
    answers, errors = read_fields(context.programme(context.window(ret)), incoming.fields)
    return {**answers, REASON: incoming.typed(REASON)}, errors


def submit_restate(context: Context, incoming: Incoming) -> Reply:
    """Store the changed values as a new version; the values that were not touched stay as they are."""
    ret = _locked_return(context, incoming)
    typed, errors = _read(context, ret, incoming)
    version = current(context.session, ret)
    before = version.answers if version else {}
    if not typed[REASON]:
        errors[REASON] = phrase("errors.reason_to_board")
    if errors:
        return Reply(form=_form(context, ret, {**before, **typed}, errors, incoming.fields))
    reason = typed.pop(REASON)
    kinds = {question.key: question.kind for question in context.programme(context.window(ret)).form.questions}
    changed = {key: value for key, value in typed.items() if not kinds[key].is_same(value, before.get(key))}
    if not changed and not (version and was_sent_back(ret, version)):
        raise NotPossibleError("nothing_restated", ref=context.item(ret).ref)
    restate(context.session, ret, {**before, **changed}, reason, context.now, stored_id(context.person.id))
    context.session.flush()
    return Reply(messages=(message(_reply_text(context, ret)),))


def _reply_text(context: Context, ret: Return) -> str:
    """The reply: which boards get an addendum, and which have a draft that takes the value in."""
    item, window = context.item(ret), context.window(ret)
    hearings = recipients.hearings_of(context.facts, item)
    boards: list[tuple[Board, Hearing]] = [(get(context.session, Board, each.board_id), each) for each in hearings]
    last = {board.id: last_told(context.session, window, board, *AT_CLOSE) for board, _ in boards}
    told = [(board, each) for board, each in boards if (digest := last[board.id]) and item.ref in digest.told]
    return render(
        "messages/restated.md",
        item=item,
        window=window,
        told=[board.name for board, _ in told],
        mine=all(may_manage_digest(context.facts, context.person, each, context.now) for _, each in told),
        drafted=context.programme(window).chase.draft_working_hours > 0,
        waits=[board.name for board, _ in boards if pending_draft(context.session, window, board)],
    )


def _form(
    context: Context,
    ret: Return,
    answers: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Form:
    """The answer form with the reason; no question is required, because an old record may be incomplete."""
    form, item, window = answer_form(context, ret, answers, errors, typed=typed), context.item(ret), context.window(ret)
    reason = field(REASON, "text", answers.get(REASON, ""), (errors or {}).get(REASON, ""))
    return form.model_copy(
        update={
            "action": "restate",
            "title": phrase("forms.restate_title", ref=item.ref, window=window.title),
            "intro": phrase("forms.restate_intro"),
            "fields": (reason, *(each.model_copy(update={"required": False}) for each in form.fields)),
            "submit": phrase("buttons.restate"),
        }
    )
