"""A secretary adds a new item to a board's forward plan, or an item of the plan to one more meeting."""

from collections.abc import Mapping
from dataclasses import replace

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import PlanForm, meeting_day, press
from remembrancer.bot.forward_plan.view import items_at
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.cards.post_names import NO_LEAD
from remembrancer.models import Fate, ForwardPlanItem, PlanItemState
from remembrancer.models.message import Choice, Form
from remembrancer.rules.facts import stored_id
from remembrancer.rules.forward_plan.recurrence import RecurrenceKind
from remembrancer.services.context import Context, as_id
from remembrancer.services.forward_plan import add_item, decide
from remembrancer.wording import phrase


def submit_add(context: Context, incoming: Incoming) -> Reply:
    """Add a new item at this meeting, or add an item of the plan to this meeting too."""
    form = PlanForm(context, incoming)
    existing, title = form.chosen_item(_addable(form)), incoming.typed("title")
    wrong = form.with_errors(
        title=existing is None and not title,
        recurrence=existing is None and incoming.typed("recurrence") not in RECURRENCES,
    )
    if existing is not None and title:
        wrong = replace(form, errors=dict.fromkeys(("title", "item"), phrase("errors.plan_one_of_two")))
    if wrong.errors:
        return Reply(form=_add_form(wrong))
    item = existing or add_item(context.session, _new_item(form, title), context.now, form.by)
    decide(context.session, item, form.meeting, Fate.ADDED, "", context.now, form.by)
    form.update_placings()
    return form.reply("plan_added", title=item.title, day=meeting_day(context, form.meeting))


RECURRENCES: Mapping[str, tuple[RecurrenceKind, int]] = {
    "one_off": (RecurrenceKind.ONE_OFF, 0),
    "standing": (RecurrenceKind.STANDING, 0),
    "annual": (RecurrenceKind.ANNUAL, 0),
    "months_3": (RecurrenceKind.MONTHS, 3),
    "months_6": (RecurrenceKind.MONTHS, 6),
    "every_other": (RecurrenceKind.EVERY_OTHER, 0),
}


def _new_item(form: PlanForm, title: str) -> ForwardPlanItem:
    kind, months = RECURRENCES[form.incoming.typed("recurrence")]
    return ForwardPlanItem(
        board_id=stored_id(form.board.id),
        key="",
        title=title,
        recurrence=kind,
        months=months,
        lead_post_id=as_id(form.incoming.typed("lead")) or None,
        key_decision=form.incoming.typed("key_decision") == "yes",
        confidential=form.incoming.typed("exempt") == "yes",
        source="chat",
    )


def _add_form(form: PlanForm) -> Form:
    recurrences = [
        Choice(key=key, word=phrase(f"recurrence.{kind}", months=months)) for key, (kind, months) in RECURRENCES.items()
    ]
    yes_no = [Choice(key="no", word=phrase("plan.no")), Choice(key="yes", word=phrase("plan.yes"))]
    addable = _addable(form)
    return form.build_for_meeting(
        "plan_add",
        form.ask("title", "short", required=not addable),
        *([form.item_field(addable, required=False)] if addable else []),
        form.ask("recurrence", "choice", choices=recurrences, value="one_off"),
        form.ask("lead", "person", choices=lead_choices(form.context), value=NO_LEAD),
        form.ask("key_decision", "choice", choices=yes_no, value="no"),
        form.ask("exempt", "choice", choices=yes_no, value="no"),
    )


def _addable(form: PlanForm) -> list[ForwardPlanItem]:
    """The plan's active items that are not at the meeting."""
    at_meeting = {item.id for item in items_at(form.context.session, form.meeting)}
    return [item for item in form.items if item.standing == PlanItemState.ACTIVE and item.id not in at_meeting]


ROUTES: Routes = {
    "press": {"plan_add": press(_add_form)},
    "submit": {"plan_add": submit_add},
}
