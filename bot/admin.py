"""The admin's list of windows, and what may be done to each. The acts are in bot.windows."""

from collections.abc import Iterator, Mapping

from sqlmodel import col, select

from bot.context import Context
from bot.incoming import Reply
from bot.message import Button, Message, Part
from bot.window_words import is_undoable, row_text
from models import Window, WindowState
from wording import render, say

BUTTONS: Mapping[WindowState, tuple[str, ...]] = {
    WindowState.SCHEDULED: ("open_window", "move_window"),
    WindowState.OPEN: ("extend_window", "move_window", "close_window"),
    WindowState.CLOSED: ("reopen_window",),
    WindowState.LOCKED: ("reopen_window",),
}

SHOWN_AT_HOME = (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CLOSED)
"""Those to which something is still to happen; the chat has the others."""


def windows(context: Context) -> Reply:
    """Every window, with what may be done to it."""
    context.must_be_admin("admins_only")
    rows = context.session.exec(select(Window).order_by(col(Window.opens_at))).all()
    parts = [Part(text=render("messages/windows_head.md", count=len(rows)))]
    return Reply(messages=(Message(parts=(*parts, *(row(context, window) for window in rows))),))


def row(context: Context, window: Window) -> Part:
    """How the window stands, and the buttons that make sense now."""
    text = row_text(context.session, window, context.person.time_zone, context.now)
    return Part(text=text, buttons=tuple(_buttons(context, window)))


def _buttons(context: Context, window: Window) -> Iterator[Button]:
    names = BUTTONS[window.state]
    if is_undoable(context.session, window, context.now):
        names = ("undo_window", *names)
    for name in names:
        value = f"{window.id}.{window.edition}"
        yield Button(action=name, value=value, label=say(f"buttons.{name}"), about=window.title)
