"""A secretary names the post that leads an item of a board's forward plan, or none."""

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import PlanForm, press
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.cards.post_names import NO_LEAD
from remembrancer.models import ForwardPlanItem, PlanItemState
from remembrancer.models.message import Form
from remembrancer.services.context import Context, as_id
from remembrancer.services.forward_plan import name_lead


def submit_lead(context: Context, incoming: Incoming) -> Reply:
    """Set the item's lead; its holders are asked from now on."""
    form = PlanForm(context, incoming)
    item, lead = form.chosen_item(_items(form)), incoming.typed("lead")
    post = context.facts.posts.get(as_id(lead))
    wrong = form.with_errors(item=item is None, lead_post=post is None and lead != NO_LEAD)
    if wrong.errors or item is None:
        return Reply(form=_lead_form(wrong))
    name_lead(context.session, item, post, context.now, form.by)
    if post is None:
        return form.reply("plan_unled", title=item.title)
    return form.reply("plan_led", title=item.title, lead=post.name)


def _items(form: PlanForm) -> list[ForwardPlanItem]:
    return [item for item in form.items if item.standing != PlanItemState.WITHDRAWN]


def _lead_form(form: PlanForm) -> Form:
    lead = form.ask("lead", "person", choices=lead_choices(form.context))
    wrong = form.errors.get("lead_post", "")
    return form.build("plan_lead", form.item_field(_items(form)), lead.model_copy(update={"error": wrong}))


ROUTES: Routes = {
    "press": {"plan_lead": press(_lead_form)},
    "submit": {"plan_lead": submit_lead},
}
