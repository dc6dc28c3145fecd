"""What is done to windows, by an admin or when their time comes."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from acts.audit import note
from acts.lookups import SET_ASIDE, organisation, programme_of, returns_of
from models import Item, Return, ReturnState, Standing, Window, WindowState
from rules.facts import known
from rules.windows import locks_after


def subject(window: Window) -> str:
    return f"window {window.key}"


def open_window(session: Session, window: Window, now: datetime, by: int | None = None, by_hand: bool = False) -> None:
    """Open it and fix its set of returns: one for each item that the programme has now. By hand, it opens now.

    What was withdrawn has none; what is suspended has one that nobody is asked for.
    """
    for item in items_now(session, window):
        ret = Return(window_id=known(window.id), item_id=known(item.id))
        if item.standing == Standing.SUSPENDED:
            ret.state, ret.set_aside_reason = ReturnState.SUSPENDED, item.standing_reason
        session.add(ret)
    if by_hand and now < window.opens_at:
        window.opens_at, window.set_by_hand = now, True
    window.state = WindowState.OPEN
    note(session, now, by, "opened", subject(window))


def items_now(session: Session, window: Window) -> Sequence[Item]:
    """The items that the window would hold if it opened now, in order."""
    query = select(Item).where(
        Item.programme_id == window.programme_id, Item.active, Item.standing != Standing.WITHDRAWN
    )
    return session.exec(query.order_by(col(Item.position))).all()


def close_window(session: Session, window: Window, now: datetime, by: int | None = None, by_hand: bool = False) -> None:
    """Close it; by hand before its time, the close is now and the lock follows from it."""
    if by_hand and now < window.closes_at:
        window.closes_at, window.set_by_hand = now, True
        window.late_until = lock_of(session, window)
    window.state = WindowState.CLOSED
    note(session, now, by, "closed", subject(window))


def lock_window(session: Session, window: Window, now: datetime) -> None:
    """Lock it: what was submitted is accepted, the rest is 'no update received'; what was set aside stays so."""
    for ret, _ in returns_of(session, window):
        if ret.state in SET_ASIDE:
            continue
        submitted = ret.state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
        ret.state = ReturnState.ACCEPTED if submitted else ReturnState.NO_UPDATE
    window.state = WindowState.LOCKED
    note(session, now, None, "locked", subject(window))


def move_window(
    session: Session, window: Window, opens_at: datetime, closes_at: datetime, now: datetime, by: int | None
) -> None:
    """Give it new dates. People who were already asked are asked again, and told of the change.

    The same dates again are no move.
    """
    if (opens_at, closes_at) == (window.opens_at, window.closes_at):
        return
    was = {"opens_at": window.opens_at.isoformat(), "closes_at": window.closes_at.isoformat()}
    window.opens_at, window.closes_at = opens_at, closes_at
    window.late_until = lock_of(session, window)
    if window.state != WindowState.SCHEDULED:
        window.revision += 1
    note(session, now, by, "moved", subject(window), was=was, closes_at=closes_at.isoformat())


def reopen_window(session: Session, window: Window, closes_at: datetime, now: datetime, by: int | None) -> None:
    """Take answers again until a new close; whoever has not answered is asked again."""
    window.closes_at, window.set_by_hand = closes_at, True
    window.late_until = lock_of(session, window)
    window.state, window.revision = WindowState.OPEN, window.revision + 1
    for ret, _ in returns_of(session, window):
        if ret.state == ReturnState.NO_UPDATE:
            ret.state = ReturnState.AWAITING
    note(session, now, by, "reopened", subject(window), closes_at=closes_at.isoformat())


def lock_of(session: Session, window: Window) -> datetime:
    """When the window locks, by its programme's policy."""
    days = programme_of(session, window).chase.late_working_days
    return locks_after(window.closes_at, days, organisation(session).working_time)
