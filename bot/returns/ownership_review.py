"""A secretary decides a 'not mine' claim: the item goes to another post, or stays with its lead."""

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.people.post_field import chosen_post, post_field
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.cards.post_names import post_with_holders
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
    """Show the claim again."""
    return Reply(messages=(claim_message(context, _claimed_return(context, incoming)),))


def _claimed_return(context: Context, incoming: Incoming) -> Return:
    """The return with an undecided claim. Raises NotPossibleError, which says how it was decided."""
    ret = context.ret(incoming.value, Act.REASSIGN)
    must_be_open(context, ret)
    item = context.item(ret)
    if ret.state not in WANTED:
        raise NotPossibleError("claim_void", ref=item.ref)
    if ret.disowned_by_id is None:
        context.session.refresh(item)
        raise NotPossibleError("claim_decided", ref=item.ref, lead=post_with_holders(context, item.lead_post_id))
    return ret


def _is_outdated(ret: Return, incoming: Incoming) -> bool:
    """Whether the claim has changed since the button was made."""
    return as_version(incoming.value) not in (None, ret.disowned_to_id or 0)


def _claim_changed(context: Context, ret: Return) -> Reply:
    """Reply that the claim has changed, with the claim as it is now."""
    return Reply(messages=(context.says("claim_changed", ref=context.item(ret).ref), claim_message(context, ret)))


def press_give_to(context: Context, incoming: Incoming) -> Reply:
    """Give the item to the post that the lead suggested."""
    ret = _claimed_return(context, incoming)
    if _is_outdated(ret, incoming) or ret.disowned_to_id is None:
        return _claim_changed(context, ret)
    return _reassign(context, ret, ret.disowned_to_id)


def press_reassign(context: Context, incoming: Incoming) -> Reply:
    ret = _claimed_return(context, incoming)
    return _claim_changed(context, ret) if _is_outdated(ret, incoming) else Reply(form=_post_form(context, ret))


def submit_reassign(context: Context, incoming: Incoming) -> Reply:
    ret = _claimed_return(context, incoming)
    if _is_outdated(ret, incoming):
        return _claim_changed(context, ret)
    post = chosen_post(context, str(incoming.fields.get("post") or ""), context.item(ret).lead_post_id)
    if post is None:
        return Reply(form=_post_form(context, ret, say("errors.choose_whose")))
    return _reassign(context, ret, known(post.id))


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


def _reassign(context: Context, ret: Return, post_id: int) -> Reply:
    """Give the item to a post, tell those who are no longer asked, and reply with who is asked now."""
    claimant_id, item = known(ret.disowned_by_id), context.item(ret)
    asked = {known(person.id): person for person, _ in recipients.lead(context.facts, ret, context.now)}
    asked[claimant_id] = context.facts.people[claimant_id]
    reassign(context.session, ret, post_id, context.now, known(context.person.id))
    context.session.flush()
    now_asked = [person for person, _ in recipients.lead(context.facts, ret, context.now)]
    no_longer_asked = [person for person in asked.values() if all(person.id != other.id for other in now_asked)]
    for person in no_longer_asked:
        _tell(
            context,
            ret,
            person,
            "given_away",
            render("messages/given_away.md", item=item, to=post_with_holders(context, post_id)),
        )
    vacant = not recipients.holders(context.facts, post_id, context.now)
    name = "given_to_vacant" if vacant else "given_to"
    names = listed(person.name for person in now_asked)
    post = context.facts.posts[post_id].name
    return Reply(messages=(context.says(name, ref=item.ref, post=post, asked=names),))


def press_keep_lead(context: Context, incoming: Incoming) -> Reply:
    ret = _claimed_return(context, incoming)
    return _claim_changed(context, ret) if _is_outdated(ret, incoming) else Reply(form=_keep_form(context, ret))


def submit_keep_lead(context: Context, incoming: Incoming) -> Reply:
    """The item stays with its lead, who is told why and asked again."""
    ret = _claimed_return(context, incoming)
    if _is_outdated(ret, incoming):
        return _claim_changed(context, ret)
    reason = str(incoming.fields.get("reason") or "").strip()
    if not reason:
        return Reply(form=_keep_form(context, ret, say("errors.why_stays")))
    claimant, item = context.facts.people[known(ret.disowned_by_id)], context.item(ret)
    keep_lead(context.session, ret, reason, context.now, known(context.person.id))
    text = render(
        "messages/lead_kept.md",
        item=item,
        lead=lead_post(context, ret),
        secretary=context.person,
        reason=reason,
        window=context.window(ret),
        zone=claimant.time_zone,
    )
    answer_button = Button(
        action="answer",
        value=str(ret.id),
        label=say("buttons.answer"),
        about=f"{item.ref} {item.title}",
        style="primary",
    )
    _tell(context, ret, claimant, "lead_kept", text, answer_button)
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
    """Tell a person what was decided, in their next working hours."""
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


ROUTES: Routes = {
    "press": {
        "whose": press_whose,
        "give_to": press_give_to,
        "reassign": press_reassign,
        "keep_lead": press_keep_lead,
    },
    "submit": {
        "reassign": submit_reassign,
        "keep_lead": submit_keep_lead,
    },
}
