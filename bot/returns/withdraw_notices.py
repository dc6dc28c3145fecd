"""Tells people that an item is withdrawn, suspended or reported on again: those concerned, and other secretaries."""

from collections.abc import Sequence

from sqlmodel import col, select

from remembrancer.models import Board, Item, ItemState, OutgoingMessage, Person, Return, SendState, Window
from remembrancer.models.message import MessageItem, message
from remembrancer.queries.organisation import get
from remembrancer.queries.returns import GIVEN, current
from remembrancer.reports.message_items import of_item, of_return
from remembrancer.rules.people import recipients
from remembrancer.rules.people.permissions import may_manage_digest
from remembrancer.rules.people.recipients import Reason
from remembrancer.rules.prompts.chase import named_deadline
from remembrancer.services.context import Context
from remembrancer.services.digests import count_items
from remembrancer.services.item_status import running_returns
from remembrancer.services.outbox import enqueue
from remembrancer.wording import render

SET_ASIDE, WANTED_AGAIN = "set_aside", "wanted_again"


def item_counts(context: Context, window: Window, item: Item, person: Person) -> list[tuple[str, int]]:
    """How many items the figures now count, for each of this secretary's boards that hears of the item."""
    return [
        (get(context.session, Board, hearing.board_id).name, count_items(context.session, window, hearing))
        for hearing in recipients.hearings_of(context.facts, item)
        if may_manage_digest(context.facts, person, hearing, context.now)
    ]


def people_concerned(context: Context, ret: Return) -> list[Person]:
    """Those who are asked for the return, or would be, and whoever gave its current answer."""
    found = [person for person, _ in recipients.lead(context.facts, ret, context.now)]
    version = current(context.session, ret)
    giver = context.facts.people.get(version.given_by_id or 0) if version and ret.state in GIVEN else None
    return found if giver is None or not giver.active or giver in found else [*found, giver]


def tell_nothing_wanted(context: Context, ret: Return, concerned: Sequence[Person]) -> None:
    """Tell them that no answer is wanted any more, or drop the unsent opposite notice."""
    text = render("messages/set_aside_told.md", item=context.item(ret), ret=ret)
    items = [of_return(context.session, ret)]
    for person in concerned:
        if not _drop_unsent(context, ret, person, WANTED_AGAIN):
            _tell(context, person, SET_ASIDE, _key_prefix(ret, SET_ASIDE), text, items, context.window(ret))


def tell_wanted_again(context: Context, item: Item) -> None:
    """Tell those concerned, before any reminder, that an answer is wanted again, or drop the unsent opposite notice."""
    for ret in running_returns(context.session, item):
        for person in people_concerned(context, ret):
            if not _drop_unsent(context, ret, person, SET_ASIDE):
                window, zone = context.window(ret), person.time_zone
                text = render("messages/wanted_again.md", item=item, ret=ret, window=window, zone=zone)
                due = None if ret.state in GIVEN else named_deadline(window, "lead", Reason.LEADS, context.now)
                items = [of_return(context.session, ret, due)]
                _tell(context, person, WANTED_AGAIN, _key_prefix(ret, WANTED_AGAIN), text, items, window)


def _key_prefix(ret: Return, kind: str) -> str:
    return f"{kind.replace('_', '-')}-{ret.id}-"


def _tell(
    context: Context,
    person: Person,
    kind: str,
    key: str,
    text: str,
    items: Sequence[MessageItem],
    window: Window | None = None,
) -> None:
    """Tell somebody else in their working hours; `key` is the beginning of the message's key."""
    if person.id == context.person.id:
        return
    enqueue(
        context.session,
        person,
        message(text),
        key=f"{key}{context.event}-{person.id}",
        kind=kind,
        because=kind,
        now=context.now,
        window=window,
        not_before=context.facts.time_of(person).next_in_hours(context.now),
        items=items,
    )


def _drop_unsent(context: Context, ret: Return, person: Person, kind: str) -> bool:
    """Drop this kind of notice if it is still unsent; whether there was one."""
    query = select(OutgoingMessage).where(
        col(OutgoingMessage.key).startswith(_key_prefix(ret, kind)),
        OutgoingMessage.person_id == person.id,
        OutgoingMessage.state == SendState.PENDING,
    )
    rows = context.session.exec(query.with_for_update()).all()
    for row in rows:
        row.state = SendState.DROPPED
    return bool(rows)


def tell_other_secretaries(context: Context, item: Item, standing: ItemState) -> None:
    """Tell the other secretaries whose boards hear of the item, because their figures change too."""
    facts, windows = context.facts, [context.window(ret) for ret in running_returns(context.session, item)]
    for person in recipients.at_work_in(facts, recipients.secretary_posts(facts, item), context.now):
        text = render(
            "messages/standing_changed.md",
            who=context.person.name,
            item=item,
            standing=standing,
            windows=[(window, item_counts(context, window, item, person)) for window in windows],
            programmes=[context.programme(window) for window in windows],
        )
        items = [of_item(context.session, item)]
        _tell(context, person, "standing_changed", f"standing-{item.id}-", text, items)
