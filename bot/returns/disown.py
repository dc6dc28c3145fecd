"""'Not mine': a lead says that an item is not theirs, and whose it is if they know; secretaries are told at once."""

from datetime import datetime

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.people.post_field import chosen_post, post_field
from remembrancer.bot.returns.answer import must_be_open
from remembrancer.cards.ownership_claim import claim_message
from remembrancer.models import Post, Return, WindowState
from remembrancer.models.message import Choice, Form, FormField
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act
from remembrancer.rules.prompts.returns import WANTED
from remembrancer.rules.prompts.snooze import next_morning
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.services.item_ownership import disown
from remembrancer.services.outbox import tell
from remembrancer.services.returns import claim_key
from remembrancer.wording import moment, say

UNKNOWN = "unknown"


def press_not_mine(context: Context, incoming: Incoming) -> Reply:
    """Open the form that asks whose it is, with what the person said before."""
    ret = _unanswered_return(context, incoming)
    if ret.disowned_by_id != context.person.id:
        return Reply(form=_form(context, ret))
    return Reply(form=_form(context, ret, str(ret.disowned_to_id or UNKNOWN), ret.disowned_reason or ""))


def submit_not_mine(context: Context, incoming: Incoming) -> Reply:
    """Record the claim, tell the secretaries, and do not remind the person before the next working morning."""
    ret = _unanswered_return(context, incoming)
    text, reason = str(incoming.fields.get("post") or ""), str(incoming.fields.get("reason") or "").strip()
    post = chosen_post(context, text, context.item(ret).lead_post_id)
    if post is None and text != UNKNOWN:
        return Reply(form=_form(context, ret, text, reason, say("errors.choose_whose")))
    if _is_repeated(context, ret, post, reason):
        raise NotPossibleError("said_already", ref=context.item(ret).ref)
    until = _next_reminder(context, ret)
    disown(context.session, ret, post.id if post else None, reason, context.now, known(context.person.id), until)
    context.session.flush()
    _tell_secretaries(context, ret)
    ref = context.item(ret).ref
    if until is None:
        return Reply(messages=(context.says("not_mine", ref=ref),))
    until_text = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("not_mine_until", ref=ref, until=until_text),))


def _unanswered_return(context: Context, incoming: Incoming) -> Return:
    """The return, unanswered and open. Raises NotPossibleError otherwise."""
    ret = context.ret(incoming.value, Act.DISOWN)
    must_be_open(context, ret)
    if ret.state not in WANTED:
        raise NotPossibleError("already_answered")
    return ret


def _is_repeated(context: Context, ret: Return, post: Post | None, reason: str) -> bool:
    """Whether the person has made exactly this claim already."""
    to = post.id if post else None
    return (ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason) == (context.person.id, to, reason)


def _next_reminder(context: Context, ret: Return) -> datetime | None:
    """The next working morning; None where the window closes before."""
    window = context.window(ret)
    until = next_morning(context.facts.time, context.now, context.person.time_zone)
    return until if window.state == WindowState.OPEN and until < window.closes_at else None


def _tell_secretaries(context: Context, ret: Return) -> None:
    """Send the claim to the secretaries, who decide it."""
    window = context.window(ret)
    for person, because in recipients.secretary(context.facts, ret, context.now):
        tell(
            context.session,
            person,
            claim_message(context, ret, decides=because != recipients.Because.NOBODY_ELSE),
            key=f"{claim_key(ret)}{context.event}-{person.id}",
            kind="disowned",
            because="disowned",
            now=context.now,
            window=window,
            not_before=context.facts.time.next_in_hours(context.now, person.time_zone),
            expires_at=window.late_until,
        )


def _form(context: Context, ret: Return, post: str = "", reason: str = "", error: str = "") -> Form:
    item = context.item(ret)
    unknown = Choice(key=UNKNOWN, word=say("posts.unknown"))
    return Form(
        action="not_mine",
        value=str(ret.id),
        title=say("forms.not_mine_title", ref=item.ref),
        intro=say("forms.not_mine_intro"),
        fields=(
            post_field(context, item.lead_post_id, post, (unknown,), error),
            FormField(
                key="reason", label=say("fields.few_words"), ask=say("fields.few_words"), type="text", value=reason
            ),
        ),
        submit=say("buttons.send"),
    )


ROUTES: Routes = {
    "press": {
        "not_mine": press_not_mine,
    },
    "submit": {
        "not_mine": submit_not_mine,
    },
}
