"""A secretary withdraws or suspends an item, prolongs a suspension, or has the item reported on again."""

from collections.abc import Mapping
from typing import Any

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.bot.returns.withdraw_notices import (
    item_counts,
    people_concerned,
    tell_nothing_wanted,
    tell_other_secretaries,
    tell_wanted_again,
)
from remembrancer.cards.item_status_buttons import STANDINGS, report_again_button
from remembrancer.models import Item, Return, ReturnState, Standing
from remembrancer.models.message import Choice, Form, FormField, message
from remembrancer.rules.facts import known
from remembrancer.rules.people.permissions import Act, may
from remembrancer.services.context import Context, NotPossibleError, as_day, as_id
from remembrancer.services.item_status import report_again, set_aside
from remembrancer.wording import render, say


def press_set_aside(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_set_aside_form(context, _open_return(context, incoming), {}))


def _open_return(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.SET_ASIDE)
    must_be_open(context, ret)
    return ret


def submit_set_aside(context: Context, incoming: Incoming) -> Reply:
    """Withdraw or suspend the item, with a reason for the boards, and tell everybody who was asked or answered."""
    ret = _open_return(context, incoming)
    typed = _typed(incoming)
    errors = _errors(context, typed)
    if errors:
        return Reply(form=_set_aside_form(context, ret, typed, errors))
    item, standing = context.item(ret), Standing(typed["standing"])
    concerned = people_concerned(context, ret)
    day = as_day(typed["review_on"]) if standing == Standing.SUSPENDED else None
    set_aside(context.session, item, standing, typed["reason"], context.now, known(context.person.id), day)
    context.session.flush()
    tell_nothing_wanted(context, ret, concerned)
    tell_other_secretaries(context, item, standing)
    window = context.window(ret)
    counted, programme = item_counts(context, window, item, context.person), context.programme(window)
    text = render("messages/set_aside.md", item=item, ret=ret, counted=counted, programme=programme)
    return Reply(messages=(message(text, buttons=[report_again_button(item)]),))


def _typed(incoming: Incoming) -> dict[str, str]:
    return {name: str(incoming.fields.get(name) or "").strip() for name in ("standing", "reason", "review_on")}


def _errors(context: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    review_on = as_day(typed["review_on"])
    if typed["standing"] not in STANDINGS:
        errors["standing"] = say("errors.choose_standing")
    if not typed["reason"]:
        errors["reason"] = say("errors.reason_to_board")
    if typed["standing"] == Standing.SUSPENDED and (review_on is None or review_on <= context.today):
        errors["review_on"] = say("errors.review_on")
    return errors


def _set_aside_form(
    context: Context, ret: Return, values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> Form:
    standing, *others = (
        _field("standing", "standing", "choice", values, errors),
        _field("reason", "reason_to_board", "text", values, errors),
        _field("review_on", "review_on", "date", values, errors, required=False),
    )
    choices = tuple(Choice(key=each.value, word=say(f"standing.{each}")) for each in STANDINGS)
    return Form(
        action="set_aside",
        value=str(ret.id),
        title=say("forms.set_aside_title", ref=context.item(ret).ref),
        intro=say("forms.set_aside_intro"),
        fields=(standing.model_copy(update={"choices": choices}), *others),
        submit=say("buttons.save"),
    )


def _field(
    key: str, name: str, type_: Any, values: Mapping[str, str], errors: Mapping[str, str] | None, required: bool = True
) -> FormField:
    label, error = say(f"fields.{name}"), (errors or {}).get(key, "")
    return FormField(
        key=key, label=label, ask=label, type=type_, value=values.get(key, ""), required=required, error=error
    )


def press_report_again(context: Context, incoming: Incoming) -> Reply:
    item = _item(context, incoming)
    if item.standing == Standing.REPORTED:
        raise NotPossibleError("reported_already", ref=item.ref)
    report_again(context.session, item, context.now, known(context.person.id))
    context.session.flush()
    tell_wanted_again(context, item)
    tell_other_secretaries(context, item, Standing.REPORTED)
    return Reply(messages=(context.says("reported_again", ref=item.ref),))


def _item(context: Context, incoming: Incoming) -> Item:
    """The item that a button names, locked. Raises NotPossibleError if there is none, or it is not this secretary's."""
    item = context.session.get(Item, as_id(incoming.value), with_for_update=True, populate_existing=True)
    if item is None or not _is_managed(context, item):
        raise NotPossibleError("no_such_item")
    return item


def _is_managed(context: Context, item: Item) -> bool:
    """Whether the item is this secretary's, whatever window it is in."""
    return may(context.facts, context.person, Act.SET_ASIDE, Return(window_id=0, item_id=known(item.id)), context.now)


def press_keep_suspended(context: Context, incoming: Incoming) -> Reply:
    item = _suspended_item(context, incoming)
    return Reply(form=_keep_form(item, {"reason": item.standing_reason or ""}))


def submit_keep_suspended(context: Context, incoming: Incoming) -> Reply:
    """Prolong the suspension to another day, with a reason for the boards."""
    item = _suspended_item(context, incoming)
    typed = _typed(incoming) | {"standing": Standing.SUSPENDED}
    errors = _errors(context, typed)
    if errors:
        return Reply(form=_keep_form(item, typed, errors))
    day, by = as_day(typed["review_on"]), known(context.person.id)
    set_aside(context.session, item, Standing.SUSPENDED, typed["reason"], context.now, by, day)
    context.session.flush()
    tell_other_secretaries(context, item, Standing.SUSPENDED)
    text = render("messages/kept_suspended.md", item=item)
    return Reply(messages=(message(text, buttons=[report_again_button(item)]),))


def _suspended_item(context: Context, incoming: Incoming) -> Item:
    """The item if it is suspended. Raises NotPossibleError otherwise."""
    item = _item(context, incoming)
    if item.standing == Standing.REPORTED:
        raise NotPossibleError("reported_already", ref=item.ref)
    if item.standing == Standing.WITHDRAWN:
        raise NotPossibleError("set_aside_already", ref=item.ref, state=say(f"states.{ReturnState.WITHDRAWN}"))
    return item


def _keep_form(item: Item, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Form:
    return Form(
        action="keep_suspended",
        value=str(item.id),
        title=say("forms.keep_suspended_title", ref=item.ref),
        intro=say("forms.keep_suspended_intro"),
        fields=(
            _field("reason", "reason_to_board", "text", values, errors),
            _field("review_on", "review_again", "date", values, errors),
        ),
        submit=say("buttons.keep_suspended"),
    )


ROUTES: Routes = {
    "press": {
        "set_aside": press_set_aside,
        "report_again": press_report_again,
        "keep_suspended": press_keep_suspended,
    },
    "submit": {
        "set_aside": submit_set_aside,
        "keep_suspended": submit_keep_suspended,
    },
}
