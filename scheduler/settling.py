"""What follows from an admin's act waits until the act has settled, so that nothing is lost if it is undone."""

from datetime import datetime

from sqlmodel import Session, select

from models import OutgoingMessage, Prompt, Return, Window
from rules.plan import is_settled


def settles_at(session: Session, row: OutgoingMessage, now: datetime) -> datetime | None:
    """When every window that the message speaks of has settled; None where all have, or it answers somebody."""
    if row.immediate:
        return None
    of_prompts = select(Window).join(Return).join(Prompt).where(Prompt.message_id == row.id).distinct()
    windows = list(session.exec(of_prompts))
    if row.window_id is not None:
        windows.append(session.get_one(Window, row.window_id))
    return max((w.settles_at for w in windows if w.settles_at and not is_settled(w, now)), default=None)
