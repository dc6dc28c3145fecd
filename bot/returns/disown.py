"""'Not mine': a lead says that an item is not theirs, and whose it is if they know; secretaries are told at once."""

from remembrancer.bot.core.forms import field, form
from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.people.post_field import chosen_post, post_field
from remembrancer.bot.returns.answer import unanswered_return
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.models import Return, WindowState
from remembrancer.models.message import Choice, Form
from remembrancer.reports.message_items import of_return
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.snooze_choices import next_morning
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.item_ownership import disown
from remembrancer.services.outbox import enqueue
from remembrancer.services.returns import claim_key
from remembrancer.wording import moment, phrase

UNKNOWN = "unknown"


def press_not_mine(context: Context, incoming: Incoming) -> Reply:
    """Open the form that asks whose it is, with what the person said before."""
    ret = unanswered_return(context, incoming.value, Act.DISOWN)
    if ret.disowned_by_id != context.person.id:
        return Reply(form=_form(context, ret))
    return Reply(form=_form(context, ret, str(ret.disowned_to_id or UNKNOWN), ret.disowned_reason or ""))


def submit_not_mine(context: Context, incoming: Incoming) -> Reply:
    """Record the claim, tell the secretaries, and do not remind the person before the next working morning."""
    ret = unanswered_return(context, incoming.value, Act.DISOWN)
    text, reason = incoming.typed("post"), incoming.typed("reason")
    post = chosen_post(context, text, context.item(ret).lead_post_id)
    if post is None and text != UNKNOWN:
        return Reply(form=_form(context, ret, text, reason, phrase("errors.choose_whose")))
    to, ref, by = post.id if post else None, context.item(ret).ref, stored_id(context.person.id)
    if (ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason) == (by, to, reason):
        raise NotPossibleError("said_already", ref=ref)
    window, morning = context.window(ret), next_morning(context.own_time, context.now)
    until = morning if window.state == WindowState.OPEN and morning < window.closes_at else None
    disown(context.session, ret, to, reason, context.now, by, until)
    context.session.flush()
    _tell_secretaries(context, ret)
    if until is None:
        return Reply(messages=(context.says("not_mine", ref=ref),))
    until_text = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("not_mine_until", ref=ref, until=until_text),))


def _tell_secretaries(context: Context, ret: Return) -> None:
    window = context.window(ret)
    for person, because in recipients.secretary(context.facts, ret, context.now):
        enqueue(
            context.session,
            person,
            claim_message(context, ret, decides=because != recipients.Reason.NOBODY_ELSE),
            key=f"{claim_key(ret)}{context.event}-{person.id}",
            kind="disowned",
            because="disowned",
            now=context.now,
            window=window,
            not_before=context.facts.time_of(person).waits_until(context.now, window.late_until),
            expires_at=window.late_until,
            items=[of_return(context.session, ret)],
        )


def _form(context: Context, ret: Return, post: str = "", reason: str = "", error: str = "") -> Form:
    item, unknown = context.item(ret), Choice(key=UNKNOWN, word=phrase("posts.unknown"))
    fields = (
        post_field(context, item.lead_post_id, post, (unknown,), error),
        field("reason", "text", reason, label="fields.few_words", required=False),
    )
    return form("not_mine", ret.id, *fields, submit="send", ref=item.ref)
