"""The card of a 'not mine' claim, with its buttons."""

from collections.abc import Iterator

from remembrancer.cards.post_names import post_with_holders
from remembrancer.cards.stored_answer import lead_post
from remembrancer.models import Item, Person, Return
from remembrancer.models.message import Button, Message, Part, message
from remembrancer.rules.people import recipients
from remembrancer.services.context import Context
from remembrancer.wording import render, say


def claim_message(context: Context, ret: Return, decides: bool = True) -> Message:
    """Who claims that the item is not theirs, and whose it may be; with buttons where the reader decides."""
    item = context.item(ret)
    suggested_id = ret.disowned_to_id
    text = render(
        "messages/claim.md",
        item=item,
        programme=context.programme(context.window(ret)),
        window=context.window(ret),
        by=context.session.get_one(Person, ret.disowned_by_id),
        suggested=post_with_holders(context, suggested_id) if suggested_id is not None else "",
        vacant=suggested_id is not None and not recipients.holders(context.facts, suggested_id, context.now),
        lead=lead_post(context, ret),
        reason=ret.disowned_reason or "",
        decides=decides,
    )
    if not decides:
        return message(text)
    actions = Part(text=say("cards.undecided"), buttons=tuple(_buttons(context, ret, item)))
    return Message(parts=(Part(text=text), actions), follows=f"claim {ret.id}")


def _buttons(context: Context, ret: Return, item: Item) -> Iterator[Button]:
    """The buttons; their value holds the suggested post, so that a button of an older claim is noticed."""
    labels = {"reassign": say("buttons.reassign"), "keep_lead": say("buttons.keep_lead", post=lead_post(context, ret))}
    if ret.disowned_to_id is not None:
        labels = {"give_to": say("buttons.give_to", post=context.facts.posts[ret.disowned_to_id].name), **labels}
    value, about = f"{ret.id}.{ret.disowned_to_id or 0}", f"{item.ref} {item.title}"
    for n, (action, label) in enumerate(labels.items()):
        yield Button(action=action, value=value, label=label, about=about, style="" if n else "primary")
