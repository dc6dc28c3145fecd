"""Who reads an answer, by name: boards, their secretaries, the line above the lead, and who may answer too."""

import re
from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Incoming, Reply, Routes
from remembrancer.bot.core.target_returns import (
    answerable,
    asked_before,
    choose,
    lead_sentences,
    may_still,
    nothing_wanted,
    own_answered,
)
from remembrancer.bot.returns.history import items_of
from remembrancer.cards.prompts.return_prompts import mine
from remembrancer.models import Board, Item, Person, Return
from remembrancer.models.message import Message, Part, message
from remembrancer.rules.facts import known
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import Act, may
from remembrancer.rules.programmes.slices import is_in
from remembrancer.services.context import Context, NotPossibleError
from remembrancer.wording import render, say

Readers = tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Boards (name, channel), then the names of secretaries, of the line, and of those who may answer."""


def text_readers(context: Context, _incoming: Incoming, match: re.Match[str]) -> Reply:
    """Handle 'who reads this': for the returns that the person is asked for, or for the one that is named."""
    if match["ref"]:
        one = choose(context, match["ref"], answerable(context, Act.SEE))
        return Reply(messages=(one if isinstance(one, Message) else _message(context, [one]),))
    wanted = mine(context) or may_still(context, Act.SEE) or own_answered(context)
    if wanted:
        return Reply(messages=(_message(context, wanted),))
    moved = asked_before(context)
    if moved:
        return Reply(messages=(message(say("replies.not_yours_to_read", leads=lead_sentences(context, moved))),))
    return Reply(messages=(nothing_wanted(context),))


def press_readers(context: Context, incoming: Incoming) -> Reply:
    """Show the readers of the returns that the button names and the person may see."""
    item_ids = {known(item.id) for item in items_of(context, incoming.value)}
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
    return Message(parts=tuple(Part(text=_text(readers, items)) for readers, items in groups.items()))


def _text(readers: Readers, items: Sequence[Item]) -> str:
    boards, secretaries, line, answering = readers
    return render(
        "messages/readers.md", items=items, boards=boards, secretaries=secretaries, line=line, answer=answering
    )


def _readers(context: Context, ret: Return) -> Readers:
    """The readers of one return's answer."""
    facts, item, now = context.facts, context.item(ret), context.now
    board_ids = [hearing.board_id for hearing in facts.hearings[item.programme_id] if is_in(hearing.slice_, item.facts)]
    boards = context.session.exec(select(Board).where(col(Board.id).in_(board_ids)).order_by(col(Board.id)))
    line = recipients.line_above(facts, item.lead_post_id)
    own = (item.lead_post_id, *item.contributing_post_ids)
    answering = [*_holders(context, own), *(person for person, _ in recipients.lead(facts, ret, now))]
    return (
        tuple((board.name, board.channel) for board in boards),
        _names(_holders(context, recipients.secretary_posts(facts, item))),
        _names(_holders(context, line)),
        _names(who for who in answering if who.id != context.person.id and may(facts, who, Act.ANSWER, ret, now)),
    )


def _holders(context: Context, posts: Iterable[int]) -> list[Person]:
    return [person for post in posts for person in recipients.holders(context.facts, post, context.now)]


def _names(found: Iterable[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for person in found))


ROUTES: Routes = {
    "press": {
        "readers": press_readers,
    },
}
