"""A secretary decides a 'not mine' claim: the item goes to another post, or stays with its lead."""

from collections.abc import Callable
from datetime import datetime

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Handler, Incoming, Reply
from remembrancer.bot.people.post_field import chosen_post, post_field
from remembrancer.bot.returns.answer import open_return
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Person, Return
from remembrancer.models.message import Button, Form, message
from remembrancer.reports.message_items import of_return
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.prompts.chase import WANTED, named_deadline
from remembrancer.services.context import Context, NotPossibleError, as_version
from remembrancer.services.item_ownership import keep_lead, reassign
from remembrancer.services.outbox import enqueue, next_reachable
from remembrancer.wording import listed, phrase, render


def press_whose(context: Context, incoming: Incoming) -> Reply:
    """Show the claim again."""
    return Reply(messages=(claim_message(context, _claimed_return(context, incoming)),))


def _claimed_return(context: Context, incoming: Incoming) -> Return:
    """The return with an undecided claim. Raises NotPossibleError, which says how it was decided."""
    ret = open_return(context, incoming.value, Act.REASSIGN)
    item = context.item(ret)
    if ret.state not in WANTED:
        raise NotPossibleError("claim_void", ref=item.ref)
    if ret.disowned_by_id is None:
        context.session.refresh(item)
        raise NotPossibleError("claim_decided", ref=item.ref, lead=post_with_holders(context, item.lead_post_id))
    return ret


def _on_claim(decide: Callable[[Context, Return, Incoming], Reply]) -> Handler:
    """A handler that decides a claim; if the claim has changed since the button was made, it shows the claim again."""

    def handle(context: Context, incoming: Incoming) -> Reply:
        ret = _claimed_return(context, incoming)
        is_current = as_version(incoming.value) in (None, ret.disowned_to_id or 0)
        return decide(context, ret, incoming) if is_current else _claim_changed(context, ret)

    return handle


def _claim_changed(context: Context, ret: Return) -> Reply:
    """Reply that the claim has changed, with the claim as it is now."""
    return Reply(messages=(context.says("claim_changed", ref=context.item(ret).ref), claim_message(context, ret)))


@_on_claim
def press_give_to(context: Context, ret: Return, _incoming: Incoming) -> Reply:
    """Give the item to the post that the lead suggested."""
    return _reassign(context, ret, ret.disowned_to_id) if ret.disowned_to_id else _claim_changed(context, ret)


@_on_claim
def press_reassign(context: Context, ret: Return, _incoming: Incoming) -> Reply:
    return Reply(form=_post_form(context, ret))


@_on_claim
def submit_reassign(context: Context, ret: Return, incoming: Incoming) -> Reply:
    post = chosen_post(context, incoming.typed("post"), context.item(ret).lead_post_id)
    if post is None:
        return Reply(form=_post_form(context, ret, phrase("errors.choose_whose")))
    return _reassign(context, ret, stored_id(post.id))


def _post_form(context: Context, ret: Return, error: str = "") -> Form:
    suggested, item = ret.disowned_to_id or 0, context.item(ret)
    post = post_field(context, item.lead_post_id, str(suggested or ""), error=error)
    return form("reassign", f"{ret.id}.{suggested}", post, ref=item.ref, lead=lead_post(context, ret))


def _reassign(context: Context, ret: Return, post_id: int) -> Reply:
    """Give the item to a post, tell those who are no longer asked, and reply with who is asked now."""
    claimant_id, item = stored_id(ret.disowned_by_id), context.item(ret)
    asked = {stored_id(person.id): person for person, _ in recipients.lead(context.facts, ret, context.now)}
    asked[claimant_id] = context.facts.people[claimant_id]
    reassign(context.session, ret, post_id, context.now, stored_id(context.person.id))
    context.session.flush()
    now_asked = [person for person, _ in recipients.lead(context.facts, ret, context.now)]
    no_longer_asked = [person for person in asked.values() if all(person.id != other.id for other in now_asked)]
    text = render("messages/given_away.md", item=item, to=post_with_holders(context, post_id))
    for person in no_longer_asked:
        _tell(context, ret, person, "given_away", text)
    vacant = not recipients.holders(context.facts, post_id, context.now)
    name = "given_to_vacant" if vacant else "given_to"
    names = listed(person.name for person in now_asked)
    post = context.facts.posts[post_id].name
    return Reply(messages=(context.says(name, ref=item.ref, post=post, asked=names),))


@_on_claim
def press_keep_lead(context: Context, ret: Return, _incoming: Incoming) -> Reply:
    return Reply(form=_keep_form(context, ret))


@_on_claim
def submit_keep_lead(context: Context, ret: Return, incoming: Incoming) -> Reply:
    """The item stays with its lead, who is told why and asked again."""
    reason = incoming.typed("reason")
    if not reason:
        return Reply(form=_keep_form(context, ret, phrase("errors.why_stays")))
    claimant, item, window = context.facts.people[stored_id(ret.disowned_by_id)], context.item(ret), context.window(ret)
    keep_lead(context.session, ret, reason, context.now, stored_id(context.person.id))
    text = render(
        "messages/lead_kept.md",
        item=item,
        lead=lead_post(context, ret),
        secretary=context.person,
        reason=reason,
        window=window,
        zone=claimant.time_zone,
    )
    about, label = f"{item.ref} {item.title}", phrase("buttons.answer")
    button = Button(action="answer", value=str(ret.id), label=label, about=about, style="primary")
    due = named_deadline(window, "lead", Reason.LEADS, context.now)
    _tell(context, ret, claimant, "lead_kept", text, button, due=due)
    return Reply(messages=(context.says("lead_kept", ref=item.ref, lead=lead_post(context, ret)),))


def _keep_form(context: Context, ret: Return, error: str = "") -> Form:
    value, ref, lead = f"{ret.id}.{ret.disowned_to_id or 0}", context.item(ret).ref, lead_post(context, ret)
    reason = field("reason", "text", error=error, label="fields.why_stays")
    return form("keep_lead", value, reason, submit="send", ref=ref, lead=lead)


def _tell(
    context: Context,
    ret: Return,
    person: Person,
    kind: str,
    text: str,
    *buttons: Button,
    due: datetime | None = None,
) -> None:
    """Tell a person what was decided, in their next working hours; `due` is the deadline that the text names."""
    enqueue(
        context.session,
        person,
        message(text, buttons=buttons),
        key=f"{kind}-{ret.id}-{context.event}-{person.id}",
        kind=kind,
        because="disowned_decided",
        now=context.now,
        window=context.window(ret),
        not_before=next_reachable(context.session, person, context.now),
        items=[of_return(context.session, ret, due)],
    )
