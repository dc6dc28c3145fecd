"""A secretary puts an item on hold, resumes it, or gives a waiting item its meeting."""

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import PlanForm, meeting_day, press
from remembrancer.models import Fate, ForwardPlanItem, PlanItemState
from remembrancer.models.message import Form
from remembrancer.services.context import Context
from remembrancer.services.forward_plan import decide, set_status


def submit_hold(context: Context, incoming: Incoming) -> Reply:
    form = PlanForm(context, incoming)
    item, reason = form.chosen_item(_in_state(form, PlanItemState.ACTIVE)), incoming.typed("reason")
    wrong = form.with_errors(item=item is None, reason=not reason)
    if wrong.errors or item is None:
        return Reply(form=_hold_form(wrong))
    set_status(context.session, item, PlanItemState.ON_HOLD, reason, context.now, form.by)
    form.update_placings()
    return form.reply("plan_held", title=item.title)


def _hold_form(form: PlanForm) -> Form:
    items = form.item_field(_in_state(form, PlanItemState.ACTIVE))
    return form.build("plan_hold", items, form.ask("reason", "text"))


def submit_resume(context: Context, incoming: Incoming) -> Reply:
    form = PlanForm(context, incoming)
    item = form.chosen_item(_in_state(form, PlanItemState.ON_HOLD))
    if item is None:
        return Reply(form=_resume_form(form.with_errors(item=True)))
    set_status(context.session, item, PlanItemState.ACTIVE, "", context.now, form.by)
    form.update_placings()
    return form.reply("plan_resumed", title=item.title)


def _resume_form(form: PlanForm) -> Form:
    return form.build("plan_resume", form.item_field(_in_state(form, PlanItemState.ON_HOLD)))


def submit_place(context: Context, incoming: Incoming) -> Reply:
    """Place a waiting item at a meeting."""
    form = PlanForm(context, incoming)
    item = form.chosen_item(_in_state(form, PlanItemState.ACTIVE))
    to = form.chosen_meeting(form.coming_meetings)
    wrong = form.with_errors(item=item is None, to=to is None)
    if wrong.errors or item is None or to is None:
        return Reply(form=_place_form(wrong))
    decide(context.session, item, to, Fate.ADDED, "", context.now, form.by)
    form.update_placings()
    return form.reply("plan_added", title=item.title, day=meeting_day(context, to))


def _place_form(form: PlanForm) -> Form:
    items = form.item_field(_in_state(form, PlanItemState.ACTIVE))
    return form.build("plan_place", items, form.meeting_field("to", form.coming_meetings))


def _in_state(form: PlanForm, state: PlanItemState) -> list[ForwardPlanItem]:
    return [item for item in form.items if item.standing == state]


ROUTES: Routes = {
    "press": {"plan_hold": press(_hold_form), "plan_resume": press(_resume_form), "plan_place": press(_place_form)},
    "submit": {"plan_hold": submit_hold, "plan_resume": submit_resume, "plan_place": submit_place},
}
