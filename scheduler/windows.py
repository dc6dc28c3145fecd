"""Opens, closes and locks windows when their time has come."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Window, WindowState
from remembrancer.rules.prompts.chase import is_settled
from remembrancer.services.windows import close_window, lock_window, open_window


def advance_windows(engine: Engine, now: datetime) -> bool:
    """Advance every window that is due by one state, one transaction each; return whether any changed.

    A window keeps its state during the undo grace period of an admin's change.
    """
    with Session(engine) as session:
        due = session.exec(
            select(Window.id)
            .where(Window.state != WindowState.LOCKED, Window.opens_at <= now)
            .order_by(col(Window.opens_at))
        ).all()
    moved = False
    for window_id in due:
        with Session(engine) as session:
            window = session.exec(select(Window).where(Window.id == window_id).with_for_update()).one()
            moved = _advance(session, window, now) or moved
            session.commit()
    return moved


def _advance(session: Session, window: Window, now: datetime) -> bool:
    """Advance a window by one state only, so that the digests of each state are written before the next."""
    if not is_settled(window, now):
        return False
    if window.state == WindowState.SCHEDULED:
        open_window(session, window, now)
    elif window.state == WindowState.OPEN and window.closes_at <= now:
        close_window(session, window, now)
    elif window.state == WindowState.CLOSED and window.late_until <= now:
        lock_window(session, window, now)
    else:
        return False
    return True
