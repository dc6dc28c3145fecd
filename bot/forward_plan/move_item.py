"""A secretary moves an item to another meeting, or withdraws it: from a meeting, or from the plan."""

from collections.abc import Mapping

from sqlmodel import col

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
from remembrancer.bot.forward_plan.paper_notices import tell_asked
from remembrancer.bot.forward_plan.view import items_at, kept_board, kept_meeting, reply_with_plan
from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting, Placing, PlanStanding
from remembrancer.models.message import Choice, Form
from remembrancer.queries.forward_plan import meetings_of
from remembrancer.queries.papers import papers
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import decide, set_standing
from remembrancer.wording import say


def press_move(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_move_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_move(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    item = items_at(context.session, meeting).get(typed(incoming, "item"))
    coming = {str(each.id): each for each in meetings_of(context.session, known(board.id), context.now)}
    to = coming.get(typed(incoming, "to"))
    reason = typed(incoming, "reason")
    errors = field_errors(item=item is None, to=to is None or to.id == meeting.id, reason=not reason)
    if errors or item is None or to is None:
        return Reply(form=_move_form(context, board, meeting, incoming.value, incoming, errors))
    paper = _paper(context, item, meeting)
    decide(context.session, item, meeting, Fate.MOVED, reason, context.now, known(context.person.id), to)
    update_placings(context, board)
    tell_asked(context, paper, "moved", reason, to)
    return reply_with_plan(context, board, "paper_moved", title=item.title, meeting=meeting_day(context, to))


def _paper(context: Context, item: ForwardPlanItem, meeting: Meeting) -> Paper:
    """The item's paper at the meeting, as it was asked for."""
    where = (col(Placing.plan_item_id) == item.id, col(Placing.meeting_id) == meeting.id)
    return papers(context.session, context.now, *where)[0]


def _move_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    items = items_to_choose(list(items_at(context.session, meeting).values()))
    return plan_form(
        "plan_move",
        value,
        f"{board.name}, {meeting_day(context, meeting)}.",
        plan_field("item", "choice", incoming, errors, choices=items),
        plan_field("to", "choice", incoming, errors, choices=meetings_to_choose(context, board, meeting)),
        plan_field("reason", "text", incoming, errors),
    )


def press_withdraw(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_withdraw_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_withdraw(context: Context, incoming: Incoming) -> Reply:
    """Withdraw the item from this meeting alone, or from the plan."""
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    item = items_at(context.session, meeting).get(typed(incoming, "item"))
    reason, scope = typed(incoming, "reason"), typed(incoming, "scope")
    errors = field_errors(item=item is None, reason=not reason, scope=scope not in ("meeting", "plan"))
    if errors or item is None:
        return Reply(form=_withdraw_form(context, board, meeting, incoming.value, incoming, errors))
    by, paper = known(context.person.id), _paper(context, item, meeting)
    if scope == "plan":
        set_standing(context.session, item, PlanStanding.WITHDRAWN, reason, context.now, by)
    else:
        decide(context.session, item, meeting, Fate.WITHDRAWN, reason, context.now, by)
    update_placings(context, board)
    tell_asked(context, paper, "withdrawn", reason)
    name = "plan_withdrawn" if scope == "plan" else "paper_withdrawn"
    return reply_with_plan(context, board, name, title=item.title, meeting=meeting_day(context, meeting))


def _withdraw_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    items = items_to_choose(list(items_at(context.session, meeting).values()))
    scopes = [Choice(key=key, word=say(f"plan.from_{key}")) for key in ("meeting", "plan")]
    return plan_form(
        "plan_withdraw",
        value,
        f"{board.name}, {meeting_day(context, meeting)}.",
        plan_field("item", "choice", incoming, errors, choices=items),
        plan_field("scope", "choice", incoming, errors, choices=scopes, value="meeting"),
        plan_field("reason", "text", incoming, errors),
    )


ROUTES: Routes = {
    "press": {"plan_move": press_move, "plan_withdraw": press_withdraw},
    "submit": {"plan_move": submit_move, "plan_withdraw": submit_withdraw},
}
