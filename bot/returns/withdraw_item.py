"""A secretary withdraws or suspends an item, prolongs a suspension, or has the item reported on again."""

from collections.abc import Mapping, Sequence

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import permitted
from remembrancer.bot.core.typed_days import typed_day
from remembrancer.bot.returns.answer import open_return
from remembrancer.bot.returns.withdraw_notices import (
    item_counts,
    people_concerned,
    tell_nothing_wanted,
    tell_other_secretaries,
    tell_wanted_again,
)
from remembrancer.cards.item_status_buttons import STANDINGS, report_again_button
from remembrancer.models import Item, ItemState, Return, ReturnState
from remembrancer.models.message import Choice, Form, FormField, InputType, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people.permissions import Act
from remembrancer.services.context import Context, NotPossibleError, as_id
from remembrancer.services.item_status import report_again, set_aside
from remembrancer.wording import phrase, render


def press_set_aside(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_set_aside_form(context, open_return(context, incoming.value, Act.SET_ASIDE), {}))


def submit_set_aside(context: Context, incoming: Incoming) -> Reply:
    """Withdraw or suspend the item, with a reason for the boards, and tell everybody who was asked or answered."""
    ret = open_return(context, incoming.value, Act.SET_ASIDE)
    typed = _typed(incoming)
    errors = _errors(context, typed)
    if errors:
        return Reply(form=_set_aside_form(context, ret, typed, errors))
    item, standing = context.item(ret), ItemState(typed["standing"])
    concerned = people_concerned(context, ret)
    day = typed_day(typed["review_on"], context.today) if standing == ItemState.SUSPENDED else None
    set_aside(context.session, item, standing, typed["reason"], context.now, stored_id(context.person.id), day)
    context.session.flush()
    tell_nothing_wanted(context, ret, concerned)
    tell_other_secretaries(context, item, standing)
    window = context.window(ret)
    counted, programme = item_counts(context, window, item, context.person), context.programme(window)
    text = render("messages/set_aside.md", item=item, ret=ret, counted=counted, programme=programme)
    return Reply(messages=(message(text, buttons=[report_again_button(item)]),))


def _typed(incoming: Incoming) -> dict[str, str]:
    return {name: incoming.typed(name) for name in ("standing", "reason", "review_on")}


def _errors(context: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    review_on = typed_day(typed["review_on"], context.today)
    if typed["standing"] not in STANDINGS:
        errors["standing"] = phrase("errors.choose_standing")
    if not typed["reason"]:
        errors["reason"] = phrase("errors.reason_to_board")
    if typed["standing"] == ItemState.SUSPENDED and (review_on is None or review_on <= context.today):
        errors["review_on"] = phrase("errors.review_on")
    return errors


def _set_aside_form(
    context: Context, ret: Return, values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> Form:
    choices = [Choice(key=each.value, word=phrase(f"standing.{each}")) for each in STANDINGS]
    fields = (
        _field("standing", "standing", "choice", values, errors, choices),
        _field("reason", "reason_to_board", "text", values, errors),
        _field("review_on", "review_on", "date", values, errors).model_copy(update={"required": False}),
    )
    return form("set_aside", ret.id, *fields, ref=context.item(ret).ref)


def _field(
    key: str,
    name: str,
    kind: InputType,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None,
    choices: Sequence[Choice] = (),
) -> FormField:
    return field(key, kind, values.get(key, ""), (errors or {}).get(key, ""), label=f"fields.{name}", choices=choices)


def press_report_again(context: Context, incoming: Incoming) -> Reply:
    item = _item(context, incoming)
    if item.standing == ItemState.REPORTED:
        raise NotPossibleError("reported_already", ref=item.ref)
    report_again(context.session, item, context.now, stored_id(context.person.id))
    context.session.flush()
    tell_wanted_again(context, item)
    tell_other_secretaries(context, item, ItemState.REPORTED)
    return Reply(messages=(context.says("reported_again", ref=item.ref),))


def _item(context: Context, incoming: Incoming) -> Item:
    """The item that a button names, locked. Raises NotPossibleError if there is none, or it is not this secretary's."""
    item = context.session.get(Item, as_id(incoming.value), with_for_update=True, populate_existing=True)
    # A return in no window asks whether the item is this secretary's, whatever window it is in.
    if item is None or not permitted(context, [Return(window_id=0, item_id=stored_id(item.id))], Act.SET_ASIDE):
        raise NotPossibleError("no_such_item")
    return item


def press_keep_suspended(context: Context, incoming: Incoming) -> Reply:
    item = _suspended_item(context, incoming)
    return Reply(form=_keep_form(item, {"reason": item.standing_reason or ""}))


def submit_keep_suspended(context: Context, incoming: Incoming) -> Reply:
    """Prolong the suspension to another day, with a reason for the boards."""
    item = _suspended_item(context, incoming)
    typed = _typed(incoming) | {"standing": ItemState.SUSPENDED}
    errors = _errors(context, typed)
    if errors:
        return Reply(form=_keep_form(item, typed, errors))
    day, by = typed_day(typed["review_on"], context.today), stored_id(context.person.id)
    set_aside(context.session, item, ItemState.SUSPENDED, typed["reason"], context.now, by, day)
    context.session.flush()
    tell_other_secretaries(context, item, ItemState.SUSPENDED)
    text = render("messages/kept_suspended.md", item=item)
    return Reply(messages=(message(text, buttons=[report_again_button(item)]),))


def _suspended_item(context: Context, incoming: Incoming) -> Item:
    """The item if it is suspended. Raises NotPossibleError otherwise."""
    item = _item(context, incoming)
    if item.standing == ItemState.REPORTED:
        raise NotPossibleError("reported_already", ref=item.ref)
    if item.standing == ItemState.WITHDRAWN:
        raise NotPossibleError("set_aside_already", ref=item.ref, state=phrase(f"states.{ReturnState.WITHDRAWN}"))
    return item


def _keep_form(item: Item, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Form:
    fields = (
        _field("reason", "reason_to_board", "text", values, errors),
        _field("review_on", "review_again", "date", values, errors),
    )
    return form("keep_suspended", item.id, *fields, submit="keep_suspended", ref=item.ref)
