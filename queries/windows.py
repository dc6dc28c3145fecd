"""Find_window, previous_window."""

from sqlmodel import Session, col, select

from remembrancer.models import Programme, Window


def find_window(session: Session, programme: str, key: str) -> Window | None:
    """The window by the names that people use: the programme's key and the window's."""
    query = select(Window).join(Programme).where(Programme.key == programme, Window.key == key)
    return session.exec(query).first()


def previous_window(session: Session, window: Window) -> Window | None:
    """The programme's last window that opened before this one; a reopened one is where it always was."""
    query = (
        select(Window)
        .where(Window.programme_id == window.programme_id, Window.opens_at < window.opens_at)
        .order_by(col(Window.opens_at).desc())
    )
    return session.exec(query).first()
