"""Queries that find a window by its key, or the window before another."""

from sqlmodel import Session, col, select

from remembrancer.models import Programme, Window


def find_window(session: Session, programme: str, key: str) -> Window | None:
    """Return the window with this key in the programme with this key; None where there is none."""
    query = select(Window).join(Programme).where(Programme.key == programme, Window.key == key)
    return session.exec(query).first()


def previous_window(session: Session, window: Window) -> Window | None:
    """Return the programme's last window that opened before this one, whatever the state of either."""
    query = (
        select(Window)
        .where(Window.programme_id == window.programme_id, Window.opens_at < window.opens_at)
        .order_by(col(Window.opens_at).desc())
    )
    return session.exec(query).first()
