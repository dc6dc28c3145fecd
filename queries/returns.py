"""Queries for returns and their answers."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from remembrancer.models import ChatAccount, Item, Person, Return, ReturnState, ReturnVersion, Window
from remembrancer.queries.organisation import organisation
from remembrancer.rules.facts import stored_id
from remembrancer.rules.programmes.figures import Period, Told
from remembrancer.rules.programmes.slices import EVERYTHING, Slice, is_in

GIVEN = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
SET_ASIDE = (ReturnState.WITHDRAWN, ReturnState.SUSPENDED)
COUNTS = (col(ReturnVersion.number) == col(Return.versions), col(Return.state).in_(GIVEN))
"""The conditions for an answer that counts: the newest version of its return, submitted and not sent back."""


def unreachable(session: Session) -> set[int]:
    """Return the active people (ids) who have no chat account without a problem."""
    linked = select(ChatAccount.person_id).where(col(ChatAccount.problem).is_(None))
    return {stored_id(id) for id in session.exec(select(Person.id).where(Person.active, col(Person.id).not_in(linked)))}


def current(session: Session, ret: Return) -> ReturnVersion | None:
    """Return the newest version of a return's answers; None before the first."""
    if not ret.versions:
        return None
    query = select(ReturnVersion).where(ReturnVersion.return_id == ret.id, ReturnVersion.number == ret.versions)
    return session.exec(query).first()


def history(session: Session, item_id: int, before: Window) -> list[dict[str, Any]]:
    """Return the item's answers in earlier windows, oldest first, without answers that were sent back."""
    query = (
        select(ReturnVersion)
        .join(Return)
        .join(Window)
        .where(Return.item_id == item_id, Window.opens_at < before.opens_at, *COUNTS)
        .order_by(col(Window.opens_at))
    )
    return [version.answers for version in session.exec(query)]


def last_answers(session: Session, item_id: int, before: Window) -> dict[str, Any]:
    """Return the item's answers in the last earlier window that has any; empty without one."""
    earlier = history(session, item_id, before)
    return earlier[-1] if earlier else {}


def newest_answers(session: Session) -> dict[int, dict[str, Any]]:
    """Return what was last answered of each item (id), in whichever window; not what was sent back."""
    query = select(Return.item_id, ReturnVersion.answers).select_from(ReturnVersion).join(Return).join(Window)
    found = session.exec(query.where(*COUNTS).order_by(col(Window.opens_at)))
    return {item_id: dict(answers) for item_id, answers in found}


def returns_of(session: Session, window: Window) -> list[tuple[Return, Item]]:
    """Return the window's returns with their items, in the items' order."""
    query = select(Return, Item).join(Item).where(Return.window_id == window.id).order_by(col(Item.position))
    return [(ret, item) for ret, item in session.exec(query)]


def answers_given(session: Session, window: Window) -> dict[int, ReturnVersion]:
    """Return the newest version of each submitted return of the window, by return id; not those sent back."""
    query = select(ReturnVersion).join(Return).where(Return.window_id == window.id, *COUNTS)
    return {version.return_id: version for version in session.exec(query)}


def period(session: Session, window: Window, slice_: Slice = EVERYTHING, left_out: Collection[str] = ()) -> Period:
    """Return the data that figures are computed from: the window's returns in the slice.

    Returns that are withdrawn or suspended, and the items (refs) that a digest leaves out, are not counted.
    """
    given = answers_given(session, window)
    told = [
        Told(item.ref, item.facts, given[ret.id].answers if ret.id in given else None)
        for ret, item in returns_of(session, window)
        if ret.state not in SET_ASIDE and is_in(slice_, item.facts) and item.ref not in left_out
    ]
    return Period(told, window.year, organisation(session).year_start)


def was_sent_back(ret: Return, version: ReturnVersion) -> bool:
    """Tell whether this version was sent back to the lead, so that it does not count."""
    return ret.returned_at is not None and ret.returned_at >= version.given_at
