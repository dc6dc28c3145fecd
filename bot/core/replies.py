"""Puts replies into the outbox."""

from collections.abc import Sequence

from remembrancer.models import Digest
from remembrancer.models.message import Message, MessageItem
from remembrancer.rules.facts import stored_id
from remembrancer.services.context import Context, reply_key
from remembrancer.services.outbox import enqueue


def enqueue_reply(
    context: Context,
    content: Message,
    part: str,
    digest: Digest | None = None,
    showing: str | None = None,
    items: Sequence[MessageItem] = (),
) -> None:
    """Put one part of the reply to an event into the outbox; neither a pause nor a pilot holds a reply back."""
    enqueue(
        context.session,
        context.person,
        content,
        key=reply_key(stored_id(context.person.id), context.event, part),
        kind="reply",
        because="reply",
        now=context.now,
        digest=digest,
        immediate=True,
        showing=showing,
        items=items,
    )
