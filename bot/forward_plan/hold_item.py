"""A secretary puts an item on hold, resumes it, or gives a waiting item its meeting."""

from collections.abc import Callable, Mapping

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import (
    field_errors,
    items_to_choose,
    meeting_day,
    meetings_to_choose,
    plan_field,
    plan_form,
    typed,
    update_placings,
)
from remembrancer.bot.forward_plan.view import kept_board, reply_with_plan
from remembrancer.models import Board, Fate, ForwardPlanItem, PlanStanding
from remembrancer.models.message import Form
from remembrancer.queries.forward_plan import items_of, meetings_of
from remembrancer.rules.facts import known
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import decide, set_standing


def press_hold(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_hold", _is_active))


def submit_hold(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    item = _chosen_item(context, board, incoming, _is_active)
    reason = typed(incoming, "reason")
    errors = field_errors(item=item is None, reason=not reason)
    if errors or item is None:
        return Reply(form=_item_form(context, incoming.value, "plan_hold", _is_active, incoming, errors))
    set_standing(context.session, item, PlanStanding.ON_HOLD, reason, context.now, known(context.person.id))
    update_placings(context, board)
    return reply_with_plan(context, board, "plan_held", title=item.title)


def press_resume(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_resume", _is_on_hold))


def submit_resume(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    item = _chosen_item(context, board, incoming, _is_on_hold)
    if item is None:
        return Reply(
            form=_item_form(context, incoming.value, "plan_resume", _is_on_hold, incoming, field_errors(item=True))
        )
    set_standing(context.session, item, PlanStanding.ACTIVE, "", context.now, known(context.person.id))
    update_placings(context, board)
    return reply_with_plan(context, board, "plan_resumed", title=item.title)


def press_place(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_item_form(context, incoming.value, "plan_place", _is_active))


def submit_place(context: Context, incoming: Incoming) -> Reply:
    """Place a waiting item at a meeting."""
    board = kept_board(context, incoming.value)
    item = _chosen_item(context, board, incoming, _is_active)
    coming = {str(each.id): each for each in meetings_of(context.session, known(board.id), context.now)}
    to = coming.get(typed(incoming, "to"))
    errors = field_errors(item=item is None, to=to is None)
    if errors or item is None or to is None:
        return Reply(form=_item_form(context, incoming.value, "plan_place", _is_active, incoming, errors))
    decide(context.session, item, to, Fate.ADDED, "", context.now, known(context.person.id))
    update_placings(context, board)
    return reply_with_plan(context, board, "plan_added", title=item.title, day=meeting_day(context, to))


def _is_active(item: ForwardPlanItem) -> bool:
    return item.standing == PlanStanding.ACTIVE


def _is_on_hold(item: ForwardPlanItem) -> bool:
    return item.standing == PlanStanding.ON_HOLD


def _chosen_item(
    context: Context, board: Board, incoming: Incoming, is_offered: Callable[[ForwardPlanItem], bool]
) -> ForwardPlanItem | None:
    items = items_of(context.session, known(board.id))
    return next((item for item in items if is_offered(item) and str(item.id) == typed(incoming, "item")), None)


def _item_form(
    context: Context,
    value: str,
    name: str,
    is_offered: Callable[[ForwardPlanItem], bool],
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The form that asks for an item, and for what the action needs beside it."""
    board, errors = kept_board(context, value), errors or {}
    items = items_to_choose([item for item in items_of(context.session, known(board.id)) if is_offered(item)])
    fields = [plan_field("item", "choice", incoming, errors, choices=items)]
    if name == "plan_hold":
        fields.append(plan_field("reason", "text", incoming, errors))
    if name == "plan_place":
        fields.append(plan_field("to", "choice", incoming, errors, choices=meetings_to_choose(context, board)))
    return plan_form(name, value, f"{board.name}.", *fields)


ROUTES: Routes = {
    "press": {"plan_hold": press_hold, "plan_resume": press_resume, "plan_place": press_place},
    "submit": {"plan_hold": submit_hold, "plan_resume": submit_resume, "plan_place": submit_place},
}
