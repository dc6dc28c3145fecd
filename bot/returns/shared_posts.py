"""The returns of a shared post for which another member is asked first."""

from remembrancer.models import Return
from remembrancer.models.message import Message, message
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.rules.prompts.returns import RUNNING, WANTED
from remembrancer.services.context import Context, reply_key
from remembrancer.services.outbox import tell
from remembrancer.wording import escape, say


def shared_returns_message(context: Context) -> Message | None:
    """The message on unanswered returns of shared posts for which another member is asked; None if there are none."""
    found = [
        (ret, asked[0][0].name)
        for window in context.facts.windows
        if window.state in RUNNING
        for ret in context.facts.returns.get(known(window.id), ())
        if ret.state in WANTED
        and _is_member(context, ret)
        and (asked := recipients.lead(context.facts, ret, context.now))
        and all(person.id != context.person.id for person, _ in asked)
    ]
    if not found:
        return None
    items = [
        say("people.also_one", ref=escape(context.facts.items[ret.item_id].ref), name=escape(name))
        for ret, name in found
    ]
    return message(say("people.also_yours", items="; ".join(items)))


def _is_member(context: Context, ret: Return) -> bool:
    """Whether the person shares the post that leads the return."""
    members = recipients.holders(context.facts, context.facts.items[ret.item_id].lead_post_id, context.now)
    return len(members) > 1 and any(person.id == context.person.id for person in members)


def send_below(context: Context, content: Message) -> None:
    """Send a message of its own below the card that answers the same command."""
    tell(
        context.session,
        context.person,
        content,
        key=reply_key(known(context.person.id), context.event, "also"),
        kind="reply",
        because="reply",
        now=context.now,
        immediate=True,
    )
