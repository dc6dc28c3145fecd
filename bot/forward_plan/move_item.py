"""A secretary moves an item to another meeting, or withdraws it: from a meeting, or from the plan."""

from sqlmodel import col

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import PlanForm, meeting_day, press
from remembrancer.bot.forward_plan.paper_notices import tell_asked
from remembrancer.bot.forward_plan.view import items_at
from remembrancer.models import Fate, ForwardPlanItem, Placing, PlanItemState
from remembrancer.models.message import Choice, Form
from remembrancer.queries.papers import papers
from remembrancer.rules.forward_plan.papers import Paper
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import decide, set_status
from remembrancer.wording import phrase


def submit_move(context: Context, incoming: Incoming) -> Reply:
    form = PlanForm(context, incoming)
    item, to = form.chosen_item(items_at(context.session, form.meeting)), form.chosen_meeting(form.coming_meetings)
    reason = incoming.typed("reason")
    wrong = form.with_errors(item=item is None, to=to is None or to.id == form.meeting.id, reason=not reason)
    if wrong.errors or item is None or to is None:
        return Reply(form=_move_form(wrong))
    paper = _paper(form, item)
    decide(context.session, item, form.meeting, Fate.MOVED, reason, context.now, form.by, to)
    form.update_placings()
    tell_asked(context, paper, "moved", reason, to)
    return form.reply("paper_moved", title=item.title, meeting=meeting_day(context, to))


def _paper(form: PlanForm, item: ForwardPlanItem) -> Paper:
    """The item's paper at the meeting, as it was asked for."""
    where = (col(Placing.plan_item_id) == item.id, col(Placing.meeting_id) == form.meeting.id)
    return papers(form.context.session, form.context.now, *where)[0]


def _move_form(form: PlanForm) -> Form:
    return form.build_for_meeting(
        "plan_move",
        form.item_field(items_at(form.context.session, form.meeting)),
        form.meeting_field("to", [each for each in form.coming_meetings if each.id != form.meeting.id]),
        form.ask("reason", "text"),
    )


def submit_withdraw(context: Context, incoming: Incoming) -> Reply:
    """Withdraw the item from this meeting alone, or from the plan."""
    form = PlanForm(context, incoming)
    item = form.chosen_item(items_at(context.session, form.meeting))
    reason, scope = incoming.typed("reason"), incoming.typed("scope")
    wrong = form.with_errors(item=item is None, reason=not reason, scope=scope not in ("meeting", "plan"))
    if wrong.errors or item is None:
        return Reply(form=_withdraw_form(wrong))
    paper = _paper(form, item)
    if scope == "plan":
        set_status(context.session, item, PlanItemState.WITHDRAWN, reason, context.now, form.by)
    else:
        decide(context.session, item, form.meeting, Fate.WITHDRAWN, reason, context.now, form.by)
    form.update_placings()
    tell_asked(context, paper, "withdrawn", reason)
    name = "plan_withdrawn" if scope == "plan" else "paper_withdrawn"
    return form.reply(name, title=item.title, meeting=meeting_day(context, form.meeting))


def _withdraw_form(form: PlanForm) -> Form:
    scopes = [Choice(key=key, word=phrase(f"plan.from_{key}")) for key in ("meeting", "plan")]
    return form.build_for_meeting(
        "plan_withdraw",
        form.item_field(items_at(form.context.session, form.meeting)),
        form.ask("scope", "choice", choices=scopes, value="meeting"),
        form.ask("reason", "text"),
    )


ROUTES: Routes = {
    "press": {"plan_move": press(_move_form), "plan_withdraw": press(_withdraw_form)},
    "submit": {"plan_move": submit_move, "plan_withdraw": submit_withdraw},
}
