"""A window as a part of a card, with its buttons."""

from collections.abc import Iterator, Mapping

from remembrancer.cards.window_summary import is_undoable, row_text
from remembrancer.models import Window, WindowState
from remembrancer.models.message import Button, Part
from remembrancer.services.context import Context
from remembrancer.wording import say

BUTTONS: Mapping[WindowState, tuple[str, ...]] = {
    WindowState.SCHEDULED: ("open_window", "move_window"),
    WindowState.OPEN: ("extend_window", "move_window", "close_window"),
    WindowState.CLOSED: ("reopen_window",),
    WindowState.LOCKED: ("reopen_window",),
}


def row(context: Context, window: Window) -> Part:
    """The window's state, and the buttons that fit it."""
    text = row_text(context.session, window, context.person.time_zone, context.now)
    return Part(text=text, buttons=tuple(_buttons(context, window)))


def _buttons(context: Context, window: Window) -> Iterator[Button]:
    names = BUTTONS[window.state]
    if is_undoable(context.session, window, context.now):
        names = ("undo_window", *names)
    for name in names:
        value = f"{window.id}.{window.edition}"
        yield Button(action=name, value=value, label=say(f"buttons.{name}"), about=window.title)
