"""Windows that open, close and lock because it is time."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from remembrancer.models import Window, WindowState
from remembrancer.rules.prompts.returns import is_settled
from remembrancer.services.windows import close_window, lock_window, open_window


def move_on(engine: Engine, now: datetime) -> bool:
    """Bring every window one state nearer to what its times say, one transaction each; whether any moved.

    While an admin's act on it can be undone, a window stays as it is: one that is due to close within those ten
    minutes closes after them.
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
            moved = _move_on(session, window, now) or moved
            session.commit()
    return moved


def _move_on(session: Session, window: Window, now: datetime) -> bool:
    """One state at a time, so that each is told before the next."""
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
