"""Withdraws or suspends items, and lets them be reported on again."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from remembrancer.models import Item, ItemState, Return, ReturnState, Window
from remembrancer.queries.returns import SET_ASIDE, current, was_sent_back
from remembrancer.rules.facts import stored_id
from remembrancer.rules.prompts.chase import RUNNING
from remembrancer.services.audit import record_event

STATES = {ItemState.WITHDRAWN: ReturnState.WITHDRAWN, ItemState.SUSPENDED: ReturnState.SUSPENDED}


def set_aside(
    session: Session,
    item: Item,
    standing: ItemState,
    reason: str,
    now: datetime,
    by: int,
    review_on: date | None = None,
) -> None:
    """Withdraw or suspend an item: nobody is asked for it, and no figure counts it.

    This holds for running windows and those to come. `review_on` is when a suspension is reviewed.
    """
    item.standing, item.standing_reason, item.review_on = standing, reason, review_on
    for each in running_returns(session, item):
        each.state, each.set_aside_reason = STATES[standing], reason
    record_event(session, now, by, standing.value, _subject(item), reason=reason, review_on=str(review_on or ""))


def report_again(session: Session, item: Item, now: datetime, by: int) -> None:
    """Ask for the item again: in running windows, with the answer that was given, and in those to come."""
    item.standing, item.standing_reason, item.review_on = ItemState.REPORTED, None, None
    for each in running_returns(session, item):
        if each.state in SET_ASIDE:
            each.state, each.set_aside_reason = _state_again(session, each), None
    record_event(session, now, by, "reported_again", _subject(item))


def _state_again(session: Session, ret: Return) -> ReturnState:
    """The state of a return before it was set aside, by its answer."""
    version = current(session, ret)
    if version is None:
        return ReturnState.AWAITING
    return ReturnState.RETURNED if was_sent_back(ret, version) else ReturnState.SUBMITTED


def running_returns(session: Session, item: Item) -> list[Return]:
    """The item's returns in the windows that are running."""
    query = select(Return).join(Window).where(Return.item_id == stored_id(item.id), col(Window.state).in_(RUNNING))
    return list(session.exec(query))


def _subject(item: Item) -> str:
    return f"item {item.ref}"
