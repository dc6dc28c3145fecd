"""Opens, closes, locks and moves windows when they are due or their dates change; for admins see window_changes.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from remembrancer.models import Item, ItemState, OutgoingMessage, Return, ReturnState, Window, WindowChange, WindowState
from remembrancer.queries.organisation import organisation, programme_of
from remembrancer.queries.returns import SET_ASIDE, returns_of
from remembrancer.queries.window_dates import subject
from remembrancer.rules.facts import stored_id
from remembrancer.rules.windows.schedule import locks_after
from remembrancer.services.audit import record_event


def note_change(session: Session, window: Window, now: datetime, by: int | None, act: str, /, **detail: Any) -> None:
    """Increase the window's edition, and record who changed it."""
    window.edition += 1
    record_event(session, now, by, act, subject(window), window=stored_id(window.id), edition=window.edition, **detail)


def dates_of(window: Window) -> dict[str, str]:
    """The opening and the close, as the audit trail records them."""
    return {"opens_at": window.opens_at.isoformat(), "closes_at": window.closes_at.isoformat()}


def open_window(session: Session, window: Window, now: datetime) -> None:
    """Open the window, and create its returns."""
    make_returns(session, window)
    window.state = WindowState.OPEN
    note_change(session, window, now, None, "opened")


def make_returns(session: Session, window: Window) -> list[Return]:
    """Create a return for each item of the programme now.

    A withdrawn item has none; a suspended one has a return that nobody is asked for.
    """
    made = planned_returns(session, window)
    session.add_all(made)
    session.flush()
    return made


def planned_returns(session: Session, window: Window) -> list[Return]:
    """The returns that the window would have if it opened now, in the items' order; not stored."""
    returns = []
    for item in items_now(session, window):
        ret = Return(window_id=stored_id(window.id), item_id=stored_id(item.id))
        if item.standing == ItemState.SUSPENDED:
            ret.state, ret.set_aside_reason = ReturnState.SUSPENDED, item.standing_reason
        returns.append(ret)
    return returns


def items_now(session: Session, window: Window) -> Sequence[Item]:
    """The items that the window would have if it opened now, in order."""
    query = select(Item).where(
        Item.programme_id == window.programme_id, Item.active, Item.standing != ItemState.WITHDRAWN
    )
    return session.exec(query.order_by(col(Item.position))).all()


def close_window(session: Session, window: Window, now: datetime) -> None:
    window.state = WindowState.CLOSED
    note_change(session, window, now, None, "closed")


def lock_window(session: Session, window: Window, now: datetime) -> None:
    """Lock the window: accept submitted answers, mark missing ones 'no update received', leave set-aside ones alone."""
    for ret, _ in returns_of(session, window):
        if ret.state in SET_ASIDE:
            continue
        submitted = ret.state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
        ret.state = ReturnState.ACCEPTED if submitted else ReturnState.NO_UPDATE
    window.state = WindowState.LOCKED
    note_change(session, window, now, None, "locked")


def move_window(
    session: Session, window: Window, opens_at: datetime, closes_at: datetime, now: datetime, by: int | None
) -> None:
    """Give the window new dates. People who were asked before are asked again, and told of the change.

    Nothing happens if the dates are the same.
    """
    if (opens_at, closes_at) == (window.opens_at, window.closes_at):
        return
    was = dates_of(window)
    window.opens_at, window.closes_at = opens_at, closes_at
    window.late_until = lock_time(session, window)
    if window.state != WindowState.SCHEDULED:
        window.revision += 1
        clear_chases(session, window)
    note_change(session, window, now, by, "moved", was=was, closes_at=closes_at.isoformat())


def clear_chases(session: Session, window: Window) -> None:
    """Clear the manual chases; the new schedule asks again."""
    for ret, _ in returns_of(session, window):
        ret.chased_at = None


def prepare_deletion(session: Session, window: Window) -> None:
    """Prepare the deletion of a window that never opened: its undo records go, and its messages stay."""
    session.exec(delete(WindowChange).where(col(WindowChange.window_id) == window.id))
    for row in session.exec(select(OutgoingMessage).where(OutgoingMessage.window_id == window.id)):
        row.window_id = None
    session.flush()


def lock_time(session: Session, window: Window) -> datetime:
    """When the window locks, by its programme's policy."""
    return lock_time_for_close(session, window, window.closes_at)


def lock_time_for_close(session: Session, window: Window, closes_at: datetime) -> datetime:
    """When the window would lock if it closed at this moment."""
    days = programme_of(session, window).chase.late_working_days
    return locks_after(closes_at, days, organisation(session).working_time)
