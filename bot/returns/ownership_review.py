"""What the secretary decides when a lead says that an item is not theirs: whose it is, or that it stays."""

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people.post_field import chosen_post, post_field
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.cards.post_names import named
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Person, Return
from remembrancer.models.message import Button, Form, FormField, message
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.returns import WANTED
from remembrancer.services.context import Context, NotPossibleError, as_version
from remembrancer.services.item_ownership import keep_lead, reassign
from remembrancer.services.outbox import next_at_work, tell
from remembrancer.wording import listed, render, say


def press_whose(context: Context, incoming: Incoming) -> Reply:
    """Whose it was said to be, again."""
    return Reply(messages=(claim_message(context, _to_decide(context, incoming)),))


def _to_decide(context: Context, incoming: Incoming) -> Return:
    """A return that somebody says is not theirs. Raises NotPossibleError, which says how it was decided."""
    ret = context.ret(incoming.value, Act.REASSIGN)
    must_be_open(context, ret)
    item = context.item(ret)
    if ret.state not in WANTED:
        raise NotPossibleError("claim_void", ref=item.ref)
    if ret.disowned_by_id is None:
        context.session.refresh(item)
        raise NotPossibleError("claim_decided", ref=item.ref, lead=named(context, item.lead_post_id))
    return ret


def _is_another(ret: Return, incoming: Incoming) -> bool:
    """Whether something else has been said since the button was made."""
    return as_version(incoming.value) not in (None, ret.disowned_to_id or 0)


def _said_since(context: Context, ret: Return) -> Reply:
    return Reply(messages=(context.says("claim_changed", ref=context.item(ret).ref), claim_message(context, ret)))


def press_give_to(context: Context, incoming: Incoming) -> Reply:
    """Give it to the post that the lead suggested, in one tap."""
    ret = _to_decide(context, incoming)
    if _is_another(ret, incoming) or ret.disowned_to_id is None:
        return _said_since(context, ret)
    return _give(context, ret, ret.disowned_to_id)


def press_reassign(context: Context, incoming: Incoming) -> Reply:
    ret = _to_decide(context, incoming)
    return _said_since(context, ret) if _is_another(ret, incoming) else Reply(form=_post_form(context, ret))


def submit_reassign(context: Context, incoming: Incoming) -> Reply:
    ret = _to_decide(context, incoming)
    if _is_another(ret, incoming):
        return _said_since(context, ret)
    post = chosen_post(context, str(incoming.fields.get("post") or ""), context.item(ret).lead_post_id)
    if post is None:
        return Reply(form=_post_form(context, ret, say("errors.choose_whose")))
    return _give(context, ret, known(post.id))


def _post_form(context: Context, ret: Return, error: str = "") -> Form:
    item = context.item(ret)
    return Form(
        action="reassign",
        value=f"{ret.id}.{ret.disowned_to_id or 0}",
        title=say("forms.reassign_title", ref=item.ref),
        intro=say("forms.reassign_intro", lead=lead_post(context, ret)),
        fields=(post_field(context, item.lead_post_id, str(ret.disowned_to_id or ""), error=error),),
        submit=say("buttons.save"),
    )


def _give(context: Context, ret: Return, post_id: int) -> Reply:
    """Give the item away: who was asked hears that it is no longer theirs, and the plan asks whoever it is now."""
    by, item = known(ret.disowned_by_id), context.item(ret)
    asked = {known(person.id): person for person, _ in recipients.lead(context.facts, ret, context.now)}
    asked[by] = context.facts.people[by]
    reassign(context.session, ret, post_id, context.now, known(context.person.id))
    context.session.flush()
    now_asked = [person for person, _ in recipients.lead(context.facts, ret, context.now)]
    over = [person for person in asked.values() if all(person.id != other.id for other in now_asked)]
    for person in over:
        _tell(
            context, ret, person, "given_away", render("messages/given_away.md", item=item, to=named(context, post_id))
        )
    vacant = not recipients.holders(context.facts, post_id, context.now)
    name = "given_to_vacant" if vacant else "given_to"
    names = listed(person.name for person in now_asked)
    post = context.facts.posts[post_id].name
    return Reply(messages=(context.says(name, ref=item.ref, post=post, asked=names),))


def press_keep_lead(context: Context, incoming: Incoming) -> Reply:
    ret = _to_decide(context, incoming)
    return _said_since(context, ret) if _is_another(ret, incoming) else Reply(form=_keep_form(context, ret))


def submit_keep_lead(context: Context, incoming: Incoming) -> Reply:
    """It stays: the lead hears why, and is asked again."""
    ret = _to_decide(context, incoming)
    if _is_another(ret, incoming):
        return _said_since(context, ret)
    reason = str(incoming.fields.get("reason") or "").strip()
    if not reason:
        return Reply(form=_keep_form(context, ret, say("errors.why_stays")))
    by, item = context.facts.people[known(ret.disowned_by_id)], context.item(ret)
    keep_lead(context.session, ret, reason, context.now, known(context.person.id))
    text = render(
        "messages/lead_kept.md",
        item=item,
        lead=lead_post(context, ret),
        secretary=context.person,
        reason=reason,
        window=context.window(ret),
        zone=by.time_zone,
    )
    answer = Button(
        action="answer",
        value=str(ret.id),
        label=say("buttons.answer"),
        about=f"{item.ref} {item.title}",
        style="primary",
    )
    _tell(context, ret, by, "lead_kept", text, answer)
    return Reply(messages=(context.says("lead_kept", ref=item.ref, lead=lead_post(context, ret)),))


def _keep_form(context: Context, ret: Return, error: str = "") -> Form:
    return Form(
        action="keep_lead",
        value=f"{ret.id}.{ret.disowned_to_id or 0}",
        title=say("forms.keep_lead_title", ref=context.item(ret).ref),
        intro=say("forms.keep_lead_intro", lead=lead_post(context, ret)),
        fields=(
            FormField(
                key="reason",
                label=say("fields.why_stays"),
                ask=say("fields.why_stays"),
                type="text",
                required=True,
                error=error,
            ),
        ),
        submit=say("buttons.send"),
    )


def _tell(context: Context, ret: Return, person: Person, kind: str, text: str, *buttons: Button) -> None:
    """What was decided, as soon as the person may be told."""
    tell(
        context.session,
        person,
        message(text, buttons=buttons),
        key=f"{kind}-{ret.id}-{context.event}-{person.id}",
        kind=kind,
        because="disowned_decided",
        now=context.now,
        window=context.window(ret),
        not_before=next_at_work(context.session, person, context.now),
    )
