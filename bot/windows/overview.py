"""The admin's list of windows with their buttons; bot/windows/change.py handles those."""

from sqlmodel import col, select

from remembrancer.bot.core.incoming import Reply
from remembrancer.cards.window_row import row
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Message, Part
from remembrancer.services.context import Context
from remembrancer.wording import render

SHOWN_AT_HOME = (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CLOSED)
"""The states in which something is still to happen to a window; the command 'windows' lists all."""


def windows(context: Context) -> Reply:
    """Handle 'windows': list every window with its buttons."""
    context.must_be_admin("admins_only")
    rows = context.session.exec(select(Window).order_by(col(Window.opens_at))).all()
    parts = [Part(text=render("messages/windows_head.md", count=len(rows)))]
    return Reply(messages=(Message(parts=(*parts, *(row(context, window) for window in rows))),))
