"""A secretary names the post that leads an item of a board's forward plan, or none."""

from collections.abc import Mapping

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.forward_plan.forms import field_errors, items_to_choose, plan_field, plan_form, typed
from remembrancer.bot.forward_plan.view import kept_board, reply_with_plan
from remembrancer.bot.people.post_field import lead_choices
from remembrancer.cards.post_names import NO_LEAD
from remembrancer.models import ForwardPlanItem, PlanStanding
from remembrancer.models.message import Form
from remembrancer.queries.forward_plan import items_of
from remembrancer.rules.facts import known
from remembrancer.services.context import Context, as_id
from remembrancer.services.forward_plan import name_lead


def press_lead(context: Context, incoming: Incoming) -> Reply:
    return Reply(form=_form(context, incoming.value))


def submit_lead(context: Context, incoming: Incoming) -> Reply:
    """Set the item's lead; its holders are asked from now on."""
    board, lead = kept_board(context, incoming.value), typed(incoming, "lead")
    item = next((i for i in _items(context, incoming.value) if str(i.id) == typed(incoming, "item")), None)
    post = context.facts.posts.get(as_id(lead))
    errors = field_errors(item=item is None, lead_post=post is None and lead != NO_LEAD)
    if errors or item is None:
        return Reply(form=_form(context, incoming.value, incoming, errors))
    name_lead(context.session, item, post, context.now, known(context.person.id))
    if post is None:
        return reply_with_plan(context, board, "plan_unled", title=item.title)
    return reply_with_plan(context, board, "plan_led", title=item.title, lead=post.name)


def _items(context: Context, value: str) -> list[ForwardPlanItem]:
    items = items_of(context.session, known(kept_board(context, value).id))
    return [item for item in items if item.standing != PlanStanding.WITHDRAWN]


def _form(
    context: Context, value: str, incoming: Incoming | None = None, errors: Mapping[str, str] | None = None
) -> Form:
    errors = errors or {}
    items, leads = items_to_choose(_items(context, value)), lead_choices(context)
    wrong_lead = {"lead": errors["lead_post"]} if "lead_post" in errors else {}
    return plan_form(
        "plan_lead",
        value,
        f"{kept_board(context, value).name}.",
        plan_field("item", "choice", incoming, errors, choices=items),
        plan_field("lead", "person", incoming, wrong_lead, choices=leads),
    )


ROUTES: Routes = {
    "press": {"plan_lead": press_lead},
    "submit": {"plan_lead": submit_lead},
}
