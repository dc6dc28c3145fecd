"""A secretary adds a new item to a board's forward plan, or an item of the plan to one more meeting."""

from collections.abc import Mapping

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import (
    field_errors,
    items_to_choose,
    meeting_day,
    plan_field,
    plan_form,
    typed,
    update_placings,
)
from remembrancer.bot.forward_plan.view import items_at, kept_board, kept_meeting, reply_with_plan
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.cards.post_names import NO_LEAD
from remembrancer.models import Board, Fate, ForwardPlanItem, Meeting, PlanStanding
from remembrancer.models.message import Choice, Form
from remembrancer.queries.forward_plan import items_of
from remembrancer.rules.facts import known
from remembrancer.rules.forward_plan.recurrence import RecurrenceKind
from remembrancer.services.context import Context, as_id
from remembrancer.services.forward_plan import add_item, decide
from remembrancer.wording import say


def press_add(context: Context, incoming: Incoming) -> Reply:
    board = kept_board(context, incoming.value)
    return Reply(form=_add_form(context, board, kept_meeting(context, board, incoming.value), incoming.value))


def submit_add(context: Context, incoming: Incoming) -> Reply:
    """Add a new item at this meeting, or add an item of the plan to this meeting too."""
    board = kept_board(context, incoming.value)
    meeting = kept_meeting(context, board, incoming.value)
    existing = next((i for i in _addable(context, board, meeting) if str(i.id) == typed(incoming, "item")), None)
    title, recurrence = typed(incoming, "title"), typed(incoming, "recurrence")
    errors = field_errors(
        title=existing is None and not title,
        recurrence=existing is None and recurrence not in RECURRENCES,
    )
    if existing is not None and title:
        errors = dict.fromkeys(("title", "item"), say("errors.plan_one_of_two"))
    if errors:
        return Reply(form=_add_form(context, board, meeting, incoming.value, incoming, errors))
    item = existing or add_item(
        context.session, _new_item(incoming, board, title), context.now, known(context.person.id)
    )
    decide(context.session, item, meeting, Fate.ADDED, "", context.now, known(context.person.id))
    update_placings(context, board)
    return reply_with_plan(context, board, "plan_added", title=item.title, day=meeting_day(context, meeting))


RECURRENCES: Mapping[str, tuple[RecurrenceKind, int]] = {
    "one_off": (RecurrenceKind.ONE_OFF, 0),
    "standing": (RecurrenceKind.STANDING, 0),
    "annual": (RecurrenceKind.ANNUAL, 0),
    "months_3": (RecurrenceKind.MONTHS, 3),
    "months_6": (RecurrenceKind.MONTHS, 6),
    "every_other": (RecurrenceKind.EVERY_OTHER, 0),
}


def _new_item(incoming: Incoming, board: Board, title: str) -> ForwardPlanItem:
    kind, months = RECURRENCES[typed(incoming, "recurrence")]
    lead = as_id(typed(incoming, "lead"))
    return ForwardPlanItem(
        board_id=known(board.id),
        key="",
        title=title,
        recurrence=kind,
        months=months,
        lead_post_id=lead or None,
        key_decision=typed(incoming, "key_decision") == "yes",
        confidential=typed(incoming, "exempt") == "yes",
        source="chat",
    )


def _add_form(
    context: Context,
    board: Board,
    meeting: Meeting,
    value: str,
    incoming: Incoming | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    errors = errors or {}
    recurrences = [
        Choice(key=key, word=say(f"recurrence.{kind}", months=months)) for key, (kind, months) in RECURRENCES.items()
    ]
    yes_no = [Choice(key="no", word=say("plan.no")), Choice(key="yes", word=say("plan.yes"))]
    addable = _addable(context, board, meeting)
    fields = [plan_field("title", "short", incoming, errors, required=not addable)]
    if addable:
        fields.append(plan_field("item", "choice", incoming, errors, choices=items_to_choose(addable), required=False))
    fields += [
        plan_field("recurrence", "choice", incoming, errors, choices=recurrences, value="one_off"),
        plan_field("lead", "person", incoming, errors, choices=lead_choices(context), value=NO_LEAD),
        plan_field("key_decision", "choice", incoming, errors, choices=yes_no, value="no"),
        plan_field("exempt", "choice", incoming, errors, choices=yes_no, value="no"),
    ]
    return plan_form("plan_add", value, f"{board.name}, {meeting_day(context, meeting)}.", *fields)


def _addable(context: Context, board: Board, meeting: Meeting) -> list[ForwardPlanItem]:
    """The plan's active items that are not at the meeting."""
    at_meeting = items_at(context.session, meeting)
    items = items_of(context.session, known(board.id))
    return [item for item in items if item.standing == PlanStanding.ACTIVE and str(item.id) not in at_meeting]


ROUTES: Routes = {
    "press": {"plan_add": press_add},
    "submit": {"plan_add": submit_add},
}
