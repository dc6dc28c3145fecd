"""'Not mine': somebody who is asked says so, and whose it is if they know. A secretary is told at once, to decide."""

from datetime import datetime

from remembrancer.bot.core.incoming import Incoming, Reply
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
    """Whose it is; what was said already is there to be corrected."""
    ret = _asked_for(context, incoming)
    if ret.disowned_by_id != context.person.id:
        return Reply(form=_form(context, ret))
    return Reply(form=_form(context, ret, str(ret.disowned_to_id or UNKNOWN), ret.disowned_reason or ""))


def submit_not_mine(context: Context, incoming: Incoming) -> Reply:
    """Keep what was said, tell those who decide, and let the person be until the next working morning."""
    ret = _asked_for(context, incoming)
    text, reason = str(incoming.fields.get("post") or ""), str(incoming.fields.get("reason") or "").strip()
    post = chosen_post(context, text, context.item(ret).lead_post_id)
    if post is None and text != UNKNOWN:
        return Reply(form=_form(context, ret, text, reason, say("errors.choose_whose")))
    if _is_said(context, ret, post, reason):
        raise NotPossibleError("said_already", ref=context.item(ret).ref)
    until = _quiet_until(context, ret)
    disown(context.session, ret, post.id if post else None, reason, context.now, known(context.person.id), until)
    context.session.flush()
    _tell_who_decides(context, ret)
    ref = context.item(ret).ref
    if until is None:
        return Reply(messages=(context.says("not_mine", ref=ref),))
    shown = moment(until, context.person.time_zone)
    return Reply(messages=(context.says("not_mine_until", ref=ref, until=shown),))


def _asked_for(context: Context, incoming: Incoming) -> Return:
    ret = context.ret(incoming.value, Act.DISOWN)
    must_be_open(context, ret)
    if ret.state not in WANTED:
        raise NotPossibleError("already_answered")
    return ret


def _is_said(context: Context, ret: Return, post: Post | None, reason: str) -> bool:
    """Whether the person has said just this."""
    to = post.id if post else None
    return (ret.disowned_by_id, ret.disowned_to_id, ret.disowned_reason) == (context.person.id, to, reason)


def _quiet_until(context: Context, ret: Return) -> datetime | None:
    """The next working morning, if the window is still open then."""
    window = context.window(ret)
    until = next_morning(context.facts.time, context.now, context.person.time_zone)
    return until if window.state == WindowState.OPEN and until < window.closes_at else None


def _tell_who_decides(context: Context, ret: Return) -> None:
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
