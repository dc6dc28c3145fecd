"""Who reads an answer, by name: boards, their secretaries, the line above the lead, and who may answer too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply
from remembrancer.bot.core.target_returns import (
    answerable,
    choose_return,
    lead_sentences,
    nothing_wanted_message,
    own_answered,
    previously_asked,
    previously_asked_permitted,
)
from remembrancer.bot.returns.history import items_of
from remembrancer.cards.prompts.return_prompts import own_returns
from remembrancer.models import Board, Item, Person, Return
from remembrancer.models.message import Message, Part, message
from remembrancer.rules.facts import stored_id
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import phrase, render


class Readers(NamedTuple):
    """Boards (name, channel), and the names of secretaries, of the line above, and of those who may answer."""

    boards: tuple[tuple[str, str], ...]
    secretaries: tuple[str, ...]
    line: tuple[str, ...]
    answer: tuple[str, ...]


def text_readers(context: Context, _incoming: Incoming, said: Mapping[str, Any]) -> Reply:
    """Handle 'who reads this': for the returns that the person is asked for, or for the one that is named."""
    if said["ref"]:
        one = choose_return(context, said["ref"], answerable(context, Act.SEE))
        return Reply(messages=(one if isinstance(one, Message) else _message(context, [one]),))
    wanted = own_returns(context) or previously_asked_permitted(context, Act.SEE) or own_answered(context)
    if wanted:
        return Reply(messages=(_message(context, wanted),))
    moved = previously_asked(context)
    if moved:
        return Reply(messages=(message(phrase("replies.not_yours_to_read", leads=lead_sentences(context, moved))),))
    return Reply(messages=(nothing_wanted_message(context),))


def press_readers(context: Context, incoming: Incoming) -> Reply:
    """Show the readers of the returns that the button names and the person may see."""
    item_ids = {stored_id(item.id) for item in items_of(context, incoming.value)}
    rets = [ret for ret in answerable(context, Act.SEE) if ret.item_id in item_ids]
    if not rets:
        raise NotPossibleError("no_such_item")
    return Reply(messages=(_message(context, rets),))


def _message(context: Context, rets: Sequence[Return]) -> Message:
    """One part for each group of items with the same readers."""
    groups: dict[Readers, list[Item]] = {}
    for ret in rets:
        items = groups.setdefault(_readers(context, ret), [])
        if context.item(ret) not in items:
            items.append(context.item(ret))
    texts = (render("messages/readers.md", items=items, **readers._asdict()) for readers, items in groups.items())
    return Message(parts=tuple(Part(text=text) for text in texts))


def _readers(context: Context, ret: Return) -> Readers:
    """The readers of one return's answer."""
    facts, item, now = context.facts, context.item(ret), context.now
    board_ids = [hearing.board_id for hearing in recipients.hearings_of(facts, item)]
    boards = context.session.exec(select(Board).where(col(Board.id).in_(board_ids)).order_by(col(Board.id)))
    own = (item.lead_post_id, *item.contributing_post_ids)
    answering = [*_holders(context, own), *(person for person, _ in recipients.lead(facts, ret, now))]
    return Readers(
        tuple((board.name, board.channel) for board in boards),
        _names(_holders(context, recipients.secretary_posts(facts, item))),
        _names(_holders(context, recipients.line_above(facts, item.lead_post_id))),
        _names(who for who in answering if who.id != context.person.id and may(facts, who, Act.ANSWER, ret, now)),
    )


def _holders(context: Context, posts: Iterable[int]) -> list[Person]:
    return [person for post in posts for person in recipients.holders(context.facts, post, context.now)]


def _names(found: Iterable[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for person in found))
